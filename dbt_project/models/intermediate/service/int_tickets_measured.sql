-- One row per service case (ticket_id): what it is about, how long it waited by both clocks, whether
-- it is solved and stayed so, at once and in time. What service marts count; a null minute says why.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'reopen_window_days' then value end) as reopen_days
    from {{ ref('service_rules') }}
),

changed as (
    select
        ticket_id,
        min(case when change = 'resolved' then changed_at end) as first_resolved_at,
        max(case when change = 'resolved' then changed_at end) as last_resolved_at,
        min(case when change = 'reopened' then changed_at end) as first_reopened_at,
        sum(case when change = 'reopened' then 1 else 0 end) as reopen_count,
        -- Changes alternate: a case is solved when it was solved more often than reopened.
        sum(case change when 'resolved' then 1 when 'reopened' then -1 else 0 end) = 1
            as is_resolved
    from {{ ref('int_ticket_changes_dated') }}
    group by ticket_id
),

joined as (
    select
        tickets.ticket_id,
        answered.customer_key,
        coalesce(customers.is_test, false) as is_test_customer,
        coalesce(tickets.type, 'none given') as ticket_type,
        coalesce(lower(trim(tickets.category)), 'none given') as ticket_category,
        tickets.type = 'complaint' as is_complaint,
        tickets.product_id,
        tickets.cause_code,
        answered.created_at,
        answered.created_date,
        answered.first_response_at,
        answered.queue_seconds,
        answered.response_seconds,
        answered.response_business_seconds,
        answered.response_reason,
        answered.contact_count,
        answered.has_bot,
        answered.has_bot and answered.first_agent_at is null and changed.is_resolved
            as is_bot_contained,
        not changed.is_resolved as is_open,
        changed.first_resolved_at,
        case when changed.is_resolved then changed.last_resolved_at end as resolved_at,
        changed.reopen_count,
        -- Reopening is a step: without any step nobody knows.
        case
            when answered.has_bot is null then null
            when changed.first_reopened_at is null then false
            else
                changed.first_reopened_at
                < {{ dbt.dateadd('day', 'rules.reopen_days', 'changed.first_resolved_at') }}
        end as is_reopened_in_window,
        {{ dbt.dateadd(
            'day', 'rules.reopen_days', 'coalesce(changed.first_resolved_at, answered.created_at)'
        ) }} <= run_context.as_of_end_at as is_old_enough,
        {{ dbt.dateadd('hour', 'targets.resolution_hours', 'answered.created_at') }} as due_at,
        run_context.as_of_end_at
    from {{ ref('int_tickets_answered') }} as answered
    cross join run_context
    cross join rules
    inner join {{ ref('stg_crm__tickets') }} as tickets on answered.ticket_id = tickets.ticket_id
    inner join changed on answered.ticket_id = changed.ticket_id
    left join {{ ref('dim_customer') }} as customers
        on answered.customer_key = customers.customer_key
    left join {{ ref('service_targets') }} as targets on tickets.type = targets.ticket_type
)

select
    ticket_id,
    customer_key,
    is_test_customer,
    ticket_type,
    ticket_category,
    is_complaint,
    product_id,
    cause_code,
    created_at,
    created_date,
    first_response_at,
    {{ seconds_as_minutes('queue_seconds') }} as queue_minutes,
    {{ seconds_as_minutes('response_seconds') }} as response_minutes,
    {{ seconds_as_minutes('response_business_seconds') }} as response_business_minutes,
    response_reason,
    contact_count,
    has_bot,
    is_bot_contained,
    is_open,
    first_resolved_at,
    resolved_at,
    {{ seconds_as_minutes(dbt.datediff('created_at', 'resolved_at', 'second')) }}
        as resolution_minutes,
    cast(reopen_count as integer) as reopen_count,
    is_reopened_in_window,
    is_old_enough,
    case
        when first_resolved_at is null then false
        else contact_count <= 1 and not is_reopened_in_window
    end as is_solved_at_first_contact,
    case
        when resolved_at <= due_at then true
        when coalesce(resolved_at, as_of_end_at) > due_at then false
    end as is_in_target
from joined
