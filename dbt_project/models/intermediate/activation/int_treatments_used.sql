-- One row per slice with a base customer (slice_kind, slice): contacts of the last contact_window_days
-- against the budgets, and discounts and offers of the last offer_window_days against the caps. A cent
-- over the cap is rounding.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'offer_window_days' then value end) as offer_days
    from {{ ref('activation_rules') }}
),

orders as (
    select
        discounted.customer_key,
        count(*) as order_count,
        sum(discounted.discount_amount) as discount_amount,
        sum(discounted.price_amount) as price_amount,
        sum(case
            when
                discounted.discount_amount
                > discounted.price_amount * policies.offer_cap_rate + 0.01
                then 1
            else 0
        end) as over_cap_count
    from {{ ref('int_orders_discounted') }} as discounted
    inner join {{ ref('treatment_policy') }} as policies
        on discounted.customer_key = policies.customer_key
    group by discounted.customer_key
),

offers as (
    select
        identities.customer_key,
        sum(case when events.event = 'issued' then 1 else 0 end) as issued_count,
        sum(case when events.event = 'redeemed' then 1 else 0 end) as redeemed_count
    from {{ ref('stg_crm__offer_events') }} as events
    cross join run_context
    cross join rules
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            events.source_system = identities.source_system
            and events.customer_id = identities.customer_id
    where
        events.at < run_context.as_of_end_at
        and {{ business_date('events.at', 'run_context.business_time_zone') }}
        > {{ dbt.dateadd('day', '-1 * rules.offer_days', 'run_context.as_of_date') }}
    group by identities.customer_key
)

select
    slices.slice_kind,
    slices.slice,
    count(*) as customer_count,
    sum(slices.contact_budget_per_month) as contact_budget_count,
    sum(coalesce(contacts.contact_count, 0)) as contact_count,
    count(contacts.customer_key) as contacted_customer_count,
    sum(case when contacts.contact_count > slices.contact_budget_per_month then 1 else 0 end)
        as over_budget_count,
    sum(slices.offer_cap_rate) as offer_cap_rates,
    sum(coalesce(orders.order_count, 0)) as order_count,
    sum(coalesce(orders.over_cap_count, 0)) as over_cap_count,
    sum(orders.discount_amount) as discount_amount,
    sum(orders.price_amount) as price_amount,
    sum(coalesce(offers.issued_count, 0)) as offer_issued_count,
    sum(coalesce(offers.redeemed_count, 0)) as offer_redeemed_count
from {{ ref('int_treatments_sliced') }} as slices
left join {{ ref('int_customers_contacted') }} as contacts
    on slices.customer_key = contacts.customer_key
left join orders on slices.customer_key = orders.customer_key
left join offers on slices.customer_key = offers.customer_key
group by slices.slice_kind, slices.slice
