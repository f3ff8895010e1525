-- Claim: what the moves of a month add to a segment and take from it, those of a changed definition
-- included, is what the net migration of the month does.
with
migrations as (
    select
        scheme,
        month_start_date,
        from_segment,
        to_segment,
        move_count + definition_move_count as moves,
        customer_count as customers
    from {{ ref('segment_migration') }}
    where from_segment <> to_segment
),

sides as (
    select
        scheme,
        month_start_date,
        to_segment as segment,
        moves,
        customers
    from migrations
    union all
    select
        scheme,
        month_start_date,
        from_segment as segment,
        -moves as moves,
        -customers as customers
    from migrations
)

select
    scheme,
    month_start_date,
    segment,
    sum(moves) as moved_count,
    sum(customers) as migrated_count
from sides
group by scheme, month_start_date, segment
having sum(moves) <> sum(customers)
