-- One row per customer, scheme and interval in which the customer held one segment (customer_key,
-- scheme, valid_from_date), as far as is remembered. The interval without an end is the present one; it
-- says beside the segment what the facts of the day give and what would move the customer. Nearly all rows
-- stand in int_segments_held already: as a view they are not written twice.
{{ config(materialized='view') }}
select
    customer_key,
    scheme,
    segment,
    valid_from_date,
    valid_to_date,
    false as is_current,
    entered_by,
    ended_by,
    merged_into_key,
    cast(null as date) as segment_since_date,
    cast(null as string) as raw_segment,
    false as is_held_back,
    cast(null as string) as hold_reason,
    cast(null as string) as segment_reason,
    cast(null as string) as nearest_segment,
    cast(null as double) as distance_to_exit,
    cast(null as string) as distance_unit,
    cast(null as string) as exit_condition
from {{ ref('int_segment_intervals_ended') }}
union all
select
    customer_key,
    scheme,
    segment,
    valid_from_date,
    cast(null as date) as valid_to_date,
    true as is_current,
    move_kind as entered_by,
    cast(null as string) as ended_by,
    cast(null as string) as merged_into_key,
    segment_since_date,
    raw_segment,
    is_held_back,
    hold_reason,
    segment_reason,
    nearest_segment,
    distance_to_exit,
    distance_unit,
    exit_condition
from {{ ref('int_segments_held') }}
