-- One row per order of every customer, the unknown member included, with the sums of its lines.
-- A purchase is a valid order for goods: not a credit note, and not one that holds charges or
-- adjustments alone (postage, bank charges), which like an order without lines buys nothing.
with
order_lines as (
    select * from {{ ref('fct_order_net') }}
)

select
    order_key,
    min(customer_key) as customer_key,
    min(purchase_date) as purchase_date,
    min(currency_code) as currency_code,
    bool_and(is_valid_order) as is_valid_order,
    bool_and(is_valid_order and not is_credit_note) and bool_or(is_product_line) as is_purchase,
    cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
    cast(sum(cancelled_amount) as decimal(18, 4)) as cancelled_amount,
    cast(sum(returned_amount) as decimal(18, 4)) as returned_amount,
    cast(sum(excluded_amount) as decimal(18, 4)) as excluded_amount,
    cast(sum(net_amount) as decimal(18, 4)) as net_amount,
    cast(sum(cogs_amount) as decimal(18, 4)) as cogs_amount,
    cast(sum(margin_amount) as decimal(18, 4)) as gross_margin_amount,
    cast(sum(case when margin_amount is null then net_amount else 0 end) as decimal(18, 4))
        as uncosted_net_amount,
    sum(case when margin_amount is null then 1 else 0 end) as uncosted_line_count,
    sum(case
        when is_product_line and is_valid_order and margin_amount is not null then 1
        else 0
    end) as costed_line_count
from order_lines
group by order_key
