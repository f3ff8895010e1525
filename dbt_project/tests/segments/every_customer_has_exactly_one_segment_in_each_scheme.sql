-- Claim: the members of each scheme that is judged are the customers, each once, and nobody else.
with
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
        count(customers.customer_key) as known_count,
        count(distinct current_members.customer_key) as distinct_count
    from current_members
    left join customers on current_members.customer_key = customers.customer_key
    group by current_members.scheme
)

select
    members.*,
    customer_counts.customer_count
from members
cross join customer_counts
where
    members.member_count <> customer_counts.customer_count
    or members.known_count <> customer_counts.customer_count
    or members.distinct_count <> customer_counts.customer_count
