-- One row per period (month, all history), clock and class of seed service_response_bins: how many
-- answered cases waited that long for their first answer. Where nothing is answered, the classes are
-- there once and say so.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

bins as (
    select
        bin_no,
        bin_label,
        coalesce(lag(upper_minutes) over (order by bin_no), -1) as lower_minutes,
        coalesce(upper_minutes, 2147483647) as upper_minutes
    from {{ ref('service_response_bins') }}
),

-- Counts per day and class first: what is spread over periods does not grow with the cases.
classed as (
    select
        answered.created_date,
        answered.clock,
        bins.bin_no,
        count(*) as answered_count
    from (
        select created_date, 'calendar' as clock, response_minutes as waited_minutes
        from {{ ref('int_tickets_measured') }}
        where not is_test_customer
        union all
        select created_date, 'business' as clock, response_business_minutes
        from {{ ref('int_tickets_measured') }}
        where not is_test_customer
    ) as answered
    inner join bins
        on
            answered.waited_minutes > bins.lower_minutes
            and answered.waited_minutes <= bins.upper_minutes
    group by answered.created_date, answered.clock, bins.bin_no
),

sliced as (
    select
        kinds.period_kind,
        {{ period_start(
            'kinds.period_kind', 'classed.created_date', 'history.history_start_date'
        ) }} as period_start_date,
        classed.clock,
        classed.bin_no,
        classed.answered_count
    from classed
    cross join (select 'month' as period_kind union all select 'all_history') as kinds
    cross join (
        select min(calendar_date) as history_start_date
        from {{ ref('int_service_days_opened') }}
    ) as history
),

groups as (
    select distinct
        period_kind,
        period_start_date,
        clock
    from sliced
    union all
    select 'all_history', as_of_date, 'calendar'
    from run_context
    where not exists (select 1 from sliced)
),

waited as (
    select
        groups.period_kind,
        groups.period_start_date,
        groups.clock,
        bins.bin_no,
        bins.bin_label,
        coalesce(sum(sliced.answered_count), 0) as bin_count
    from groups
    cross join bins
    left join sliced
        on
            groups.period_kind = sliced.period_kind
            and groups.period_start_date = sliced.period_start_date
            and groups.clock = sliced.clock
            and bins.bin_no = sliced.bin_no
    group by
        groups.period_kind, groups.period_start_date, groups.clock, bins.bin_no, bins.bin_label
),

summed as (
    select
        *,
        nullif(sum(bin_count) over (partition by period_kind, period_start_date, clock), 0)
            as answered_count,
        sum(bin_count) over (
            partition by period_kind, period_start_date, clock
            order by bin_no rows between unbounded preceding and current row
        ) as bin_or_earlier_count
    from waited
)

select
    summed.period_kind || '/' || cast(summed.period_start_date as string) || '/'
        || summed.clock || '/' || cast(summed.bin_no as string) as service_response_time_key,
    run_context.as_of_date,
    summed.period_kind,
    summed.period_start_date,
    summed.clock,
    cast(summed.bin_no as integer) as bin_no,
    summed.bin_label,
    cast(case when summed.answered_count > 0 then summed.bin_count end as bigint) as bin_count,
    cast(summed.answered_count as bigint) as answered_count,
    {{ share_of_counts('summed.bin_count', 'summed.answered_count') }} as bin_rate,
    {{ share_of_counts('summed.bin_or_earlier_count', 'summed.answered_count') }}
        as bin_or_earlier_rate,
    case when summed.answered_count is null then 'no answered service case is delivered' end
        as answered_reason
from summed
cross join run_context
