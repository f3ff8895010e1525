-- One row per customer and scheme that is remembered before the as-of date under a key that is gone
-- (customer_key, scheme): the state as remembered, and the key under which it goes on. That is the
-- customer into which the person was merged, unless this one has a memory of its own; else none.
{%- set remembered = [
    'customer_key', 'scheme', 'segment', 'valid_from_date', 'segment_since_date', 'move_kind',
    'move_delay_days', 'previous_segment', 'previous_move_kind', 'previous_from_date', 'raw_segment',
    'raw_since_date', 'previous_raw_segment', 'away_since_date', 'definition_version',
    'definition_since_date',
] %}
with
openings as (
    select * from {{ source('history', 'segment_opening') }}
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where customer_key <> 'unknown'
),

-- A customer carries the key of one of its records: the record tells where the customer is now.
moved_keys as (
    select
        {{ surrogate_key(['source_system', 'customer_id']) }} as gone_key,
        customer_key as successor_key
    from {{ ref('bridge_customer_identity') }}
    where {{ surrogate_key(['source_system', 'customer_id']) }} <> customer_key
),

gone_keys as (
    select distinct openings.customer_key
    from openings
    left join customers on openings.customer_key = customers.customer_key
    where customers.customer_key is null
),

gone as (
    select
        openings.*,
        moved_keys.successor_key
    from openings
    inner join gone_keys on openings.customer_key = gone_keys.customer_key
    left join moved_keys on openings.customer_key = moved_keys.gone_key
),

-- Several of them may have become one person: the memory that reaches back furthest goes on.
inherited as (
    select
        gone.customer_key,
        gone.scheme,
        gone.successor_key as heir_key,
        row_number() over (
            partition by gone.successor_key, gone.scheme
            order by gone.segment_since_date, gone.customer_key
        ) as inheritance_rank
    from gone
    inner join customers on gone.successor_key = customers.customer_key
    left join openings
        on gone.successor_key = openings.customer_key and gone.scheme = openings.scheme
    where openings.customer_key is null
)

select
    {% for column in remembered %}
    gone.{{ column }},
    {% endfor %}
    gone.successor_key,
    inherited.heir_key
from gone
left join inherited
    on
        gone.customer_key = inherited.customer_key
        and gone.scheme = inherited.scheme
        and inherited.inheritance_rank = 1
