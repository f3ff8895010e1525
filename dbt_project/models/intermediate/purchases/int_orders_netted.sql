-- One row per order of every customer, the unknown member included, with the sums of its lines.
-- A purchase is a valid order for goods: not a credit note, and not one that holds charges or
-- adjustments alone (postage, bank charges), which like an order without lines buys nothing.
-- Where a firm sets PATRON_ASSUMED_MARGIN_RATE, goods of unknown cost earn that margin from here on;
-- fct_order_net keeps to what is known.
with
order_lines as (
    select
        order_lines.*,
        order_lines.margin_amount is null as is_uncosted,
        case
            when order_lines.margin_amount is null
                then
                    cast(
                        order_lines.net_amount * run_context.assumed_margin_rate as decimal(18, 4)
                    )
        end as assumed_margin_amount
    from {{ ref('fct_order_net') }} as order_lines
    cross join {{ source('raw', 'run_context') }} as run_context
)

select
    order_key,
    min(order_id) as order_id,
    min(customer_key) as customer_key,
    min(ordered_at) as ordered_at,
    min(purchase_date) as purchase_date,
    min(channel) as channel,
    min(currency_code) as currency_code,
    bool_and(is_valid_order) as is_valid_order,
    bool_and(is_valid_order and not is_credit_note) and bool_or(is_product_line) as is_purchase,
    cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
    cast(sum(cancelled_amount) as decimal(18, 4)) as cancelled_amount,
    cast(sum(returned_amount) as decimal(18, 4)) as returned_amount,
    cast(sum(excluded_amount) as decimal(18, 4)) as excluded_amount,
    cast(sum(net_amount) as decimal(18, 4)) as net_amount,
    cast(sum(coalesce(cogs_amount, net_amount - assumed_margin_amount)) as decimal(18, 4))
        as cogs_amount,
    cast(sum(coalesce(margin_amount, assumed_margin_amount)) as decimal(18, 4))
        as gross_margin_amount,
    cast(coalesce(sum(assumed_margin_amount), 0) as decimal(18, 4)) as assumed_margin_amount,
    cast(sum(case when is_uncosted then net_amount else 0 end) as decimal(18, 4))
        as uncosted_net_amount,
    cast(
        sum(
            case when coalesce(margin_amount, assumed_margin_amount) is not null then net_amount
                else 0
            end
        ) as decimal(18, 4)
    ) as costed_net_amount,
    -- Sums of integers are 128 bits wide on DuckDB, and slow to read from its file.
    cast(sum(case when is_uncosted then 1 else 0 end) as bigint) as uncosted_line_count,
    cast(sum(case
        when
            is_product_line
            and is_valid_order
            and coalesce(margin_amount, assumed_margin_amount) is not null
            then 1
        else 0
    end) as bigint) as costed_line_count,
    cast(sum(case
        when is_product_line and is_valid_order and assumed_margin_amount is not null then 1
        else 0
    end) as bigint) as assumed_line_count
from order_lines
group by order_key
