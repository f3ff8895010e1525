-- One row per customer, scheme and day (customer_key, scheme, moved_date) on which the customer moved
-- from one held segment to another, came or went, with what the customer is worth at the as-of date.
-- Whoever was no customer yet, or is none any more, is outside. The first remembered day of a scheme is
-- no event.
with
moves as (
    select
        customer_key,
        scheme,
        moved_date,
        from_segment,
        coalesce(to_segment, 'outside') as to_segment,
        move_kind
    from {{ ref('int_segment_moves_listed') }}
    where layer = 'held'
),

memberships as (
    select
        customer_key,
        scheme,
        segment,
        valid_from_date
    from {{ ref('segment_membership') }}
),

beginnings as (
    select
        scheme,
        min(valid_from_date) as first_date
    from memberships
    group by scheme
),

-- An interval that no move led to.
arrivals as (
    select
        memberships.customer_key,
        memberships.scheme,
        memberships.valid_from_date as moved_date,
        'outside' as from_segment,
        memberships.segment as to_segment,
        'came' as move_kind
    from memberships
    inner join beginnings on memberships.scheme = beginnings.scheme
    left join moves
        on
            memberships.customer_key = moves.customer_key
            and memberships.scheme = moves.scheme
            and memberships.valid_from_date = moves.moved_date
    where memberships.valid_from_date > beginnings.first_date and moves.customer_key is null
),

events as (
    select * from moves
    union all
    select * from arrivals
)

select
    events.customer_key,
    events.scheme,
    events.moved_date,
    cast({{ dbt.date_trunc('month', 'events.moved_date') }} as date) as month_start_date,
    events.from_segment,
    events.to_segment,
    events.move_kind,
    customer_values.total_amount
from events
left join {{ ref('customer_value') }} as customer_values
    on events.customer_key = customer_values.customer_key
