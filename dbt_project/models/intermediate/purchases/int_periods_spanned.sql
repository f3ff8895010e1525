-- One row per period kind (day, week from Monday, calendar month) and day, from the first purchase
-- occasion to the as-of date, with the start of the period that the day is in. 16,384 days reach
-- 44 years; periods_reach_the_as_of_date fails where history is longer.
with
bounds as (
    select
        min(occasions.purchase_date) as first_date,
        max(run_context.as_of_date) as as_of_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join {{ source('raw', 'run_context') }} as run_context
),

numbers as (
    select generated_number
    from ({{ dbt.generate_series(16384) }})
),

days as (
    select
        cast({{ dbt.dateadd(
            'day', 'cast(numbers.generated_number as integer) - 1', 'bounds.first_date'
        ) }} as date) as calendar_date
    from numbers
    cross join bounds
    where numbers.generated_number
        <= {{ dbt.datediff('bounds.first_date', 'bounds.as_of_date', 'day') }} + 1
)

select
    'day' as period_kind,
    calendar_date as period_start_date,
    calendar_date
from days
union all
select
    'week' as period_kind,
    cast({{ dbt.date_trunc('week', 'calendar_date') }} as date) as period_start_date,
    calendar_date
from days
union all
select
    'month' as period_kind,
    cast({{ dbt.date_trunc('month', 'calendar_date') }} as date) as period_start_date,
    calendar_date
from days
