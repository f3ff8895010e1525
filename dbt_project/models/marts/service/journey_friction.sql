-- One row per period (month, all history), touchpoint and step of the journey: satisfaction and complaints
-- of the touchpoint (step all), and how many web sessions leave at each step (E16). All history has every
-- step of seed journey_steps and the touchpoint they belong to, delivered or not.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

counted as (
    select * from {{ ref('int_touchpoints_counted') }}
),

steps as (
    select
        touchpoint,
        step_no,
        step
    from {{ ref('journey_steps') }}
    union
    select
        touchpoint,
        0 as step_no,
        'all' as step
    from {{ ref('journey_steps') }}
),

history as (
    select coalesce(min(counted.period_start_date), max(run_context.as_of_date)) as start_date
    from run_context
    left join counted on counted.period_kind = 'all_history'
),

filled as (
    select * from counted
    union all
    select 'all_history', history.start_date, steps.touchpoint, steps.step_no, 0, 0, 0, 0, 0
    from steps
    cross join history
    left join counted
        on
            counted.period_kind = 'all_history'
            and steps.touchpoint = counted.touchpoint
            and steps.step_no = counted.step_no
    where counted.step_no is null
),

-- Answers and complaints name a touchpoint, sessions a step: what cannot be there is null.
named as (
    select
        filled.period_kind,
        filled.period_start_date,
        filled.touchpoint,
        filled.step_no,
        coalesce(steps.step, 'all') as journey_step,
        case when filled.step_no = 0 then filled.answer_count end as csat_count,
        filled.satisfied_count,
        case when filled.step_no = 0 then filled.complaint_count end as complaint_count,
        nullif(sum(filled.complaint_count) over (
            partition by filled.period_kind, filled.period_start_date
        ), 0) as all_complaint_count,
        nullif(filled.session_count, 0) as session_count,
        case
            when
                filled.step_no > 0
                and filled.step_no < max(filled.step_no) over (partition by filled.touchpoint)
                then filled.session_count - filled.continued_count
        end as left_count
    from filled
    left join steps
        on filled.touchpoint = steps.touchpoint and filled.step_no = steps.step_no
)

select
    named.period_kind || '/' || cast(named.period_start_date as string) || '/'
    || named.touchpoint || '/' || cast(named.step_no as string) as journey_friction_key,
    run_context.as_of_date,
    named.period_kind,
    named.period_start_date,
    {{ is_running_period(
        'named.period_kind', 'named.period_start_date', 'run_context.as_of_date'
    ) }}
        as is_partial,
    named.touchpoint,
    named.step_no,
    named.journey_step,
    cast(named.csat_count as bigint) as csat_count,
    {{ share_of_counts('named.satisfied_count', 'named.csat_count') }} as csat_rate,
    {{ wilson_low('named.satisfied_count', 'named.csat_count') }} as csat_rate_lo,
    {{ wilson_high('named.satisfied_count', 'named.csat_count') }} as csat_rate_hi,
    case
        when named.csat_count is null then 'answers name the touchpoint, not the step'
        when named.csat_count = 0 then 'no valid answer about satisfaction names the touchpoint'
    end as csat_reason,
    cast(case when named.all_complaint_count > 0 then named.complaint_count end as bigint)
        as complaint_count,
    {{ share_of_counts('named.complaint_count', 'named.all_complaint_count') }} as complaint_rate,
    case
        when named.complaint_count is null then 'complaints name the touchpoint, not the step'
        when named.all_complaint_count is null then 'no complaint of the period names a touchpoint'
    end as complaint_reason,
    cast(named.session_count as bigint) as session_count,
    {{ share_of_counts('named.left_count', 'named.session_count') }} as drop_off_rate,
    {{ wilson_low('named.left_count', 'named.session_count') }} as drop_off_rate_lo,
    {{ wilson_high('named.left_count', 'named.session_count') }} as drop_off_rate_hi,
    case
        when named.step_no = 0 then 'sessions are counted at the steps'
        when named.session_count is null then 'no web session is delivered'
        when named.left_count is null then 'the last step'
    end as drop_off_reason
from named
cross join run_context
