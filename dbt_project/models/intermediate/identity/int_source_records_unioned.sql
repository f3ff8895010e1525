-- One row per source record of a person (source_system, customer_id): the customers of the source
-- systems, customers known only from their orders, and guests.
with
customers as (
    select
        source_system,
        customer_id,
        false as is_guest,
        created_at as first_seen_at
    from {{ ref('int_customers_unioned') }}
),

order_records as (
    select
        source_system,
        record_id as customer_id,
        customer_id is null as is_guest,
        min(ordered_at) as first_seen_at
    from {{ ref('int_orders_unioned') }}
    where record_id is not null
    group by source_system, record_id, customer_id is null
)

select * from customers
union all
select order_records.*
from order_records
left join customers
    on
        order_records.source_system = customers.source_system
        and order_records.customer_id = customers.customer_id
where customers.customer_id is null
