-- Claim: loyalty_scorecard has one row for each customer of dim_customer but the unknown member, and no
-- other. Fails on each customer that has none, several, or is not known.
with
scorecards as (
    select
        customer_key,
        count(*) as row_count
    from {{ ref('loyalty_scorecard') }}
    group by customer_key
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where customer_kind <> 'unknown'
)

select
    coalesce(customers.customer_key, scorecards.customer_key) as customer_key,
    scorecards.row_count
from customers
full outer join scorecards on customers.customer_key = scorecards.customer_key
where
    customers.customer_key is null
    or scorecards.row_count is null
    or scorecards.row_count <> 1
