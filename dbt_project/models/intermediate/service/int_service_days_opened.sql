-- One row per business day from the first service case to the as-of date: when the service desk
-- opened and closed, as UTC instants, and the seconds it was open before. Two instants are then
-- compared by two look-ups, whatever lies between them; a day of changing clocks has the hours that
-- were lived through. 16,384 days reach 44 years.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

bounds as (
    select
        {{ business_date('min(tickets.created_at)', 'max(run_context.business_time_zone)') }}
            as first_date,
        max(run_context.as_of_date) as as_of_date,
        max(run_context.business_time_zone) as business_time_zone
    from {{ ref('stg_crm__tickets') }} as tickets
    cross join run_context
    where tickets.created_at < run_context.as_of_end_at
),

days as (
    select
        cast({{ dbt.dateadd(
            'day', 'cast(numbers.generated_number as integer) - 1', 'bounds.first_date'
        ) }} as date) as calendar_date,
        bounds.business_time_zone
    from ({{ dbt.generate_series(16384) }}) as numbers
    cross join bounds
    where numbers.generated_number
        <= {{ dbt.datediff('bounds.first_date', 'bounds.as_of_date', 'day') }} + 1
),

-- 'hh:mm' as minutes of the day, so that 24:00 is the end of it.
schedule as (
    select
        weekday,
        valid_from,
        lead(valid_from) over (partition by weekday order by valid_from) as valid_until,
        cast(substr(opens, 1, 2) as integer) * 60 + cast(substr(opens, 4, 2) as integer)
            as opens_minute,
        cast(substr(closes, 1, 2) as integer) * 60 + cast(substr(closes, 4, 2) as integer)
            as closes_minute
    from {{ ref('service_hours') }}
),

scheduled as (
    select
        days.calendar_date,
        calendar.holiday is not null as is_holiday,
        case when calendar.holiday is null then {{ utc_instant(
            dbt.dateadd('minute', 'schedule.opens_minute', 'cast(days.calendar_date as timestamp)'),
            'days.business_time_zone'
        ) }} end as opens_at,
        case when calendar.holiday is null then {{ utc_instant(
            dbt.dateadd('minute', 'schedule.closes_minute', 'cast(days.calendar_date as timestamp)'),
            'days.business_time_zone'
        ) }} end as closes_at
    from days
    left join {{ ref('stg_sales__calendar') }} as calendar
        on days.calendar_date = calendar.date
    -- Monday 1 to Sunday 7, counted from a Monday: engines number weekdays differently.
    left join schedule
        on
            mod({{ dbt.datediff("cast('1900-01-01' as date)", 'days.calendar_date', 'day') }}, 7) + 1
            = schedule.weekday
            and days.calendar_date >= schedule.valid_from
            and days.calendar_date < coalesce(schedule.valid_until, cast('9999-12-31' as date))
),

measured as (
    select
        *,
        coalesce({{ dbt.datediff('opens_at', 'closes_at', 'second') }}, 0) as open_seconds
    from scheduled
)

select
    calendar_date,
    is_holiday,
    opens_at,
    closes_at,
    cast(open_seconds as bigint) as open_seconds,
    cast(coalesce(sum(open_seconds) over (
        order by calendar_date rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as open_seconds_before
from measured
