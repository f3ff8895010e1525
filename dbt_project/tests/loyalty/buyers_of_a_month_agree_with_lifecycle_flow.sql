-- Claim: a month has the same buyers in loyalty_kpi as in lifecycle_flow, and those who bought before
-- are the buyers without the new. Fails on each month that differs.
with
kpis as (
    select *
    from {{ ref('loyalty_kpi') }}
    where variant = 'bought_before_month'
),

flows as (
    select *
    from {{ ref('lifecycle_flow') }}
    where period_kind = 'month' and buyer_count > 0
)

select
    coalesce(flows.period_start_date, kpis.period_start_date) as month_start_date,
    flows.buyer_count,
    kpis.denominator,
    flows.new_count,
    kpis.numerator
from flows
full outer join kpis on flows.period_start_date = kpis.period_start_date
where
    flows.period_start_date is null
    or kpis.period_start_date is null
    or flows.buyer_count <> kpis.denominator
    or flows.buyer_count - flows.new_count <> kpis.numerator
