-- Claim: each customer record, each customer named by an order and each guest belongs to exactly one
-- customer (A1). Fails on each record with none or several, and on links of records that are nowhere.
with
records as (
    select
        source_system,
        customer_id
    from {{ ref('int_customers_unioned') }}
    union
    select
        source_system,
        record_id as customer_id
    from {{ ref('int_orders_unioned') }}
    where record_id is not null
),

links as (
    select
        source_system,
        customer_id,
        count(distinct customer_key) as customer_count,
        count(*) as link_count
    from {{ ref('bridge_customer_identity') }}
    group by source_system, customer_id
)

select
    coalesce(records.source_system, links.source_system) as source_system,
    coalesce(records.customer_id, links.customer_id) as customer_id,
    links.customer_count
from records
full outer join links
    on
        records.source_system = links.source_system
        and records.customer_id = links.customer_id
where
    records.customer_id is null
    or coalesce(links.customer_count, 0) <> 1
    or links.link_count <> 1
