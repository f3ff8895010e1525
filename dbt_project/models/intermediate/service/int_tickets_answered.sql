-- One row per service case (ticket_id): whose it is, when an agent took it up and when an agent first
-- answered, by both clocks. Answers are public steps of agents; bots, internal notes and the events
-- of seed service_events that answer nothing are left out. A step before the creation (clocks of two
-- systems) counts at the creation.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

days as (
    select * from {{ ref('int_service_days_opened') }}
),

tickets as (
    select
        tickets.*,
        coalesce(identities.customer_key, 'unknown') as customer_key,
        {{ business_date('tickets.created_at', 'run_context.business_time_zone') }}
            as created_date
    from {{ ref('stg_crm__tickets') }} as tickets
    cross join run_context
    left join {{ ref('bridge_customer_identity') }} as identities
        on
            tickets.source_system = identities.source_system
            and tickets.customer_id = identities.customer_id
    where tickets.created_at < run_context.as_of_end_at
),

steps as (
    select
        events.ticket_id,
        greatest(events.at, tickets.created_at) as happened_at,
        events.actor = 'agent' as is_agent,
        events.actor = 'agent' and events.is_public and coalesce(words.is_answer, true)
            as is_answer,
        events.actor = 'agent' and events.is_public and coalesce(words.is_contact, true)
            as is_contact,
        events.actor = 'bot' as is_bot,
        events.is_public
    from tickets
    cross join run_context
    inner join {{ ref('stg_crm__ticket_events') }} as events
        on tickets.ticket_id = events.ticket_id
    left join {{ ref('service_events') }} as words on lower(trim(events.event)) = words.event
    where events.at < run_context.as_of_end_at
),

first_resolutions as (
    select
        ticket_id,
        min(changed_at) as first_resolved_at
    from {{ ref('int_ticket_changes_dated') }}
    where change = 'resolved'
    group by ticket_id
),

answered as (
    select
        steps.ticket_id,
        count(*) as step_count,
        min(case when steps.is_agent then steps.happened_at end) as first_agent_at,
        min(case when steps.is_answer then steps.happened_at end) as first_response_at,
        sum(case
            when
                steps.is_contact
                and (
                    first_resolutions.first_resolved_at is null
                    or steps.happened_at <= first_resolutions.first_resolved_at
                )
                then 1
            else 0
        end) as contact_count,
        coalesce(bool_or(steps.is_bot), false) as has_bot,
        count(steps.is_public) as flagged_step_count
    from steps
    left join first_resolutions on steps.ticket_id = first_resolutions.ticket_id
    group by steps.ticket_id
)

select
    tickets.ticket_id,
    tickets.customer_key,
    tickets.created_at,
    tickets.created_date,
    answered.first_agent_at,
    answered.first_response_at,
    cast({{ dbt.datediff('tickets.created_at', 'answered.first_agent_at', 'second') }} as bigint)
        as queue_seconds,
    cast({{ dbt.datediff('tickets.created_at', 'answered.first_response_at', 'second') }} as bigint)
        as response_seconds,
    cast(
        ({{ open_seconds_until('answered.first_response_at', 'response_days') }})
        - ({{ open_seconds_until('tickets.created_at', 'created_days') }}) as bigint
    ) as response_business_seconds,
    case
        when answered.first_response_at is not null then null
        when answered.step_count is null then 'no step of the case is delivered'
        when answered.flagged_step_count = 0 then 'no step says whether it is public'
        else 'no agent has answered yet'
    end as response_reason,
    cast(answered.contact_count as integer) as contact_count,
    answered.has_bot
from tickets
cross join run_context
inner join days as created_days on tickets.created_date = created_days.calendar_date
left join answered on tickets.ticket_id = answered.ticket_id
left join days as response_days
    on
        {{ business_date('answered.first_response_at', 'run_context.business_time_zone') }}
        = response_days.calendar_date
