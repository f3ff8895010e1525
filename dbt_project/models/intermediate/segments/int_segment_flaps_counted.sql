-- One row per layer (held, raw), customer, scheme and day (layer, customer_key, scheme, moved_date) of a
-- move by the customer, with the days since it had last left the segment that it enters now. Moves by a
-- changed definition are left out on both ways.
with
moves as (
    select
        layer,
        customer_key,
        scheme,
        moved_date,
        from_segment,
        to_segment,
        move_kind,
        move_delay_days
    from {{ ref('int_segment_moves_listed') }}
    where move_kind not in ('definition', 'gone')
),

crossings as (
    {% for side, is_entry in [('from', 'false'), ('to', 'true')] %}
    select
        layer,
        customer_key,
        scheme,
        moved_date,
        {{ side }}_segment as segment,
        {{ is_entry }} as is_entry,
        move_kind,
        move_delay_days
    from moves
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

followed as (
    select
        *,
        lag(moved_date) over (
            partition by layer, customer_key, scheme, segment order by moved_date
        ) as crossed_before_date,
        lag(is_entry) over (
            partition by layer, customer_key, scheme, segment order by moved_date
        ) as was_entry
    from crossings
)

select
    layer,
    customer_key,
    scheme,
    moved_date,
    move_kind,
    move_delay_days,
    case
        when not was_entry then {{ dbt.datediff('crossed_before_date', 'moved_date', 'day') }}
    end as days_since_left
from followed
where is_entry
