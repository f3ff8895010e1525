-- One row per layer (held, raw), customer, scheme and day (layer, customer_key, scheme, moved_date): a
-- move out of a segment, as remembered before the as-of date and as decided today. Held moves carry the
-- interval that they end; a customer who is gone has moved to no segment. The first segment is no move.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

-- A state stands in the memory on the day on which it became so, and today in int_segments_held.
states as (
    {% for relation, is_gone in [
        (source('history', 'segment_change'), 'is_gone'), (ref('int_segments_held'), 'false')
    ] %}
    select
        customer_key,
        scheme,
        as_of_date,
        {{ is_gone }} as is_gone,
        segment,
        valid_from_date,
        move_kind,
        move_delay_days,
        previous_segment,
        previous_from_date,
        previous_move_kind,
        raw_segment,
        raw_since_date,
        previous_raw_segment,
        definition_since_date
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Customers whose memory ends today, under this key.
ended as (
    select
        customer_key,
        scheme,
        segment,
        valid_from_date,
        move_kind
    from {{ ref('int_segments_orphaned') }}
)

select
    'held' as layer,
    customer_key,
    scheme,
    as_of_date as moved_date,
    previous_segment as from_segment,
    segment as to_segment,
    move_kind,
    move_delay_days,
    previous_from_date as from_date,
    previous_move_kind as from_move_kind
from states
where not is_gone and valid_from_date = as_of_date and previous_from_date is not null
union all
select
    'held' as layer,
    customer_key,
    scheme,
    as_of_date as moved_date,
    segment as from_segment,
    null as to_segment,
    'gone' as move_kind,
    null as move_delay_days,
    valid_from_date as from_date,
    move_kind as from_move_kind
from states
where is_gone
union all
select
    'held' as layer,
    ended.customer_key,
    ended.scheme,
    run_context.as_of_date as moved_date,
    ended.segment as from_segment,
    null as to_segment,
    'gone' as move_kind,
    null as move_delay_days,
    ended.valid_from_date as from_date,
    ended.move_kind as from_move_kind
from ended
cross join run_context
union all
select
    'raw' as layer,
    customer_key,
    scheme,
    as_of_date as moved_date,
    previous_raw_segment as from_segment,
    raw_segment as to_segment,
    case when definition_since_date = as_of_date then 'definition' else 'judged' end as move_kind,
    null as move_delay_days,
    null as from_date,
    null as from_move_kind
from states
where not is_gone and raw_since_date = as_of_date and previous_raw_segment is not null
