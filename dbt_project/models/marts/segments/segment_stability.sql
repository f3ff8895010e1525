-- One row per scheme (scheme), at the as-of date: how often the facts changed their judgement in the
-- last stability_window_days days, as far as is remembered, how often customers were moved, and how often
-- either went back to a segment left at most flap_days days before (a flap). Moves by a changed
-- definition are counted apart.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

rules as (
    select
        max(case when rule = 'flap_days' then value end) as flap_days,
        max(case when rule = 'stability_window_days' then value end) as window_days
    from {{ ref('segment_rules') }}
),

memberships as (
    select * from {{ ref('segment_membership') }}
),

-- A scheme is observed from the day after its first remembered one.
windows as (
    select
        beginnings.scheme,
        run_context.as_of_date,
        rules.flap_days,
        greatest(
            cast({{ dbt.dateadd('day', '1', 'beginnings.first_date') }} as date),
            cast({{ dbt.dateadd('day', '1 - rules.window_days', 'run_context.as_of_date') }} as date)
        ) as window_start_date
    from (
        select
            scheme,
            min(valid_from_date) as first_date
        from memberships
        group by scheme
    ) as beginnings
    cross join run_context
    cross join rules
),

exposures as (
    select
        windows.scheme,
        cast(sum(case when memberships.is_current then 1 else 0 end) as bigint) as customer_count,
        cast(sum(case when memberships.is_held_back then 1 else 0 end) as bigint) as held_back_count,
        cast(sum(greatest(
            0,
            1 + {{ dbt.datediff(
                'greatest(memberships.valid_from_date, windows.window_start_date)',
                'coalesce(memberships.valid_to_date, windows.as_of_date)', 'day'
            ) }}
        )) as bigint) as customer_day_count
    from memberships
    inner join windows on memberships.scheme = windows.scheme
    group by windows.scheme
),

-- counted moves of either layer within the window
counted as (
    select
        moves.scheme,
        {% for layer, name in [('raw', 'raw_change'), ('held', 'move')] %}
        sum(case when moves.layer = '{{ layer }}' then 1 else 0 end) as {{ name }}_count,
        count(
            case when moves.layer = '{{ layer }}' and moves.days_since_left <= windows.flap_days then 1 end
        ) as {{ layer }}_flap_count,
        {% endfor %}
        {% for kind in ['event', 'confirmed', 'clear', 'gave_up'] %}
        sum(case when moves.move_kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}_move_count,
        {% endfor %}
        {{ quantile_discrete(
            "case when moves.move_kind in ('confirmed', 'clear', 'gave_up') then moves.move_delay_days end",
            0.5
        ) }} as median_move_delay_days
    from {{ ref('int_segment_flaps_counted') }} as moves
    inner join windows
        on moves.scheme = windows.scheme and moves.moved_date >= windows.window_start_date
    group by moves.scheme
),

redefined as (
    select
        moves.scheme,
        count(*) as definition_move_count
    from {{ ref('int_segment_moves_listed') }} as moves
    inner join windows
        on moves.scheme = windows.scheme and moves.moved_date >= windows.window_start_date
    where moves.layer = 'held' and moves.move_kind = 'definition'
    group by moves.scheme
)

select
    windows.scheme,
    windows.as_of_date,
    windows.window_start_date,
    exposures.customer_count,
    exposures.held_back_count,
    exposures.customer_day_count,
    {% for count in ['raw_change', 'move', 'event_move', 'confirmed_move', 'clear_move', 'gave_up_move'] %}
    cast(coalesce(counted.{{ count }}_count, 0) as bigint) as {{ count }}_count,
    {% endfor %}
    cast(coalesce(redefined.definition_move_count, 0) as bigint) as definition_move_count,
    cast(counted.median_move_delay_days as bigint) as median_move_delay_days,
    {% for layer in ['raw', 'held'] %}
    cast(coalesce(counted.{{ layer }}_flap_count, 0) as bigint) as {{ layer }}_flap_count,
    cast(365 * coalesce(counted.{{ layer }}_flap_count, 0) as double)
    / nullif(exposures.customer_day_count, 0) as {{ layer }}_flaps_per_year,
    {% endfor %}
    cast(counted.held_flap_count as double) / nullif(counted.raw_flap_count, 0) as held_flap_ratio
from windows
inner join exposures on windows.scheme = exposures.scheme
left join counted on windows.scheme = counted.scheme
left join redefined on windows.scheme = redefined.scheme
