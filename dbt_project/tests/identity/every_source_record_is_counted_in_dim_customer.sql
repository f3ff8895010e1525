-- Claim: the source records of all customers are the links of the bridge: none lost, none twice.
-- Fails on each customer with another number of records than links.
with
links as (
    select
        customer_key,
        count(*) as link_count
    from {{ ref('bridge_customer_identity') }}
    group by customer_key
)

select
    coalesce(customers.customer_key, links.customer_key) as customer_key,
    customers.source_record_count,
    links.link_count
from {{ ref('dim_customer') }} as customers
full outer join links on customers.customer_key = links.customer_key
where coalesce(customers.source_record_count, -1) <> coalesce(links.link_count, 0)
