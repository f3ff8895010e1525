-- One row per period kind (day, week from Monday, calendar month) and period, up to the as-of
-- date: opening + new + resurrecting - dormant = closing active customers, and the closing of a
-- period is the opening of the next. Built from changes of activity, never from customer x day.
-- Changes are counted gross: who goes dormant and returns within a period is in both counts.
-- Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'activity_window_days' then value end) as activity_window_days
    from {{ ref('lifecycle_rules') }}
),

closed as (
    select
        *,
        sum(new_count + resurrecting_count - dormant_count) over (
            partition by period_kind
            order by period_start_date
            rows between unbounded preceding and current row
        ) as closing_count
    from {{ ref('int_periods_counted') }}
),

opened as (
    select
        *,
        lag(closing_count, 1, 0) over (
            partition by period_kind order by period_start_date
        ) as opening_count
    from closed
)

select
    opened.period_kind,
    opened.period_start_date,
    run_context.as_of_date,
    cast(rules.activity_window_days as integer) as activity_window_days,
    cast(opened.opening_count as bigint) as opening_count,
    cast(opened.new_count as bigint) as new_count,
    cast(opened.resurrecting_count as bigint) as resurrecting_count,
    cast(opened.dormant_count as bigint) as dormant_count,
    cast(opened.closing_count as bigint) as closing_count,
    cast(opened.buyer_count as bigint) as buyer_count,
    cast(opened.returning_count as bigint) as returning_count,
    cast(opened.opening_count - opened.dormant_count + opened.dormant_and_back_count as bigint)
        as retained_count,
    cast(opened.opening_count - opened.dormant_count + opened.dormant_and_back_count as double)
    / nullif(opened.opening_count, 0) as retention_rate,
    cast(opened.dormant_count - opened.dormant_and_back_count as double)
    / nullif(opened.opening_count, 0) as churn_rate,
    {{ is_running_period(
        'opened.period_kind', 'opened.period_start_date', 'run_context.as_of_date'
    ) }}
        as is_partial
from opened
cross join rules
cross join run_context
