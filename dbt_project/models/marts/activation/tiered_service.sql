-- One row for all base customers, per value tier and per service level (slice_kind, slice), at the as-of
-- date: the service, contacts and offers that customers got against what their treatment promises and
-- allows (J8). Customers count under the treatment of today.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

slices as (
    select
        'all' as slice_kind,
        'all' as slice,
        1 as display_rank
    union all
    select
        'value_tier' as slice_kind,
        segment as slice,
        display_rank
    from {{ ref('segments') }}
    where scheme = 'value_class'
    union all
    select
        'service_level' as slice_kind,
        service_level as slice,
        5 - level_rank as display_rank
    from {{ ref('service_levels') }}
),

delivered as (
    select
        exists(select 1 from {{ ref('stg_crm__tickets') }}) as has_tickets,
        exists (select 1 from {{ ref('stg_crm__message_events') }})
        or exists (select 1 from {{ ref('stg_crm__interactions') }})
        or exists (select 1 from {{ ref('stg_crm__campaign_assignments') }}) as has_contacts,
        exists(select 1 from {{ ref('int_orders_discounted') }}) as has_discounts,
        exists(select 1 from {{ ref('stg_crm__offer_events') }}) as has_offers
)

select
    slices.slice_kind || '/' || slices.slice as tiered_service_key,
    run_context.as_of_date,
    slices.slice_kind,
    slices.slice,
    cast(slices.display_rank as integer) as display_rank,
    cast(coalesce(used.customer_count, 0) as bigint) as customer_count,
    case when delivered.has_tickets then cast(coalesce(kept.ticket_count, 0) as bigint) end
        as ticket_count,
    cast(kept.answered_count as bigint) as answered_count,
    kept.response_median_minutes as response_business_median_minutes,
    cast(kept.promised_response_hours as double) / nullif(kept.ticket_count, 0)
        as promised_response_business_hours,
    kept.resolution_median_minutes,
    cast(kept.promised_resolution_hours as double) / nullif(kept.resolution_promise_count, 0)
        as promised_resolution_hours,
    {%- for measure in ['answered_as_promised', 'answered_as_standard', 'resolved_as_promised'] %}
    {%- set due = 'kept.' ~ measure ~ '_due_count' %}
    {%- set count = 'kept.' ~ measure ~ '_count' %}
    cast({{ due }} as bigint) as {{ measure }}_due_count,
    cast({{ count }} as bigint) as {{ measure }}_count,
    {{ share_of_counts(count, due) }} as {{ measure }}_rate,
    {{ wilson_low(count, due) }} as {{ measure }}_rate_lo,
    {{ wilson_high(count, due) }} as {{ measure }}_rate_hi,
    {%- endfor %}
    case
        when not delivered.has_tickets then 'no service cases are delivered'
        when kept.ticket_count is null then 'no case of the slice in the window'
        when kept.answered_as_promised_due_count = 0 then 'answers: none is known to be given or due'
    end as service_reason,
    cast(used.contact_budget_count as bigint) as contact_budget_count,
    {%- for column in ['contact_count', 'contacted_customer_count', 'over_budget_count'] %}
    case when delivered.has_contacts then cast(used.{{ column }} as bigint) end as {{ column }},
    {%- endfor %}
    {%- set over = 'case when delivered.has_contacts then used.over_budget_count end' %}
    {{ share_of_counts(over, 'used.customer_count') }} as over_budget_rate,
    {{ wilson_low(over, 'used.customer_count') }} as over_budget_rate_lo,
    {{ wilson_high(over, 'used.customer_count') }} as over_budget_rate_hi,
    {{ share_of_counts(
        'case when delivered.has_contacts then used.contact_count end', 'used.contact_budget_count'
    ) }} as contact_budget_used_rate,
    case
        when used.customer_count is null then 'nobody is treated so'
        when not delivered.has_contacts then 'no contacts are delivered'
    end as contact_reason,
    cast(used.offer_cap_rates as double) / nullif(used.customer_count, 0) as mean_offer_cap_rate,
    case when delivered.has_discounts then cast(used.order_count as bigint) end as order_count,
    {{ share_of_counts('used.discount_amount', 'used.price_amount') }} as discount_given_rate,
    case when delivered.has_discounts then cast(used.over_cap_count as bigint) end as over_cap_count,
    {{ share_of_counts('used.over_cap_count', 'used.order_count') }} as over_cap_rate,
    {{ wilson_low('used.over_cap_count', 'used.order_count') }} as over_cap_rate_lo,
    {{ wilson_high('used.over_cap_count', 'used.order_count') }} as over_cap_rate_hi,
    {%- for column in ['offer_issued_count', 'offer_redeemed_count'] %}
    case when delivered.has_offers then cast(used.{{ column }} as bigint) end as {{ column }},
    {%- endfor %}
    case
        when used.customer_count is null then 'nobody is treated so'
        when not delivered.has_discounts then 'no discounts of the window are delivered'
        when used.order_count = 0 then 'no order of the slice in the window'
        when not delivered.has_offers then 'issued: no offers are delivered'
    end as offer_reason
from slices
cross join run_context
cross join delivered
left join {{ ref('int_service_promises_counted') }} as kept
    on slices.slice_kind = kept.slice_kind and slices.slice = kept.slice
left join {{ ref('int_treatments_used') }} as used
    on slices.slice_kind = used.slice_kind and slices.slice = used.slice
