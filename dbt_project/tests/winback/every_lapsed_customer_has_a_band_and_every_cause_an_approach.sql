-- Claim: bands of silence begin where lapsing does, and no cause is without a suggestion.
with
first_band as (
    select min(from_days) as from_days from {{ ref('winback_silences') }}
),

lapsing as (
    select max(case when rule = 'lapsed_after_days' then value end) as lapsed_days
    from {{ ref('lifecycle_rules') }}
)

select 'bands begin at ' || cast(first_band.from_days as string) as problem
from first_band
cross join lapsing
where first_band.from_days <> lapsing.lapsed_days
union all
select 'no approach for ' || causes.cause as problem
from {{ ref('churn_causes') }} as causes
left join {{ ref('winback_approaches') }} as approaches on causes.cause = approaches.cause
where approaches.cause is null
