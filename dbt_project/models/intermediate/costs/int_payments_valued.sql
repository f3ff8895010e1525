-- One row per payment or claim (payment_id) with its customer, its days and its amounts in the
-- reporting currency, at the rate of its order. What was paid after the as-of date is still open.
-- A payment of an order that is not known has no currency: it is kept in sight and not counted.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

payments as (
    select
        payments.payment_id,
        payments.order_id,
        payments.amount as local_amount,
        payments.fee as local_fee,
        {{ business_date('payments.due_at', 'run_context.business_time_zone') }} as due_date,
        case
            when payments.paid_at < run_context.as_of_end_at
                then {{ business_date('payments.paid_at', 'run_context.business_time_zone') }}
        end as paid_date
    from {{ ref('stg_sales__payments') }} as payments
    cross join run_context
)

select
    payments.payment_id,
    payments.order_id,
    orders.order_key,
    coalesce(orders.customer_key, 'unknown') as customer_key,
    orders.purchase_date,
    payments.due_date,
    payments.paid_date,
    orders.order_key is not null as is_counted,
    case when orders.order_key is null then 'order_unknown' end as uncounted_reason,
    coalesce(orders.is_cancelled, false) as is_cancelled,
    {{ in_reporting_currency('payments.local_amount', 'orders.fx_rate') }} as amount,
    {{ in_reporting_currency('payments.local_fee', 'orders.fx_rate') }} as fee_amount
from payments
left join {{ ref('int_orders_keyed') }} as orders
    on
        payments.order_id = orders.order_id
        and orders.delivered_by = 'sales'
