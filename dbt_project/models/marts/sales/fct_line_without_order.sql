-- One row per delivered order line whose order is in no extract yet (delivered_by, order_id, line_no).
-- Such a line has no date, customer or currency, so it is in no total; here it stays in sight until
-- its order arrives.
with
delivered_orders as (
    select
        'sales' as delivered_by,
        order_id
    from {{ ref('stg_sales__orders') }}
    union
    select
        'online_retail' as delivered_by,
        order_id
    from {{ ref('stg_online_retail__orders') }}
)

select
    lines.delivered_by,
    lines.order_id,
    lines.line_no,
    lines.product_id,
    cast(lines.quantity as decimal(18, 4)) as quantity,
    {{ line_amount('lines.quantity', 'lines.unit_price', 'lines.list_price', 'lines.discount') }}
        as local_amount,
    run_context.as_of_date
from {{ ref('int_order_lines_unioned') }} as lines
cross join {{ source('raw', 'run_context') }} as run_context
left join delivered_orders
    on
        lines.delivered_by = delivered_orders.delivered_by
        and lines.order_id = delivered_orders.order_id
where delivered_orders.order_id is null
