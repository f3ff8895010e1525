-- One row per customer and scheme as remembered before the as-of date (customer_key, scheme), with the
-- key under which the memory goes on today: the customer's own; where that key is gone because the
-- person was merged into a customer without a memory of the scheme, the key of that customer; else
-- none.
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
    from {{ ref('int_customers_resolved') }}
    where {{ surrogate_key(['source_system', 'customer_id']) }} <> customer_key
),

gone as (
    select
        openings.customer_key,
        openings.scheme,
        openings.segment_since_date,
        moved_keys.successor_key
    from openings
    left join customers on openings.customer_key = customers.customer_key
    left join moved_keys on openings.customer_key = moved_keys.gone_key
    where customers.customer_key is null
),

-- Several of them may have become one person: the memory that reaches back furthest goes on.
inherited as (
    select
        gone.customer_key,
        gone.scheme,
        gone.successor_key,
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
    openings.*,
    case
        when gone.customer_key is null then openings.customer_key
        when inherited.inheritance_rank = 1 then inherited.successor_key
    end as heir_key,
    gone.successor_key
from openings
left join gone
    on openings.customer_key = gone.customer_key and openings.scheme = gone.scheme
left join inherited
    on openings.customer_key = inherited.customer_key and openings.scheme = inherited.scheme
