-- Claim: customer_value has one row for each customer of dim_customer, the unknown member included,
-- and no other. Fails on each customer that has none, several, or is not known.
with
customer_values as (
    select
        customer_key,
        count(*) as row_count
    from {{ ref('customer_value') }}
    group by customer_key
)

select
    coalesce(customers.customer_key, customer_values.customer_key) as customer_key,
    customer_values.row_count
from {{ ref('dim_customer') }} as customers
full outer join customer_values on customers.customer_key = customer_values.customer_key
where
    customers.customer_key is null
    or customer_values.row_count is null
    or customer_values.row_count <> 1
