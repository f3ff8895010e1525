-- One row per value tier, lifecycle stage and need class that can come together (value_tier,
-- lifecycle_stage, need_class): how such customers are to be treated, why, how many there are and what
-- they are worth. Test accounts are left out of the counts.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

customers as (
    select
        policy.value_tier,
        policy.lifecycle_stage,
        policy.need_class,
        count(*) as customer_count,
        sum(customer_values.total_amount) as total_amount,
        count(customer_values.total_amount) as valued_count
    from {{ ref('treatment_policy') }} as policy
    inner join {{ ref('dim_customer') }} as dim on policy.customer_key = dim.customer_key
    inner join {{ ref('customer_value') }} as customer_values
        on policy.customer_key = customer_values.customer_key
    where not dim.is_test
    group by policy.value_tier, policy.lifecycle_stage, policy.need_class
)

select
    treatments.value_tier,
    treatments.lifecycle_stage,
    treatments.need_class,
    run_context.as_of_date,
    treatments.treatment_rule,
    treatments.service_level,
    treatments.contact_budget_per_month,
    treatments.offer_cap_rate,
    treatments.next_action,
    treatments.reason as treatment_reason,
    cast(coalesce(customers.customer_count, 0) as bigint) as customer_count,
    cast(customers.total_amount as decimal(18, 4)) as total_amount,
    case
        when customers.customer_count is null then 'nobody is here'
        when customers.valued_count = 0 then 'no value of these customers is known'
        when customers.valued_count < customers.customer_count
            then 'customers without a known value are left out'
    end as total_reason,
    run_context.currency_code
from {{ ref('int_treatments_resolved') }} as treatments
cross join run_context
left join customers
    on
        treatments.value_tier = customers.value_tier
        and treatments.lifecycle_stage = customers.lifecycle_stage
        and treatments.need_class = customers.need_class
where treatments.is_possible or customers.customer_count is not null
