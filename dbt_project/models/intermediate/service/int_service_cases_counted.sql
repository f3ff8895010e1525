-- One row per period and slice of cases (period_kind, period_start_date, ticket_dimension,
-- ticket_value), from the first case to the as-of date: what became of the cases created in it by the
-- as-of date. Cases of test customers are left out.
with
slices as (
    {{ service_slices() }}
),

history as (
    select min(calendar_date) as history_start_date
    from {{ ref('int_service_days_opened') }}
),

cases as (
    select
        tickets.*,
        slices.period_kind,
        {{ period_start(
            'slices.period_kind', 'tickets.created_date', 'history.history_start_date'
        ) }} as period_start_date,
        slices.ticket_dimension,
        {{ service_slice_value('slices.ticket_dimension', 'tickets') }} as ticket_value
    from {{ ref('int_tickets_measured') }} as tickets
    cross join slices
    cross join history
    where not tickets.is_test_customer
)

select
    slices.period_kind,
    slices.period_start_date,
    slices.ticket_dimension,
    slices.ticket_value,
    count(cases.ticket_id) as ticket_count,
    count(cases.resolved_at) as resolved_count,
    cast(cast({{ quantile_discrete('cases.resolution_minutes', 0.5) }} as double) / 60 as decimal(18, 4))
        as resolution_median_hours,
    cast(cast({{ quantile_discrete('cases.resolution_minutes', 0.9) }} as double) / 60 as decimal(18, 4))
        as resolution_p90_hours,
    sum(case when cases.is_old_enough then 1 else 0 end) as old_count,
    count(case when cases.is_old_enough then cases.is_solved_at_first_contact end) as judged_count,
    sum(case when cases.is_old_enough and cases.is_solved_at_first_contact then 1 else 0 end)
        as first_contact_count,
    count(case
        when cases.is_old_enough and cases.first_resolved_at is not null
            then cases.is_reopened_in_window
    end) as settled_count,
    sum(case when cases.is_old_enough and cases.is_reopened_in_window then 1 else 0 end)
        as reopened_count,
    count(cases.is_in_target) as due_count,
    sum(case when cases.is_in_target then 1 else 0 end) as in_target_count,
    count(cases.response_minutes) as answered_count,
    {{ quantile_discrete('cases.response_minutes', 0.5) }} as response_median_minutes,
    {{ quantile_discrete('cases.response_minutes', 0.9) }} as response_p90_minutes,
    {{ quantile_discrete('cases.response_business_minutes', 0.5) }}
        as response_business_median_minutes,
    {{ quantile_discrete('cases.response_business_minutes', 0.9) }}
        as response_business_p90_minutes,
    min(cases.response_reason) as response_reason,
    count(cases.queue_minutes) as taken_up_count,
    {{ quantile_discrete('cases.queue_minutes', 0.5) }} as queue_median_minutes,
    {{ quantile_discrete('cases.queue_minutes', 0.9) }} as queue_p90_minutes,
    case
        when count(cases.is_complaint) > 0 or count(cases.ticket_id) = 0
            then count(case when cases.is_complaint then 1 end)
    end as complaint_count,
    case
        when count(cases.is_complaint) > 0 or count(cases.ticket_id) = 0
            then count(distinct case
                when cases.is_complaint and cases.customer_key <> 'unknown' then cases.customer_key
            end)
    end as complaining_customer_count,
    case
        when count(cases.has_bot) > 0 or count(cases.ticket_id) = 0
            then count(case when cases.has_bot then 1 end)
    end as bot_session_count,
    case
        when count(cases.has_bot) > 0 or count(cases.ticket_id) = 0
            then count(case when cases.is_bot_contained then 1 end)
    end as bot_contained_count
from {{ ref('int_service_backlog_flowed') }} as slices
left join cases
    on
        slices.period_kind = cases.period_kind
        and slices.period_start_date = cases.period_start_date
        and slices.ticket_dimension = cases.ticket_dimension
        and slices.ticket_value = cases.ticket_value
group by
    slices.period_kind, slices.period_start_date, slices.ticket_dimension, slices.ticket_value
