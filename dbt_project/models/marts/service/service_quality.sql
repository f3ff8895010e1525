-- One row per period (day, week from Monday, month, all history) and slice of cases (all, by type, by
-- category), from the first case to the as-of date: complaints, answers, solutions, backlog and bots.
-- Rates are of the cases created in the period; the backlog flows by the day of the change. Test
-- customers are left out. Where no cases are delivered, one row says so.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

slices as (
    select * from {{ ref('int_service_backlog_flowed') }}
    union all
    select
        'all_history', as_of_date, 'all', 'all',
        null, null, null, null, null
    from run_context
    where not exists (select 1 from {{ ref('int_service_backlog_flowed') }})
)

select
    slices.period_kind || '/' || cast(slices.period_start_date as string) || '/'
        || slices.ticket_dimension || '/' || slices.ticket_value as service_quality_key,
    run_context.as_of_date,
    slices.period_kind,
    slices.period_start_date,
    {{ is_running_period(
        'slices.period_kind', 'slices.period_start_date', 'run_context.as_of_date'
    ) }}
        as is_partial,
    slices.ticket_dimension,
    slices.ticket_value,
    cast(cases.ticket_count as bigint) as ticket_count,
    cast(cases.complaint_count as bigint) as complaint_count,
    cast(cases.complaining_customer_count as bigint) as complaining_customer_count,
    customers.customer_count,
    customers.order_count,
    {{ share_of_counts('cases.complaint_count', 'customers.customer_count') }} as complaint_rate,
    {{ share_of_counts('cases.complaining_customer_count', 'customers.customer_count') }}
        as complaining_customer_rate,
    1000 * {{ share_of_counts('cases.complaint_count', 'customers.order_count') }}
        as complaints_per_1000_orders,
    case
        when cases.ticket_count is null then 'no service cases are delivered'
        when cases.complaint_count is null then 'no case says its type'
        when customers.customer_count = 0 then 'nobody bought or wrote in the period'
        when customers.order_count = 0 then 'rate per orders: nobody bought in the period'
    end as complaint_reason,
    cast(cases.resolved_count as bigint) as resolved_count,
    {{ share_of_counts('cases.resolved_count', 'cases.ticket_count') }} as resolved_rate,
    cases.resolution_median_hours,
    cases.resolution_p90_hours,
    cast(cases.settled_count as bigint) as settled_count,
    cast(cases.reopened_count as bigint) as reopened_count,
    {{ share_of_counts('cases.reopened_count', 'cases.settled_count') }} as reopen_rate,
    cast(cases.due_count as bigint) as due_count,
    cast(cases.in_target_count as bigint) as in_target_count,
    {{ share_of_counts('cases.in_target_count', 'cases.due_count') }} as in_target_rate,
    case
        when cases.ticket_count is null then 'no service cases are delivered'
        when cases.ticket_count = 0 then 'no case was created in the period'
        when cases.resolved_count = 0 then 'times: no case of the period is solved'
        when cases.settled_count = 0
            then 'reopening: no solved case with steps is old enough'
        when cases.due_count = 0 then 'target: no case has a promise'
    end as resolution_reason,
    cast(cases.judged_count as bigint) as judged_count,
    cast(cases.ticket_count - cases.old_count as bigint) as young_count,
    cast(cases.first_contact_count as bigint) as first_contact_count,
    {{ share_of_counts('cases.first_contact_count', 'cases.judged_count') }} as first_contact_rate,
    case
        when cases.ticket_count is null then 'no service cases are delivered'
        when cases.ticket_count = 0 then 'no case was created in the period'
        when cases.old_count = 0 then 'no case of the period is old enough'
        when cases.judged_count = 0 then 'no step of the cases is delivered'
    end as first_contact_reason,
    cast(cases.answered_count as bigint) as answered_count,
    cases.response_median_minutes,
    cases.response_p90_minutes,
    cases.response_business_median_minutes,
    cases.response_business_p90_minutes,
    case
        when cases.ticket_count is null then 'no service cases are delivered'
        when cases.ticket_count = 0 then 'no case was created in the period'
        when cases.answered_count = 0 then cases.response_reason
    end as response_reason,
    cast(cases.taken_up_count as bigint) as taken_up_count,
    cases.queue_median_minutes,
    cases.queue_p90_minutes,
    slices.opening_count as opening_backlog_count,
    slices.reopening_count,
    slices.resolution_count,
    slices.closing_count as closing_backlog_count,
    case
        when cases.ticket_count is null then 'no service cases are delivered'
        when cases.ticket_count = 0 then 'queue: no case was created in the period'
        when cases.taken_up_count = 0 then 'queue: no agent took up a case of the period'
    end as queue_reason,
    cast(cases.bot_session_count as bigint) as bot_session_count,
    cast(cases.bot_contained_count as bigint) as bot_contained_count,
    {{ share_of_counts('cases.bot_contained_count', 'cases.bot_session_count') }} as bot_contained_rate,
    case
        when cases.ticket_count is null then 'no service cases are delivered'
        when cases.bot_session_count is null then 'no step of the cases is delivered'
        when cases.bot_session_count = 0 then 'no bot acted on a case of the period'
    end as bot_reason
from slices
cross join run_context
left join {{ ref('int_service_cases_counted') }} as cases
    on
        slices.period_kind = cases.period_kind
        and slices.period_start_date = cases.period_start_date
        and slices.ticket_dimension = cases.ticket_dimension
        and slices.ticket_value = cases.ticket_value
left join {{ ref('int_service_customers_counted') }} as customers
    on
        slices.period_kind = customers.period_kind
        and slices.period_start_date = customers.period_start_date
