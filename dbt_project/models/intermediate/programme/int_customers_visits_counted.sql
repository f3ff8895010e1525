-- One row per customer and business day with a visit or contact (customer_key, visit_date): sessions on
-- the site or in the app, sessions that ended in an order, visits (in person, events, community) and
-- other contacts that the customer began. Test accounts and unknown visitors are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

identities as (
    select
        bridge.source_system,
        bridge.customer_id,
        bridge.customer_key
    from {{ ref('bridge_customer_identity') }} as bridge
    inner join {{ ref('dim_customer') }} as customers
        on bridge.customer_key = customers.customer_key
    where not customers.is_test and customers.customer_kind <> 'unknown'
),

-- A session without an id is one per event; one that passes midnight is of its first day.
sessions as (
    select
        identities.customer_key,
        coalesce(events.session_id, events.event_id) as session_id,
        min({{ business_date('events.at', 'run_context.business_time_zone') }}) as visit_date,
        max(case when events.kind = 'order' then 1 else 0 end) as ordering_session_count,
        1 as session_count
    from {{ ref('stg_sales__web_events') }} as events
    cross join run_context
    inner join identities
        on
            events.source_system = identities.source_system
            and events.customer_id = identities.customer_id
    where events.at < run_context.as_of_end_at
    group by identities.customer_key, coalesce(events.session_id, events.event_id)
),

contacts as (
    select
        identities.customer_key,
        {{ business_date('interactions.at', 'run_context.business_time_zone') }} as visit_date,
        case when interactions.kind in ('visit', 'event', 'community') then 1 else 0 end
            as visit_count,
        case when interactions.kind in ('visit', 'event', 'community') then 0 else 1 end
            as contact_count
    from {{ ref('stg_crm__interactions') }} as interactions
    cross join run_context
    inner join identities
        on
            interactions.source_system = identities.source_system
            and interactions.customer_id = identities.customer_id
    where
        interactions.at < run_context.as_of_end_at
        and (
            interactions.kind in ('visit', 'event', 'community')
            or interactions.direction = 'inbound'
        )
),

united as (
    select
        customer_key,
        visit_date,
        session_count,
        ordering_session_count,
        0 as visit_count,
        0 as contact_count
    from sessions
    union all
    select
        customer_key,
        visit_date,
        0 as session_count,
        0 as ordering_session_count,
        visit_count,
        contact_count
    from contacts
)

select
    customer_key,
    visit_date,
    cast(sum(session_count) as bigint) as session_count,
    cast(sum(ordering_session_count) as bigint) as ordering_session_count,
    cast(sum(visit_count) as bigint) as visit_count,
    cast(sum(contact_count) as bigint) as contact_count
from united
group by customer_key, visit_date
