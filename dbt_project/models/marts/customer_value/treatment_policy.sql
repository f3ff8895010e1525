-- One row per customer of dim_customer, the unknown member left out, at the as-of date: how the
-- customer is to be treated, by held value tier, lifecycle stage and need class (seed treatment_rules).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

customers as (
    select * from {{ ref('int_customers_segments_pivoted') }}
)

select
    customers.customer_key,
    run_context.as_of_date,
    customers.value_class_segment as value_tier,
    customers.lifecycle_segment as lifecycle_stage,
    customers.need_class_segment as need_class,
    treatments.treatment_rule,
    treatments.service_level,
    treatments.contact_budget_per_month,
    treatments.offer_cap_rate,
    treatments.next_action,
    treatments.reason as treatment_reason
from customers
cross join run_context
left join {{ ref('int_treatments_resolved') }} as treatments
    on
        customers.value_class_segment = treatments.value_tier
        and customers.lifecycle_segment = treatments.lifecycle_stage
        and customers.need_class_segment = treatments.need_class
