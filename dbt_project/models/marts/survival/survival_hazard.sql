-- One row per cohort and month of tenure (cohort, tenure_month), at the as-of date: how many customers
-- lapse per 30 days of being customers, at that age. Months of 30 days; month 1 holds days 1 to 30 after
-- the first purchase. Days that customers were observed for are counted exactly.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

lifetimes as (
    select
        cohort,
        tenure,
        ended_count,
        ended_count + censored_count as observed_count,
        cast(ceil(cast(tenure as double) / 30) as bigint) as last_month
    from {{ ref('int_lifetimes_counted') }}
    where subject_kind = 'customers' and tenure > 0
),

tenure_months as (
    select distinct last_month as tenure_month from lifetimes
),

exposed as (
    select
        lifetimes.cohort,
        tenure_months.tenure_month,
        sum(lifetimes.observed_count) as entered_count,
        sum(
            lifetimes.observed_count
            * least(lifetimes.tenure - 30 * (tenure_months.tenure_month - 1), 30)
        ) as exposure_days,
        sum(
            case when lifetimes.last_month = tenure_months.tenure_month then lifetimes.ended_count else 0 end
        ) as ended_count
    from lifetimes
    inner join tenure_months on lifetimes.last_month >= tenure_months.tenure_month
    group by lifetimes.cohort, tenure_months.tenure_month
)

select
    exposed.cohort,
    exposed.tenure_month,
    run_context.as_of_date,
    cast(exposed.entered_count as bigint) as entered_count,
    cast(exposed.exposure_days as bigint) as exposure_days,
    cast(exposed.ended_count as bigint) as ended_count,
    30 * cast(exposed.ended_count as double) / exposed.exposure_days as hazard_rate,
    -- The logarithm of a rate is about normal; without an event nothing is known of its error.
    {% for bound, sign in [('lo', '-'), ('hi', '+')] %}
    case
        when exposed.ended_count > 0
            then 30 * cast(exposed.ended_count as double) / exposed.exposure_days
                * exp({{ sign }}1.959963984540054 / sqrt(cast(exposed.ended_count as double)))
    end as hazard_{{ bound }}_rate,
    {% endfor %}
    case when exposed.ended_count = 0 then 'nobody lapsed at this age: no interval' end as interval_reason
from exposed
cross join run_context
