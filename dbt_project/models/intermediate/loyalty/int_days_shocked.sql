-- One row per kind of shock and day from the first purchase on: whether the day lies in a window of that
-- kind, and how many days did so far. Windows: the days up to a holiday, promotions of the firm, and what
-- the firm declares of competitors (seed declared_shocks).
with
rules as (
    select cast(max(case when rule = 'shock_lead_days' then value end) as integer) as lead_days
    from {{ ref('loyalty_rules') }}
),

windows as (
    select
        'holiday' as shock_kind,
        cast({{ dbt.dateadd('day', '1 - rules.lead_days', 'calendar.date') }} as date) as start_date,
        calendar.date as end_date
    from {{ ref('stg_sales__calendar') }} as calendar
    cross join rules
    where calendar.holiday is not null
    union all
    select
        'promotion' as shock_kind,
        cast({{ adapter.quote('start') }} as date) as start_date,
        cast({{ adapter.quote('end') }} as date) as end_date
    from {{ ref('stg_sales__promotions') }}
    union all
    select
        shock_kind,
        start_date,
        end_date
    from {{ ref('declared_shocks') }}
),

kinds as (
    select 'holiday' as shock_kind
    union
    select 'promotion' as shock_kind
    union
    select 'competitor' as shock_kind
    union
    select shock_kind from {{ ref('declared_shocks') }}
),

days as (
    select
        kinds.shock_kind,
        days.calendar_date,
        count(windows.shock_kind) > 0 as is_shocked
    from {{ ref('int_periods_spanned') }} as days
    cross join kinds
    left join windows
        on
            kinds.shock_kind = windows.shock_kind
            and days.calendar_date >= windows.start_date
            and days.calendar_date <= windows.end_date
    where days.period_kind = 'day'
    group by kinds.shock_kind, days.calendar_date
)

select
    shock_kind,
    calendar_date,
    is_shocked,
    sum(case when is_shocked then 1 else 0 end) over (
        partition by shock_kind order by calendar_date
        rows between unbounded preceding and current row
    ) as shocked_day_count
from days
