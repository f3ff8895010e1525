-- One row per customer (the unknown member, which has no stage, left out), at the as-of date: lifecycle
-- stage, since when and why, what would change it, the evidence and what the customer is worth, without
-- personal data.
select
    states.customer_key,
    states.as_of_date,
    customers.customer_kind,
    customers.is_test,
    customers.region,
    customers.acquisition_channel,
    states.lifecycle_stage,
    states.raw_stage,
    states.is_held_back,
    states.previous_stage,
    states.stage_since_date,
    states.stage_since_reason,
    states.stage_reason,
    states.nearest_stage,
    states.distance_to_exit,
    states.distance_unit,
    states.exit_condition,
    states.days_since_last_order,
    states.overdue_after_days,
    states.p_alive,
    states.recent_net_amount,
    states.prior_net_amount,
    states.last_referee_date,
    customer_values.net_amount,
    customer_values.profit_contribution_amount,
    customer_values.potential_amount,
    customer_values.currency_code
from {{ ref('lifecycle_state') }} as states
inner join {{ ref('dim_customer') }} as customers
    on states.customer_key = customers.customer_key
inner join {{ ref('customer_value') }} as customer_values
    on states.customer_key = customer_values.customer_key
