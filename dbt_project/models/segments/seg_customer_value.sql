-- One row per customer, the unknown member included, at the as-of date: what the customer has earned
-- us, is expected to earn and brings through others, with interval, tier, the model behind it and a
-- reason wherever something is missing.
select
    customer_values.customer_key,
    customer_values.as_of_date,
    coalesce(tiers.value_tier, 'not_tiered') as value_tier,
    customer_values.net_amount,
    customer_values.profit_contribution_amount,
    customer_values.cost_saving_amount,
    customer_values.established_influence_amount,
    customer_values.established_amount,
    customer_values.established_reason,
    expected.p_alive,
    expected.p_no_purchase_90d,
    expected.expected_purchases_365d,
    expected.purchases_365d_lo,
    expected.purchases_365d_hi,
    expected.expected_spend_amount,
    expected.margin_rate,
    expected.sales_365d_amount,
    customer_values.potential_amount,
    customer_values.potential_lo_amount,
    customer_values.potential_hi_amount,
    expected.clv_infinite_amount,
    customer_values.potential_reason,
    customer_values.influence_amount,
    customer_values.influence_reason,
    customer_values.total_amount,
    customer_values.total_reason,
    customer_values.currency_code,
    purchase_models.model as purchase_model,
    purchase_models.status as purchase_model_status,
    expected.purchase_model_run_id as model_run_id
from {{ ref('customer_value') }} as customer_values
left join {{ ref('customer_value_tier') }} as tiers
    on customer_values.customer_key = tiers.customer_key
left join {{ ref('customer_clv') }} as expected
    on customer_values.customer_key = expected.customer_key
left join {{ ref('model_run') }} as purchase_models
    on expected.purchase_model_run_id = purchase_models.model_run_id
