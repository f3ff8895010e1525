-- Claim: the last closing of each period kind is the number of customers in an active lifecycle
-- stage, test customers apart: flows and stages mean the same by active. Fails on each period kind
-- that ends with another number.
with
active_customers as (
    select count(*) as customer_count
    from {{ ref('lifecycle_state') }} as states
    inner join {{ ref('lifecycle_stages') }} as stages on states.lifecycle_stage = stages.stage
    inner join {{ ref('dim_customer') }} as customers
        on states.customer_key = customers.customer_key
    where stages.is_active and not customers.is_test
),

last_periods as (
    select
        period_kind,
        closing_count,
        row_number() over (partition by period_kind order by period_start_date desc) as period_rank
    from {{ ref('lifecycle_flow') }}
)

select
    last_periods.period_kind,
    last_periods.closing_count,
    active_customers.customer_count
from last_periods
cross join active_customers
where
    last_periods.period_rank = 1
    and last_periods.closing_count <> active_customers.customer_count
