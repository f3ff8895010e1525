-- One row: the fiscal period that holds the as-of date, by the firm's calendar; without one, the
-- calendar month.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

calendar as (
    select * from {{ ref('stg_sales__calendar') }}
),

named as (
    select calendar.fiscal
    from calendar
    inner join run_context on calendar.date = run_context.as_of_date
    where calendar.fiscal is not null
),

dated as (
    select
        calendar.fiscal,
        min(calendar.date) as start_date
    from calendar
    inner join named on calendar.fiscal = named.fiscal
    group by calendar.fiscal
)

select
    run_context.as_of_date,
    coalesce(
        dated.fiscal,
        cast(cast({{ dbt.date_trunc('month', 'run_context.as_of_date') }} as date) as string)
    ) as period_name,
    cast(
        coalesce(dated.start_date, {{ dbt.date_trunc('month', 'run_context.as_of_date') }}) as date
    ) as start_date,
    case when dated.fiscal is null then 'calendar_month' else 'fiscal_calendar' end as method
from run_context
left join dated on true
