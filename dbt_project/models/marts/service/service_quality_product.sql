-- One row per product that was sold or complained about since the first case (product_id), at the
-- as-of date: complaints by its buyers and orders. Test customers are left out. Where no complaint
-- names a product, the figures are null.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

history as (
    select min(calendar_date) as history_start_date
    from {{ ref('int_service_days_opened') }}
),

complaints as (
    select
        product_id,
        customer_key,
        0 as order_count,
        count(*) as complaint_count
    from {{ ref('int_tickets_measured') }}
    where is_complaint and product_id is not null and not is_test_customer
    group by product_id, customer_key
),

orders_of_products as (
    select distinct
        lines.product_id,
        lines.customer_key,
        lines.order_key
    from {{ ref('fct_order_net') }} as lines
    inner join {{ ref('int_orders_netted') }} as orders on lines.order_key = orders.order_key
    inner join {{ ref('dim_customer') }} as customers on lines.customer_key = customers.customer_key
    cross join history
    where
        orders.is_purchase
        and lines.is_product_line
        and lines.product_id is not null
        and not customers.is_test
        and lines.purchase_date >= coalesce(history.history_start_date, lines.purchase_date)
),

-- Customer by customer first: distinct counts of millions of keys at once must fit into memory.
facts as (
    select * from complaints
    union all
    select
        product_id,
        customer_key,
        1 as order_count,
        0 as complaint_count
    from orders_of_products
),

customers_of_products as (
    select
        product_id,
        customer_key,
        sum(order_count) as order_count,
        sum(complaint_count) as complaint_count
    from facts
    group by product_id, customer_key
),

counted as (
    select
        product_id,
        sum(complaint_count) as complaint_count,
        sum(case when complaint_count > 0 and customer_key <> 'unknown' then 1 else 0 end)
            as complaining_customer_count,
        sum(case when customer_key <> 'unknown' then 1 else 0 end) as customer_count,
        sum(order_count) as order_count
    from customers_of_products
    group by product_id
),

known as (
    select
        *,
        case when sum(complaint_count) over () > 0 then complaint_count end
            as known_complaint_count,
        case when sum(complaint_count) over () > 0 then customer_count end as asked_count
    from counted
)

select
    known.product_id,
    run_context.as_of_date,
    cast(known.customer_count as bigint) as customer_count,
    cast(known.order_count as bigint) as order_count,
    cast(known.known_complaint_count as bigint) as complaint_count,
    cast(case when known.asked_count >= 0 then known.complaining_customer_count end as bigint)
        as complaining_customer_count,
    {{ share_of_counts('known.complaining_customer_count', 'known.asked_count') }}
        as complaining_customer_rate,
    {{ wilson_low('known.complaining_customer_count', 'known.asked_count') }}
        as complaining_customer_rate_lo,
    {{ wilson_high('known.complaining_customer_count', 'known.asked_count') }}
        as complaining_customer_rate_hi,
    1000 * {{ share_of_counts('known.known_complaint_count', 'known.order_count') }}
        as complaints_per_1000_orders,
    case
        when known.known_complaint_count is null then 'no complaint names a product'
        when known.customer_count = 0 then 'no customer is known'
        when known.order_count = 0 then 'rate per orders: not sold since the first case'
    end as complaint_reason
from known
cross join run_context
