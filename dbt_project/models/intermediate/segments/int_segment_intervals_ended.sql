-- One row per customer, scheme and interval that has ended (customer_key, scheme, valid_from_date), as far
-- as is remembered: the segment that the customer held in it, and how it began and ended.
with
moves as (
    select * from {{ ref('int_segment_moves_listed') }}
    where layer = 'held'
),

-- A customer carries the key of one of its records: the record tells where a person of an old key is.
moved_keys as (
    select
        {{ surrogate_key(['source_system', 'customer_id']) }} as gone_key,
        customer_key as merged_into_key
    from {{ ref('bridge_customer_identity') }}
    where {{ surrogate_key(['source_system', 'customer_id']) }} <> customer_key
)

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
    case when moves.move_kind = 'gone' then moved_keys.merged_into_key end as merged_into_key
from moves
left join moved_keys on moves.customer_key = moved_keys.gone_key
