-- One row per return of goods that lowers an order, credit notes included (return_key): the cost of
-- the goods that did not go back to stock. The cost of goods sold counts kept units only, so this
-- is where it stays. Null where nobody told what became of them, or what they had cost.
select
    returns.return_key,
    returns.customer_key,
    returns.returned_date,
    returns.is_restocked,
    returns.returned_quantity,
    cast(
        case
            when returns.is_restocked then 0
            when not returns.is_restocked
                then returns.returned_quantity * lines.unit_cost_amount
        end as decimal(18, 4)
    ) as loss_amount
from {{ ref('fct_return') }} as returns
inner join {{ ref('fct_order_net') }} as lines
    on
        returns.order_key = lines.order_key
        and returns.line_no = lines.line_no
where
    returns.is_counted
    and lines.is_product_line
