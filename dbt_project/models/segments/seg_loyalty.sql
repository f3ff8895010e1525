-- One row per customer, the unknown member included, at the as-of date: why the customer comes back, what
-- it thinks of us, whether its loyalty falls, and what it is worth, with reasons, without personal data.
{%- set dimensions = [
    'behaviour', 'attitude', 'advocacy', 'relationship', 'value', 'emotional', 'cognitive',
    'experience',
] %}
with
customers as (
    select * from {{ ref('dim_customer') }}
),

types as (
    select * from {{ ref('loyalty_type') }}
    where category = 'all categories'
),

main_categories as (
    select * from {{ ref('loyalty_type') }}
    where is_main_category
)

select
    customers.customer_key,
    customers.as_of_date,
    customers.customer_kind,
    customers.is_test,
    customers.region,
    customers.acquisition_channel,
    main_categories.category as main_category,
    coalesce(types.loyalty_type, 'not_typed') as loyalty_type,
    coalesce(types.matrix_cell, 'not_typed') as matrix_cell,
    coalesce(types.loyalty_rule, 'nobody_known') as loyalty_rule,
    coalesce(types.loyalty_reason, 'the orders of nobody known') as loyalty_reason,
    types.repeat_driver,
    types.occasion_count as occasion_count_365d,
    types.attachment_score,
    types.loyalty_barriers,
    main_categories.loyalty_type as main_category_loyalty_type,
    main_categories.loyalty_reason as main_category_loyalty_reason,
    scores.loyalty_index,
    scores.loyalty_index_coverage_rate,
    scores.loyalty_index_reason,
    {% for dimension in dimensions %}
    scores.{{ dimension }}_dimension_score,
    {% endfor %}
    scores.loyalty_stage,
    answers.nps_class,
    answers.answered_date as nps_answered_date,
    wallets.wallet_share_rate,
    wallets.wallet_share_method,
    signals.is_falling,
    signals.first_signal_date as falling_since_date,
    signals.evidence as falling_evidence,
    tiers.value_tier,
    customer_values.net_amount,
    customer_values.profit_contribution_amount,
    customer_values.potential_amount,
    customer_values.currency_code
from customers
inner join {{ ref('customer_value') }} as customer_values
    on customers.customer_key = customer_values.customer_key
left join {{ ref('customer_value_tier') }} as tiers
    on customers.customer_key = tiers.customer_key
left join types on customers.customer_key = types.customer_key
left join main_categories on customers.customer_key = main_categories.customer_key
left join {{ ref('loyalty_scorecard') }} as scores
    on customers.customer_key = scores.customer_key
left join {{ ref('int_customers_nps_classified') }} as answers
    on customers.customer_key = answers.customer_key
left join {{ ref('wallet_share') }} as wallets
    on
        customers.customer_key = wallets.customer_key
        and main_categories.category = wallets.category
left join {{ ref('loyalty_signal') }} as signals
    on customers.customer_key = signals.customer_key
