-- One row per order line (order_line_key); an order without lines has one row with line_no 0.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

orders as (
    select * from {{ ref('int_orders_unioned') }}
),

lines as (
    select * from {{ ref('int_order_lines_valued') }}
),

product_orders as (
    select
        source_system,
        order_id,
        max(case when is_product_line then 1 else 0 end) = 1 as has_product_lines
    from lines
    group by source_system, order_id
),

joined as (
    select
        orders.source_system,
        orders.order_id,
        lines.line_no,
        coalesce(resolved.customer_key, 'unknown') as customer_key,
        orders.ordered_at,
        orders.purchase_date,
        orders.order_status,
        orders.order_status not in ('cancelled', 'failed')
        and product_orders.has_product_lines as is_valid_order,
        lines.is_placeholder as has_no_lines,
        orders.is_credit_note,
        orders.channel,
        orders.store_id,
        lines.delivered_by,
        lines.product_id,
        products.category,
        products.brand,
        lines.line_kind,
        lines.is_product_line,
        lines.promo_id,
        lines.has_discount,
        lines.quantity,
        lines.returned_quantity,
        lines.quantity - lines.returned_quantity as net_quantity,
        run_context.currency_code,
        orders.currency_code as local_currency_code,
        rates.fx_rate,
        cast(lines.gross_amount * rates.fx_rate as decimal(18, 4)) as gross_amount,
        cast(lines.cancelled_amount * rates.fx_rate as decimal(18, 4)) as cancelled_amount,
        cast(lines.returned_amount * rates.fx_rate as decimal(18, 4)) as returned_amount,
        cast(lines.excluded_amount * rates.fx_rate as decimal(18, 4)) as excluded_amount,
        lines.gross_amount as local_gross_amount,
        lines.cancelled_amount as local_cancelled_amount,
        lines.returned_amount as local_returned_amount,
        lines.excluded_amount as local_excluded_amount,
        -- A line's cost is in the order's currency, a product's in the reporting currency.
        coalesce(
            cast(lines.unit_cost * rates.fx_rate as decimal(18, 4)), products.unit_cost
        ) as unit_cost
    from lines
    inner join orders
        on
            lines.source_system = orders.source_system
            and lines.order_id = orders.order_id
    inner join product_orders
        on
            lines.source_system = product_orders.source_system
            and lines.order_id = product_orders.order_id
    cross join run_context
    left join {{ ref('int_customers_resolved') }} as resolved
        on
            orders.source_system = resolved.source_system
            and orders.record_id = resolved.customer_id
    left join {{ ref('int_fx_rates_filled') }} as rates
        on
            orders.currency_code = rates.currency_code
            and orders.purchase_date >= rates.valid_from_date
            and orders.purchase_date < rates.valid_to_date
    left join {{ ref('int_products_unioned') }} as products
        on
            lines.delivered_by = products.delivered_by
            and lines.product_id = products.product_id
            and orders.purchase_date >= products.valid_from_date
            and orders.purchase_date < products.valid_to_date
),

netted as (
    select
        joined.*,
        gross_amount - cancelled_amount - returned_amount - excluded_amount as net_amount,
        local_gross_amount - local_cancelled_amount - local_returned_amount
        - local_excluded_amount as local_net_amount,
        case
            when not is_product_line or order_status in ('cancelled', 'failed') then 0
            else net_quantity * unit_cost
        end as cogs_amount
    from joined
)

select
    {{ surrogate_key(['source_system', 'order_id', 'cast(line_no as varchar)']) }}
        as order_line_key,
    {{ surrogate_key(['source_system', 'order_id']) }} as order_key,
    source_system,
    order_id,
    cast(line_no as integer) as line_no,
    customer_key,
    ordered_at,
    purchase_date,
    order_status,
    is_valid_order,
    has_no_lines,
    is_credit_note,
    channel,
    store_id,
    {{ surrogate_key(['delivered_by', 'product_id']) }} as product_key,
    product_id,
    category,
    brand,
    line_kind,
    is_product_line,
    promo_id,
    has_discount,
    cast(quantity as decimal(18, 4)) as quantity,
    cast(returned_quantity as decimal(18, 4)) as returned_quantity,
    currency_code,
    local_currency_code,
    fx_rate,
    gross_amount,
    cancelled_amount,
    returned_amount,
    excluded_amount,
    cast(net_amount as decimal(18, 4)) as net_amount,
    cast(local_gross_amount as decimal(18, 4)) as local_gross_amount,
    cast(local_cancelled_amount as decimal(18, 4)) as local_cancelled_amount,
    cast(local_returned_amount as decimal(18, 4)) as local_returned_amount,
    cast(local_excluded_amount as decimal(18, 4)) as local_excluded_amount,
    cast(local_net_amount as decimal(18, 4)) as local_net_amount,
    cast(cogs_amount as decimal(18, 4)) as cogs_amount,
    case when cogs_amount is null then 'cost_unknown' end as cogs_reason,
    cast(net_amount - cogs_amount as decimal(18, 4)) as margin_amount
from netted
