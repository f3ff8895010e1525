-- One row per service case of a base customer in the last service_window_days (ticket_id): what the
-- customer's service level promises, and whether it was kept. Null is not decided yet, or not known.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'service_window_days' then value end) as window_days
    from {{ ref('activation_rules') }}
),

standard as (
    select response_business_hours from {{ ref('service_levels') }}
    where service_level = 'standard'
),

days as (
    select * from {{ ref('int_service_days_opened') }}
),

-- An open case without an answer has waited until now; one that was solved without needs none.
waited as (
    select
        tickets.*,
        policies.service_level,
        levels.response_business_hours as promised_response_hours,
        cast(targets.resolution_hours * levels.resolution_share as decimal(18, 4))
            as promised_resolution_hours,
        standard.response_business_hours as standard_response_hours,
        run_context.as_of_end_at,
        coalesce(
            tickets.response_business_minutes,
            case when tickets.is_open and tickets.has_bot is not null then {{ seconds_as_minutes(
                '(' ~ open_seconds_until('run_context.as_of_end_at', 'today') ~ ') - ('
                ~ open_seconds_until('tickets.created_at', 'created') ~ ')'
            ) }} end
        ) as waited_minutes
    from {{ ref('int_tickets_measured') }} as tickets
    cross join run_context
    cross join rules
    cross join standard
    inner join {{ ref('treatment_policy') }} as policies
        on tickets.customer_key = policies.customer_key
    inner join {{ ref('service_levels') }} as levels
        on policies.service_level = levels.service_level
    left join {{ ref('service_targets') }} as targets
        on tickets.ticket_type = targets.ticket_type
    left join days as created on tickets.created_date = created.calendar_date
    left join days as today on run_context.as_of_date = today.calendar_date
    where
        not tickets.is_test_customer
        and tickets.created_date
        > {{ dbt.dateadd('day', '-1 * rules.window_days', 'run_context.as_of_date') }}
)

select
    ticket_id,
    customer_key,
    service_level,
    response_business_minutes,
    promised_response_hours,
    case
        when waited_minutes > 60 * promised_response_hours then false
        when response_business_minutes is not null then true
    end as is_answered_as_promised,
    case
        when waited_minutes > 60 * standard_response_hours then false
        when response_business_minutes is not null then true
    end as is_answered_as_standard,
    resolution_minutes,
    promised_resolution_hours,
    case
        when resolution_minutes > 60 * promised_resolution_hours then false
        when resolution_minutes <= 60 * promised_resolution_hours then true
        when {{ dbt.datediff('created_at', 'as_of_end_at', 'minute') }} > 60 * promised_resolution_hours
            then false
    end as is_resolved_as_promised
from waited
