-- One row per case and change of it (ticket_id, change_no): created, resolved or reopened. What the
-- states of seed service_states say, step by step, and that the case's own row calls it closed:
-- desks close cases by machine, which is no step of an agent. A state that is not listed changes
-- nothing, and a step before the creation counts at the creation.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

tickets as (
    select
        tickets.ticket_id,
        tickets.created_at,
        case when tickets.closed_at < run_context.as_of_end_at then tickets.closed_at end
            as closed_at
    from {{ ref('stg_crm__tickets') }} as tickets
    cross join run_context
    where tickets.created_at < run_context.as_of_end_at
),

steps as (
    select
        ticket_id,
        created_at as changed_at,
        false as is_resolved,
        1 as step_rank,
        '' as step_id
    from tickets
    union all
    select
        tickets.ticket_id,
        greatest(events.at, tickets.created_at) as changed_at,
        states.is_resolved,
        2 as step_rank,
        events.ticket_event_id as step_id
    from tickets
    inner join {{ ref('stg_crm__ticket_events') }} as events
        on tickets.ticket_id = events.ticket_id
    inner join {{ ref('service_states') }} as states
        on lower(trim(events.to_status)) = states.status
    cross join run_context
    where events.at < run_context.as_of_end_at
    union all
    select
        ticket_id,
        greatest(closed_at, created_at) as changed_at,
        true as is_resolved,
        3 as step_rank,
        '' as step_id
    from tickets
    where closed_at is not null
),

compared as (
    select
        *,
        lag(is_resolved) over (
            partition by ticket_id order by changed_at, step_rank, step_id
        ) as was_resolved
    from steps
),

changes as (
    select
        ticket_id,
        changed_at,
        case
            when was_resolved is null then 'created'
            when is_resolved then 'resolved'
            else 'reopened'
        end as change,
        row_number() over (
            partition by ticket_id order by changed_at, step_rank, step_id
        ) as change_no
    from compared
    where was_resolved is null or is_resolved <> was_resolved
)

select
    changes.ticket_id,
    cast(changes.change_no as integer) as change_no,
    changes.change,
    changes.changed_at,
    {{ business_date('changes.changed_at', 'run_context.business_time_zone') }} as changed_date
from changes
cross join run_context
