-- One row per line of an order (source_system, order_id, line_no), with line 0 for an order that
-- has no lines: what was sold, cancelled, returned and left out, in the order's own currency.
with
orders as (
    select * from {{ ref('int_orders_unioned') }}
),

lines as (
    select
        lines.*,
        coalesce(lines.quantity, 0) as known_quantity,
        cast(
            coalesce(lines.quantity * coalesce(lines.unit_price, lines.list_price), 0)
            - coalesce(lines.discount, 0)
            as decimal(18, 4)
        ) as line_amount
    from {{ ref('int_order_lines_unioned') }} as lines
),

returned as (
    select * from {{ ref('int_returns_matched') }}
),

joined as (
    select
        orders.source_system,
        orders.order_id,
        coalesce(lines.line_no, 0) as line_no,
        lines.order_id is null as is_placeholder,
        orders.order_status in ('cancelled', 'failed') as is_cancelled,
        orders.is_credit_note,
        coalesce(lines.line_kind, 'none') as line_kind,
        coalesce(lines.line_kind, 'none') = 'product' as is_product_line,
        lines.delivered_by,
        lines.product_id,
        lines.promo_id,
        coalesce(lines.discount, 0) > 0 as has_discount,
        lines.unit_cost,
        coalesce(lines.known_quantity, 0) as line_quantity,
        coalesce(lines.line_amount, 0) as line_amount,
        coalesce(returned.returned_quantity, 0) as event_quantity,
        coalesce(returned.returned_amount, 0) as event_amount
    from orders
    left join lines
        on
            orders.source_system = lines.source_system
            and orders.order_id = lines.order_id
    left join returned
        on
            lines.source_system = returned.source_system
            and lines.order_id = returned.order_id
            and lines.line_no = returned.line_no
)

select
    source_system,
    order_id,
    line_no,
    is_placeholder,
    line_kind,
    is_product_line,
    delivered_by,
    product_id,
    promo_id,
    has_discount,
    unit_cost,
    case when is_credit_note then 0 else line_quantity end as quantity,
    case
        when is_cancelled then 0
        when is_credit_note then -line_quantity
        else event_quantity
    end as returned_quantity,
    case when is_credit_note then 0 else line_amount end as gross_amount,
    case when is_cancelled and not is_credit_note then line_amount else 0 end as cancelled_amount,
    case
        when is_cancelled then 0
        when is_credit_note then -line_amount
        else event_amount
    end as returned_amount,
    case
        when is_cancelled or is_product_line then 0
        when is_credit_note then line_amount
        else line_amount - event_amount
    end as excluded_amount
from joined
