-- One row per return of an order line (delivered_by, return_line_id) with its amount and whether it
-- counts. Amounts are converted at the rate of the order, so that they lower what the order added.
with
lines as (
    select
        delivered_by,
        order_id,
        line_no,
        quantity,
        {{ line_amount('quantity', 'unit_price', 'list_price', 'discount') }} as line_amount
    from {{ ref('int_order_lines_unioned') }}
),

joined as (
    select
        returned.delivered_by,
        returned.return_line_id,
        returned.order_id,
        returned.line_no,
        orders.order_key,
        orders.customer_key,
        returned.returned_at,
        returned.returned_date,
        returned.reason_code,
        returned.is_restocked,
        coalesce(returned.quantity, 0) as quantity,
        cast(
            coalesce(
                returned.amount,
                cast(returned.quantity * lines.line_amount as double) / nullif(lines.quantity, 0),
                0
            ) as decimal(18, 4)
        ) as local_amount,
        orders.currency_code as local_currency_code,
        orders.fx_rate,
        case
            when orders.order_key is null then 'order_unknown'
            when lines.order_id is null then 'line_unknown'
            when orders.is_cancelled then 'order_cancelled'
        end as uncounted_reason
    from {{ ref('int_returns_unioned') }} as returned
    left join {{ ref('int_orders_keyed') }} as orders
        on
            returned.delivered_by = orders.delivered_by
            and returned.order_id = orders.order_id
    left join lines
        on
            returned.delivered_by = lines.delivered_by
            and returned.order_id = lines.order_id
            and returned.line_no = lines.line_no
)

select
    joined.*,
    uncounted_reason is null as is_counted,
    {{ in_reporting_currency('local_amount', 'fx_rate') }} as amount
from joined
