-- One row per customer, scheme and interval in which the customer held one segment (customer_key,
-- scheme, valid_from_date), as far as is remembered. The interval without an end is the present one; it
-- says beside the segment what the facts of the day give and what would move the customer.
with
held as (
    select * from {{ ref('int_segments_held') }}
),

moves as (
    select * from {{ ref('int_segment_moves_listed') }}
    where layer = 'held'
),

-- A customer carries the key of one of its records: the record tells where a person of an old key is.
moved_keys as (
    select
        {{ surrogate_key(['source_system', 'customer_id']) }} as gone_key,
        customer_key as merged_into_key
    from {{ ref('int_customers_resolved') }}
    where {{ surrogate_key(['source_system', 'customer_id']) }} <> customer_key
),

intervals as (
    select
        moves.customer_key,
        moves.scheme,
        moves.from_segment as segment,
        moves.from_date as valid_from_date,
        cast({{ dbt.dateadd('day', -1, 'moves.moved_date') }} as date) as valid_to_date,
        moves.from_move_kind as entered_by,
        case when moves.move_kind = 'gone' and moved_keys.gone_key is not null then 'merged'
            else moves.move_kind
        end as ended_by,
        case when moves.move_kind = 'gone' then moved_keys.merged_into_key end as merged_into_key,
        cast(null as date) as segment_since_date,
        null as raw_segment,
        false as is_held_back,
        null as hold_reason,
        null as segment_reason,
        null as nearest_segment,
        cast(null as double) as distance_to_exit,
        null as distance_unit,
        null as exit_condition
    from moves
    left join moved_keys on moves.customer_key = moved_keys.gone_key
    union all
    select
        customer_key,
        scheme,
        segment,
        valid_from_date,
        null as valid_to_date,
        move_kind as entered_by,
        null as ended_by,
        null as merged_into_key,
        segment_since_date,
        raw_segment,
        is_held_back,
        hold_reason,
        segment_reason,
        nearest_segment,
        distance_to_exit,
        distance_unit,
        exit_condition
    from held
)

select
    customer_key,
    scheme,
    segment,
    valid_from_date,
    valid_to_date,
    valid_to_date is null as is_current,
    entered_by,
    ended_by,
    merged_into_key,
    segment_since_date,
    raw_segment,
    is_held_back,
    hold_reason,
    segment_reason,
    nearest_segment,
    distance_to_exit,
    distance_unit,
    exit_condition
from intervals
