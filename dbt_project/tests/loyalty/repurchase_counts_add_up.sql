-- Claim: nobody is counted above the line who is not below it, a rate is there exactly where there
-- is a denominator, and for each horizon the cohorts (with the young apart) hold every buyer once.
-- Fails on each row, and on each horizon, for which that does not hold.
with
kpis as (
    select * from {{ ref('loyalty_kpi') }}
),

buyers as (
    select denominator
    from kpis
    where kpi = 'repurchase_rate' and variant = 'ever'
),

horizons as (
    select
        horizon_days,
        period_kind,
        sum(denominator + young_customer_count) as customer_count
    from kpis
    where variant = 'within_days'
    group by horizon_days, period_kind
)

select
    loyalty_kpi_key as place,
    numerator as observed,
    denominator as expected
from kpis
where
    numerator > denominator
    or (rate is null) <> (denominator = 0)
    or (rate is null) <> (rate_reason is not null)
union all
select
    horizons.period_kind || '/' || cast(horizons.horizon_days as string) as place,
    horizons.customer_count as observed,
    buyers.denominator as expected
from horizons
left join buyers on true
where coalesce(horizons.customer_count <> buyers.denominator, true)
