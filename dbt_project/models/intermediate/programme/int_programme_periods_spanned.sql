-- One row per programme and period (program_id, period_kind, period_start_date): each calendar month from
-- the first membership or points of the programme to the as-of date, and all its history. A firm
-- without programmes has one row, none, in which the marts say so.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

starts as (
    select
        program_id,
        min(start_date) as start_date
    from (
        select
            program_id,
            enrolled_date as start_date
        from {{ ref('int_memberships_resolved') }}
        union all
        select
            program_id,
            booked_date as start_date
        from {{ ref('int_points_entries_ordered') }}
    ) as beginnings
    group by program_id
),

programmes as (
    select
        program_id,
        cast({{ dbt.date_trunc('month', 'start_date') }} as date) as start_date
    from starts
    union all
    select
        'none' as program_id,
        run_context.as_of_date as start_date
    from run_context
    where not exists (select 1 from starts)
),

months as (
    select distinct period_start_date
    from {{ ref('int_periods_spanned') }}
    where period_kind = 'month'
)

select
    programmes.program_id,
    'month' as period_kind,
    months.period_start_date,
    least(
        cast({{ dbt.last_day('months.period_start_date', 'month') }} as date),
        run_context.as_of_date
    ) as period_end_date
from programmes
cross join run_context
inner join months on programmes.start_date <= months.period_start_date
where programmes.program_id <> 'none'
union all
select
    programmes.program_id,
    'all_history' as period_kind,
    programmes.start_date as period_start_date,
    run_context.as_of_date as period_end_date
from programmes
cross join run_context
