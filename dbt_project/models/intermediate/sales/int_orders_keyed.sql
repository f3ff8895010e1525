-- One row per order or credit note (order_key) with its customer and its exchange rate.
select
    {{ surrogate_key(['orders.source_system', 'orders.order_id']) }} as order_key,
    orders.delivered_by,
    orders.source_system,
    orders.order_id,
    coalesce(resolved.customer_key, 'unknown') as customer_key,
    orders.ordered_at,
    orders.purchase_date,
    orders.order_status,
    orders.order_status in ('cancelled', 'failed') as is_cancelled,
    orders.is_credit_note,
    orders.channel,
    orders.store_id,
    orders.currency_code,
    rates.fx_rate
from {{ ref('int_orders_unioned') }} as orders
left join {{ ref('int_customers_resolved') }} as resolved
    on
        orders.source_system = resolved.source_system
        and orders.record_id = resolved.customer_id
left join {{ ref('int_fx_rates_filled') }} as rates
    on
        orders.currency_code = rates.currency_code
        and orders.purchase_date >= rates.valid_from_date
        and orders.purchase_date < rates.valid_to_date
