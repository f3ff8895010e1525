-- Claim: customer_profitability has one row for each customer of dim_customer, the unknown member
-- included, and no other. Fails on each customer that has none, several, or is not known.
with
profits as (
    select
        customer_key,
        count(*) as row_count
    from {{ ref('customer_profitability') }}
    group by customer_key
)

select
    coalesce(customers.customer_key, profits.customer_key) as customer_key,
    profits.row_count
from {{ ref('dim_customer') }} as customers
full outer join profits on customers.customer_key = profits.customer_key
where
    customers.customer_key is null
    or profits.row_count is null
    or profits.row_count <> 1
