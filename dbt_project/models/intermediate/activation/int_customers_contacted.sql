-- One row per customer whom the firm contacted of its own accord in the last contact_window_days
-- (customer_key): messages sent, contacts that an employee began, and one per treated assignment of a
-- campaign without messages on record. Answers in service cases are none.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'contact_window_days' then value end) as window_days
    from {{ ref('activation_rules') }}
),

messages as (
    select
        events.source_system,
        events.customer_id,
        events.campaign_id,
        min(events.at) as sent_at
    from {{ ref('stg_crm__message_events') }} as events
    where events.event = 'sent'
    group by
        events.source_system,
        events.customer_id,
        events.campaign_id,
        coalesce(events.message_id, events.event_id)
),

messaging as (
    select distinct campaign_id from messages
),

contacts as (
    select
        source_system,
        customer_id,
        sent_at as contacted_at,
        'message' as kind
    from messages
    union all
    select
        interactions.source_system,
        interactions.customer_id,
        interactions.at as contacted_at,
        'employee' as kind
    from {{ ref('stg_crm__interactions') }} as interactions
    where interactions.direction = 'outbound'
    union all
    select
        assignments.source_system,
        assignments.customer_id,
        assignments.assigned_at as contacted_at,
        'assignment' as kind
    from {{ ref('stg_crm__campaign_assignments') }} as assignments
    left join messaging
        on assignments.campaign_id = messaging.campaign_id
    where
        messaging.campaign_id is null
        and coalesce(assignments.arm, 'treated') = 'treated'
),

dated as (
    select
        identities.customer_key,
        contacts.kind,
        {{ business_date('contacts.contacted_at', 'run_context.business_time_zone') }} as contact_date,
        run_context.as_of_date,
        rules.window_days
    from contacts
    cross join run_context
    cross join rules
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            contacts.source_system = identities.source_system
            and contacts.customer_id = identities.customer_id
    where contacts.contacted_at < run_context.as_of_end_at
)

select
    customer_key,
    cast(count(*) as bigint) as contact_count,
    cast(sum(case when kind = 'message' then 1 else 0 end) as bigint) as message_count,
    cast(sum(case when kind = 'employee' then 1 else 0 end) as bigint) as employee_count,
    cast(sum(case when kind = 'assignment' then 1 else 0 end) as bigint) as assignment_count,
    max(contact_date) as last_contact_date
from dated
where contact_date > {{ dbt.dateadd('day', '-1 * window_days', 'as_of_date') }}
group by customer_key
