-- One row per period (month, all history) and source of feedback (interaction, ticket, survey, all): how
-- much of it was answered within feedback_window_days, how soon, and how much led to a change (E11). All
-- history has every source, delivered or not.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

items as (
    select
        *,
        min(given_date) over () as history_start_date
    from {{ ref('int_feedback_items_followed') }}
),

sliced as (
    select
        kinds.period_kind,
        {{ period_start('kinds.period_kind', 'items.given_date', 'items.history_start_date') }}
            as period_start_date,
        case kinds.is_total when 1 then 'all' else items.feedback_source end as feedback_source,
        1 as is_item,
        items.open_days,
        items.is_closed_in_window,
        items.is_old_enough,
        items.is_change
    from items
    cross join (
        select 'month' as period_kind, 0 as is_total
        union all
        select 'month' as period_kind, 1 as is_total
        union all
        select 'all_history' as period_kind, 0 as is_total
        union all
        select 'all_history' as period_kind, 1 as is_total
    ) as kinds
    union all
    -- So that a source of which nothing is delivered says so.
    select
        'all_history' as period_kind,
        coalesce(history.history_start_date, run_context.as_of_date) as period_start_date,
        sources.feedback_source,
        null as is_item,
        null as open_days,
        null as is_closed_in_window,
        null as is_old_enough,
        null as is_change
    from run_context
    cross join (select min(given_date) as history_start_date from items) as history
    cross join (
        select distinct feedback_source
        from {{ ref('service_feedback') }}
        union all
        select 'all' as feedback_source
    ) as sources
),

counted as (
    select
        period_kind,
        period_start_date,
        feedback_source,
        nullif(count(is_item), 0) as item_count,
        count(case when is_old_enough then 1 end) as judged_count,
        count(case when is_old_enough and is_closed_in_window then 1 end) as closed_count,
        {{ quantile_discrete('case when is_old_enough and is_closed_in_window then open_days end', 0.5) }}
            as median_days,
        count(is_change) as traced_count,
        count(case when is_change then 1 end) as change_count
    from sliced
    group by period_kind, period_start_date, feedback_source
)

select
    counted.period_kind || '/' || cast(counted.period_start_date as string) || '/'
    || counted.feedback_source as feedback_loop_key,
    run_context.as_of_date,
    counted.period_kind,
    counted.period_start_date,
    {{ is_running_period(
        'counted.period_kind', 'counted.period_start_date', 'run_context.as_of_date'
    ) }}
        as is_partial,
    counted.feedback_source,
    cast(counted.item_count as bigint) as item_count,
    cast(case when counted.item_count > 0 then counted.judged_count end as bigint) as judged_count,
    cast(counted.item_count - counted.judged_count as bigint) as young_count,
    cast(case when counted.item_count > 0 then counted.closed_count end as bigint) as closed_count,
    {{ share_of_counts('counted.closed_count', 'counted.judged_count') }} as closed_rate,
    counted.median_days,
    case
        when counted.item_count is null then 'no feedback of this source is delivered'
        when counted.judged_count = 0 then 'no feedback is old enough'
        when counted.closed_count = 0 then 'days: no feedback was answered in time'
    end as closed_reason,
    cast(case when counted.item_count > 0 then counted.traced_count end as bigint) as traced_count,
    cast(case when counted.item_count > 0 then counted.change_count end as bigint) as change_count,
    {{ share_of_counts('counted.change_count', 'counted.traced_count') }} as change_rate,
    case
        when counted.item_count is null then 'no feedback of this source is delivered'
        when counted.traced_count = 0 then 'no code of this source says that it led to a change'
    end as change_reason
from counted
cross join run_context
