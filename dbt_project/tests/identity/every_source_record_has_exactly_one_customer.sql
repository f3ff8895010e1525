-- Claim: each customer record, each customer named by an order and each guest belongs to exactly one
-- customer (A1). Fails on each record with none or several, and on links of records that are nowhere.
with
-- Records and links in one grouping: to group each and join them costs twice as much.
named as (
    select
        source_system,
        customer_id,
        1 as is_record,
        0 as is_link,
        0 as is_link_to_customer
    from {{ ref('int_customers_unioned') }}
    union all
    select
        source_system,
        record_id as customer_id,
        1 as is_record,
        0 as is_link,
        0 as is_link_to_customer
    from {{ ref('int_orders_unioned') }}
    where record_id is not null
    union all
    select
        source_system,
        customer_id,
        0 as is_record,
        1 as is_link,
        case when customer_key is not null then 1 else 0 end as is_link_to_customer
    from {{ ref('bridge_customer_identity') }}
),

broken as (
    select
        source_system,
        customer_id
    from named
    group by source_system, customer_id
    having
        max(is_record) = 0
        or sum(is_link) <> 1
        or sum(is_link_to_customer) <> 1
        or source_system is null
        or customer_id is null
)

select
    broken.source_system,
    broken.customer_id,
    count(distinct links.customer_key) as customer_count
from broken
left join {{ ref('bridge_customer_identity') }} as links
    on
        broken.source_system = links.source_system
        and broken.customer_id = links.customer_id
group by broken.source_system, broken.customer_id
