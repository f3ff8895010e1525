-- One row per customer and scheme (customer_key, scheme), at the as-of date: the segment that the
-- customer is held in, which is the one that everything downstream uses. Today's judgement moves a
-- customer when it follows from an event or the calendar, lasts, or is clear; else the segment of
-- yesterday stays (seeds segment_schemes and segments). The memory of a key that is gone may have an heir.
{%- set remembered = [
    'segment', 'valid_from_date', 'segment_since_date', 'move_kind', 'move_delay_days',
    'previous_segment', 'previous_move_kind', 'previous_from_date', 'raw_segment',
    'raw_since_date', 'previous_raw_segment', 'definition_version', 'definition_since_date',
] %}
with
opened as (
    {% for relation, heir in [
        (source('history', 'segment_opening'), 'customer_key'),
        (ref('int_segments_orphaned'), 'heir_key'),
    ] %}
    select
        {{ heir }} as heir_key,
        {{ (['customer_key', 'scheme', 'away_since_date'] + remembered) | join(',\n        ') }}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        judged.*,
        run_context.as_of_date,
        schemes.definition_version,
        schemes.confirm_days,
        schemes.min_dwell_days,
        schemes.give_up_days,
        schemes.clear_rate as least_clear_rate,
        opened.customer_key is null as is_first,
        opened.customer_key <> judged.customer_key as is_inherited,
        {% for column in remembered %}
        opened.{{ column }} as opened_{{ column }},
        {% endfor %}
        opened.definition_version <> schemes.definition_version as is_redefined,
        case when judged.raw_segment = opened.raw_segment then opened.raw_since_date
            else run_context.as_of_date
        end as raw_since_date,
        case when judged.raw_segment <> opened.segment
            then coalesce(opened.away_since_date, run_context.as_of_date)
        end as away_date,
        coalesce(entered.is_entered_at_once, of_data.is_entered_at_once)
        or coalesce(left_behind.is_left_at_once, of_data.is_left_at_once) as is_event
    from {{ ref('int_segments_judged') }} as judged
    inner join {{ ref('segment_schemes') }} as schemes on judged.scheme = schemes.scheme
    left join opened on judged.customer_key = opened.heir_key and judged.scheme = opened.scheme
    left join {{ ref('segments') }} as entered
        on judged.scheme = entered.scheme and judged.raw_segment = entered.segment
    left join {{ ref('segments') }} as left_behind
        on judged.scheme = left_behind.scheme and opened.segment = left_behind.segment
    left join {{ ref('segments') }} as of_data on judged.scheme = of_data.scheme and of_data.segment = '*'
    cross join {{ source('raw', 'run_context') }} as run_context
),

decided as (
    select
        *,
        {{ segment_decision() }} as decision
    from compared
),

moved as (
    select
        *,
        decision is null and raw_segment <> opened_segment as is_held_back,
        decision is not null and not is_first as is_moved,
        greatest(
            cast({{ dbt.dateadd('day', 'min_dwell_days', 'opened_segment_since_date') }} as date),
            least(
                cast({{ dbt.dateadd('day', 'confirm_days', 'raw_since_date') }} as date),
                cast({{ dbt.dateadd('day', 'give_up_days', 'away_date') }} as date)
            )
        ) as earliest_move_date
    from decided
)

select
    customer_key,
    scheme,
    as_of_date,
    case when decision is null then opened_segment else raw_segment end as segment,
    case when decision is null and not is_inherited then opened_valid_from_date else as_of_date end
        as valid_from_date,
    case when decision is null then opened_segment_since_date else as_of_date end as segment_since_date,
    coalesce(decision, opened_move_kind) as move_kind,
    case
        when is_moved then cast({{ dbt.datediff('away_date', 'as_of_date', 'day') }} as bigint)
        else opened_move_delay_days
    end as move_delay_days,
    case when is_moved then opened_segment else opened_previous_segment end as previous_segment,
    case when is_moved then opened_move_kind else opened_previous_move_kind end as previous_move_kind,
    case
        when is_inherited then null
        when is_moved then opened_valid_from_date
        else opened_previous_from_date
    end as previous_from_date,
    raw_segment,
    raw_since_date,
    case when raw_segment = opened_raw_segment then opened_previous_raw_segment
        else opened_raw_segment
    end as previous_raw_segment,
    case when is_held_back then away_date end as away_since_date,
    is_held_back,
    {{ segment_hold_reason() }} as hold_reason,
    case when is_held_back then earliest_move_date end as earliest_move_date,
    segment_reason,
    nearest_segment,
    distance_to_exit,
    distance_unit,
    clear_rate,
    exit_condition,
    definition_version,
    case
        when is_first or is_redefined then as_of_date
        else opened_definition_since_date
    end as definition_since_date
from moved
