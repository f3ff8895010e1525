-- Claim: each customer of dim_customer, the unknown member apart, has one lifecycle stage. Fails on
-- each customer with none or several, and on each stage of nobody.
with
stages as (
    select
        customer_key,
        count(*) as stage_count
    from {{ ref('lifecycle_state') }}
    group by customer_key
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where customer_kind <> 'unknown'
)

select
    coalesce(customers.customer_key, stages.customer_key) as customer_key,
    stages.stage_count
from customers
full outer join stages on customers.customer_key = stages.customer_key
where
    customers.customer_key is null
    or stages.stage_count is null
    or stages.stage_count <> 1
