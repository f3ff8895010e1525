-- Claim: by stage, seg_lifecycle has the customers and net amounts that seg_summary has. Fails with each
-- stage that differs.
with
customers as (
    select
        lifecycle_stage,
        count(*) as customer_count,
        sum(net_amount) as net_amount
    from {{ ref('seg_lifecycle') }}
    group by lifecycle_stage
),

summary as (
    select
        lifecycle_stage,
        sum(customer_count) as customer_count,
        sum(net_amount) as net_amount
    from {{ ref('seg_summary') }}
    where customer_kind <> 'unknown'
    group by lifecycle_stage
)

select
    coalesce(summary.lifecycle_stage, customers.lifecycle_stage) as lifecycle_stage,
    summary.customer_count as expected_count,
    customers.customer_count as observed_count
from summary
full outer join customers on summary.lifecycle_stage = customers.lifecycle_stage
where coalesce(
        summary.customer_count <> customers.customer_count
        or summary.net_amount <> customers.net_amount,
        true
    )
