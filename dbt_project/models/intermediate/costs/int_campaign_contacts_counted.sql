-- One row per campaign and customer it contacted (campaign_id, customer_key): messages sent, or one
-- contact per treated assignment where a campaign has no messages on record. Hold-outs were not
-- contacted. The unknown member has the contacts that no customer is known for.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

messages as (
    select
        events.campaign_id,
        events.source_system,
        events.customer_id,
        count(distinct coalesce(
            events.message_id, case when events.event = 'sent' then events.event_id end
        )) as contact_count
    from {{ ref('stg_crm__message_events') }} as events
    cross join run_context
    where
        events.at < run_context.as_of_end_at
        and events.campaign_id is not null
    group by events.campaign_id, events.source_system, events.customer_id
),

messaging_campaigns as (
    select distinct campaign_id
    from messages
    where contact_count > 0
),

contacts as (
    select * from messages
    union all
    select
        assignments.campaign_id,
        assignments.source_system,
        assignments.customer_id,
        1 as contact_count
    from {{ ref('stg_crm__campaign_assignments') }} as assignments
    cross join run_context
    left join messaging_campaigns on assignments.campaign_id = messaging_campaigns.campaign_id
    where
        messaging_campaigns.campaign_id is null
        and coalesce(assignments.arm, 'treated') = 'treated'
        and assignments.assigned_at < run_context.as_of_end_at
)

select
    contacts.campaign_id,
    coalesce(identities.customer_key, 'unknown') as customer_key,
    cast(sum(contacts.contact_count) as bigint) as contact_count
from contacts
left join {{ ref('bridge_customer_identity') }} as identities
    on
        contacts.source_system = identities.source_system
        and contacts.customer_id = identities.customer_id
group by contacts.campaign_id, coalesce(identities.customer_key, 'unknown')
having sum(contacts.contact_count) > 0
