-- One row per order placed up to the as-of date (source_system, order_id), of any status.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

sales as (
    select
        source_system,
        order_id,
        customer_id,
        guest_email_hmac,
        guest_phone_hmac,
        ordered_at,
        status,
        cancelled_at,
        channel,
        store_id,
        currency,
        member_id,
        false as is_credit_note
    from {{ ref('stg_sales__orders') }}
)

select
    sales.source_system,
    sales.order_id,
    sales.customer_id,
    sales.guest_email_hmac,
    sales.guest_phone_hmac,
    case
        when sales.customer_id is not null then sales.customer_id
        when sales.guest_email_hmac is not null then 'guest:email:' || sales.guest_email_hmac
        when sales.guest_phone_hmac is not null then 'guest:phone:' || sales.guest_phone_hmac
    end as record_id,
    sales.ordered_at,
    {{ business_date('sales.ordered_at', 'run_context.business_time_zone') }} as purchase_date,
    case
        when sales.status is not null then sales.status
        when sales.cancelled_at is not null then 'cancelled'
        else 'placed'
    end as order_status,
    sales.channel,
    sales.store_id,
    coalesce(sales.currency, run_context.currency_code) as currency_code,
    sales.member_id,
    sales.is_credit_note
from sales
cross join run_context
where sales.ordered_at < run_context.as_of_end_at
