-- Claim: each customer has exactly one latest wave of perceived value, or one row that says why there
-- is none (C20). Fails on each customer with none or several.
with
latest as (
    select
        customer_key,
        count(*) as row_count
    from {{ ref('survey_value') }}
    where is_latest
    group by customer_key
)

select
    customers.customer_key,
    latest.row_count
from {{ ref('dim_customer') }} as customers
left join latest on customers.customer_key = latest.customer_key
where
    customers.customer_kind <> 'unknown'
    and coalesce(latest.row_count, 0) <> 1
