-- One row per slice with a service case in the last service_window_days (slice_kind, slice): cases, and
-- those answered and solved as promised, of those where that is decided.
select
    slices.slice_kind,
    slices.slice,
    count(*) as ticket_count,
    count(cases.response_business_minutes) as answered_count,
    {{ quantile_discrete('cases.response_business_minutes', 0.5) }} as response_median_minutes,
    sum(cases.promised_response_hours) as promised_response_hours,
    {{ quantile_discrete('cases.resolution_minutes', 0.5) }} as resolution_median_minutes,
    sum(cases.promised_resolution_hours) as promised_resolution_hours,
    count(cases.promised_resolution_hours) as resolution_promise_count,
    count(cases.is_answered_as_promised) as answered_as_promised_due_count,
    sum(case when cases.is_answered_as_promised then 1 else 0 end) as answered_as_promised_count,
    count(cases.is_answered_as_standard) as answered_as_standard_due_count,
    sum(case when cases.is_answered_as_standard then 1 else 0 end) as answered_as_standard_count,
    count(cases.is_resolved_as_promised) as resolved_as_promised_due_count,
    sum(case when cases.is_resolved_as_promised then 1 else 0 end) as resolved_as_promised_count
from {{ ref('int_treatments_sliced') }} as slices
inner join {{ ref('int_tickets_promised') }} as cases
    on slices.customer_key = cases.customer_key
group by slices.slice_kind, slices.slice
