-- One row per order or credit note up to the as-of date (source_system, order_id), of any status.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

orders as (
    select
        'sales' as delivered_by,
        source_system,
        order_id,
        customer_id,
        guest_email_hmac,
        guest_phone_hmac,
        member_id_hmac,
        ordered_at,
        status,
        cancelled_at,
        channel,
        store_id,
        currency,
        false as is_credit_note
    from {{ ref('stg_sales__orders') }}
    union all
    select
        'online_retail' as delivered_by,
        source_system,
        order_id,
        customer_id,
        null as guest_email_hmac,
        null as guest_phone_hmac,
        null as member_id_hmac,
        ordered_at,
        -- The file lists invoices: what was ordered and never invoiced is not in it.
        'completed' as status,
        null as cancelled_at,
        null as channel,
        null as store_id,
        currency,
        is_credit_note
    from {{ ref('stg_online_retail__orders') }}
)

select
    orders.delivered_by,
    orders.source_system,
    orders.order_id,
    orders.customer_id,
    orders.guest_email_hmac,
    orders.guest_phone_hmac,
    orders.member_id_hmac,
    -- Whose order it is, in the order's own system; null: nobody knows.
    case
        when orders.customer_id is not null then orders.customer_id
        when orders.member_id_hmac is not null then 'guest:member:' || orders.member_id_hmac
        when orders.guest_email_hmac is not null then 'guest:email:' || orders.guest_email_hmac
        when orders.guest_phone_hmac is not null then 'guest:phone:' || orders.guest_phone_hmac
    end as record_id,
    orders.ordered_at,
    {{ business_date('orders.ordered_at', 'run_context.business_time_zone') }} as purchase_date,
    case
        when orders.status is not null then orders.status
        when orders.cancelled_at is not null then 'cancelled'
        else 'placed'
    end as order_status,
    orders.channel,
    orders.store_id,
    coalesce(orders.currency, run_context.currency_code) as currency_code,
    orders.is_credit_note
from orders
cross join run_context
where orders.ordered_at < run_context.as_of_end_at
