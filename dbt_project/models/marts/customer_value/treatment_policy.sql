-- One row per customer of dim_customer, the unknown member left out, at the as-of date: how the
-- customer is to be treated, by value tier, lifecycle stage and need class (seed treatment_rules).
with
tiers as (
    select * from {{ ref('customer_value_tier') }}
),

stages as (
    select * from {{ ref('lifecycle_state') }}
),

classed as (
    select
        tiers.customer_key,
        tiers.as_of_date,
        tiers.value_tier,
        coalesce(stages.lifecycle_stage, 'unattributed') as lifecycle_stage,
        'any' as need_class
    from tiers
    left join stages on tiers.customer_key = stages.customer_key
)

select
    classed.customer_key,
    classed.as_of_date,
    classed.value_tier,
    classed.lifecycle_stage,
    classed.need_class,
    rules.service_level,
    rules.contact_budget_per_month,
    rules.offer_cap_rate,
    rules.next_action,
    rules.reason as treatment_reason
from classed
left join {{ ref('treatment_rules') }} as rules
    on
        classed.value_tier = rules.value_tier
        and classed.lifecycle_stage = rules.lifecycle_stage
        and classed.need_class = rules.need_class
