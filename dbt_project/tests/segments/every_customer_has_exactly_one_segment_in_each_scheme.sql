-- Claim: the members of each scheme are the customers, and nobody else. Each once: that nobody is there
-- twice is the key of int_segments_held, where these rows stand.
with
schemes as (
    select scheme from {{ ref('segment_schemes') }}
),

customers as (
    select customer_key
    from {{ ref('dim_customer') }}
    where customer_key <> 'unknown'
),

customer_counts as (
    select count(*) as customer_count
    from customers
),

current_members as (
    select
        scheme,
        customer_key
    from {{ ref('segment_membership') }}
    where is_current
),

members as (
    select
        current_members.scheme,
        count(*) as member_count,
        count(customers.customer_key) as known_count
    from current_members
    left join customers on current_members.customer_key = customers.customer_key
    group by current_members.scheme
)

select
    schemes.scheme,
    members.member_count,
    members.known_count,
    customer_counts.customer_count
from schemes
left join members on schemes.scheme = members.scheme
cross join customer_counts
where
    coalesce(members.member_count, 0) <> customer_counts.customer_count
    or coalesce(members.known_count, 0) <> customer_counts.customer_count
