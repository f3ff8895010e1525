-- One row per landmark (landmark_date, is_today), with the days of its follow-up: the month ends with
-- a complete follow-up of months in which somebody joined a programme, the latest of them; and one
-- more, is_today, whose follow-up ends on the as-of date, for members and others as they stand.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'follow_up_days' then cast(value as integer) end) as follow_up_days,
        max(case when rule = 'retention_days' then cast(value as integer) end) as retention_days,
        max(case when rule = 'landmarks' then cast(value as integer) end) as landmark_count
    from {{ ref('lift_rules') }}
),

joining_months as (
    select distinct cast({{ dbt.last_day('enrolled_date', 'month') }} as date) as landmark_date
    from {{ ref('int_memberships_resolved') }}
    where customer_key <> 'unknown' and not is_test
),

ranked_months as (
    select
        joining_months.landmark_date,
        row_number() over (order by joining_months.landmark_date desc) as month_rank
    from joining_months
    cross join rules
    cross join run_context
    where {{ dbt.dateadd('day', 'rules.follow_up_days', 'joining_months.landmark_date') }}
        <= run_context.as_of_date
),

landmarks as (
    select
        ranked_months.landmark_date,
        false as is_today
    from ranked_months
    cross join rules
    where ranked_months.month_rank <= rules.landmark_count
    union all
    select
        cast({{ dbt.dateadd('day', '-rules.follow_up_days', 'run_context.as_of_date') }} as date)
            as landmark_date,
        true as is_today
    from run_context
    cross join rules
)

select
    landmarks.landmark_date,
    landmarks.is_today,
    cast({{ dbt.date_trunc('month', 'landmarks.landmark_date') }} as date) as month_start_date,
    cast({{ dbt.dateadd('day', 'rules.follow_up_days', 'landmarks.landmark_date') }} as date)
        as follow_up_end_date,
    cast({{ dbt.dateadd(
        'day', 'rules.follow_up_days - rules.retention_days + 1', 'landmarks.landmark_date'
    ) }} as date) as late_start_date
from landmarks
cross join rules
