-- Claim: customer_credit has one row for each customer of dim_customer, the unknown member included,
-- and no other. Fails on each customer that has none, several, or is not known.
with
credits as (
    select
        customer_key,
        count(*) as row_count
    from {{ ref('customer_credit') }}
    group by customer_key
)

select
    coalesce(customers.customer_key, credits.customer_key) as customer_key,
    credits.row_count
from {{ ref('dim_customer') }} as customers
full outer join credits on customers.customer_key = credits.customer_key
where
    customers.customer_key is null
    or credits.row_count is null
    or credits.row_count <> 1
