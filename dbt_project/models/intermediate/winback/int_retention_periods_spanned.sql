-- One row per period of the economics of retention (period_kind, period_start_date): the last twelve
-- calendar months with the running one (as for the cost of acquisition), and the last eight calendar
-- quarters. Each with the period of the same length before it, whose customers it can keep.
with
run_context as (
    select
        as_of_date,
        {{ dbt.date_trunc('quarter', 'as_of_date') }} as quarter_date,
        {{ dbt.date_trunc('month', 'as_of_date') }} as month_date
    from {{ source('raw', 'run_context') }}
),

numbers as (
    select cast(generated_number as integer) as period_number
    from ({{ dbt.generate_series(8) }})
),

begun as (
    select
        'year' as period_kind,
        12 as month_count,
        cast({{ dbt.dateadd('month', -11, 'month_date') }} as date) as period_start_date,
        as_of_date
    from run_context
    union all
    select
        'quarter' as period_kind,
        3 as month_count,
        cast({{ dbt.dateadd(
            'month', '-3 * (numbers.period_number - 1)', 'run_context.quarter_date'
        ) }} as date) as period_start_date,
        run_context.as_of_date
    from run_context
    cross join numbers
),

ended as (
    select
        *,
        cast({{ dbt.dateadd('month', 'month_count', 'period_start_date') }} as date)
            as next_start_date,
        cast({{ dbt.dateadd('month', '-1 * month_count', 'period_start_date') }} as date)
            as previous_start_date
    from begun
)

select
    period_kind,
    period_start_date,
    next_start_date,
    previous_start_date,
    {{ dbt.dateadd('day', 1, 'as_of_date') }} < next_start_date as is_running
from ended
