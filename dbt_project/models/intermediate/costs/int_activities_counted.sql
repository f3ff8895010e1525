-- One row per customer, activity, cost line and business day (customer_key, activity, cost_line,
-- activity_date): how often it was done. The unknown member has what no customer is known for.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

identities as (
    select * from {{ ref('bridge_customer_identity') }}
),

tickets as (
    select
        'ticket' as volume_source,
        'any' as volume_kind,
        coalesce(identities.customer_key, 'unknown') as customer_key,
        {{ business_date('tickets.created_at', 'run_context.business_time_zone') }}
            as activity_date
    from {{ ref('stg_crm__tickets') }} as tickets
    cross join run_context
    left join identities
        on
            tickets.source_system = identities.source_system
            and tickets.customer_id = identities.customer_id
    where tickets.created_at < run_context.as_of_end_at
),

interactions as (
    select
        'interaction' as volume_source,
        interactions.kind as volume_kind,
        coalesce(identities.customer_key, 'unknown') as customer_key,
        {{ business_date('interactions.at', 'run_context.business_time_zone') }}
            as activity_date
    from {{ ref('stg_crm__interactions') }} as interactions
    cross join run_context
    left join identities
        on
            interactions.source_system = identities.source_system
            and interactions.customer_id = identities.customer_id
    where interactions.at < run_context.as_of_end_at
),

-- An order that names a store is handed over there, whatever its channel.
deliveries as (
    select
        'order' as volume_source,
        'delivered' as volume_kind,
        orders.customer_key,
        orders.purchase_date as activity_date
    from {{ ref('int_orders_netted') }} as netted
    inner join {{ ref('int_orders_keyed') }} as orders on netted.order_key = orders.order_key
    left join {{ ref('sales_channels') }} as channels on orders.channel = channels.channel
    where
        netted.is_purchase
        and orders.store_id is null
        and coalesce(channels.is_delivered, true)
),

-- A parcel back was handled whether or not its return lowers an order.
returned_parcels as (
    select
        'return' as volume_source,
        'any' as volume_kind,
        min(customer_key) as customer_key,
        returned_date as activity_date
    from {{ ref('fct_return') }}
    group by coalesce(order_key, order_id), returned_date
),

volumes as (
    select * from tickets
    union all
    select * from interactions
    union all
    select * from deliveries
    union all
    select * from returned_parcels
)

select
    volumes.customer_key,
    activities.activity,
    activities.cost_line,
    volumes.activity_date,
    count(*) as activity_count
from volumes
inner join {{ ref('service_activities') }} as activities
    on
        volumes.volume_source = activities.volume_source
        and volumes.volume_kind = activities.volume_kind
group by
    volumes.customer_key, activities.activity, activities.cost_line, volumes.activity_date
