-- One row per customer, the unknown member included, at the as-of date: what the business knows of
-- the customer in one line, and what to do, without personal data. The unknown member carries the amounts
-- of orders that no customer is known for, so that totals tie; it is no customer and has no segments.
{%- set classes = [
    'rfm', 'need_class', 'behaviour_class', 'loyalty', 'statistical', 'age_band', 'gender', 'income_band',
    'occupation', 'education', 'lifestyle', 'purchase_channel',
] %}
with
customers as (
    select * from {{ ref('dim_customer') }}
),

stages as (
    select * from {{ ref('lifecycle_state') }}
),

scores as (
    select * from {{ ref('rfm_score') }}
),

customer_values as (
    select * from {{ ref('customer_value') }}
),

answers as (
    select * from {{ ref('int_customers_nps_classified') }}
),

segments as (
    select * from {{ ref('int_customers_segments_pivoted') }}
),

risks as (
    select * from {{ ref('churn_risk') }}
),

treatments as (
    select * from {{ ref('treatment_policy') }}
)

select
    customers.customer_key,
    customers.as_of_date,
    customers.customer_kind,
    customers.is_test,
    customers.is_deleted,
    customers.region,
    customers.acquisition_channel,
    customers.profile_completeness_rate,
    coalesce(stages.lifecycle_stage, 'unattributed') as lifecycle_stage,
    stages.stage_since_date,
    stages.stage_reason,
    scores.r_score,
    scores.f_score,
    scores.m_score,
    scores.rfm_cell,
    coalesce(scores.rfm_group, 'not_scored') as rfm_group,
    scores.cut_version as rfm_cut_version,
    statistics.first_purchase_date,
    statistics.last_purchase_date,
    statistics.days_since_last_order,
    case
        when customers.customer_kind <> 'unknown' then coalesce(statistics.occasion_count, 0)
    end as occasion_count,
    customer_values.order_count,
    statistics.itt_median_days,
    customer_values.net_amount,
    customer_values.returned_amount,
    customer_values.average_order_value_amount,
    customer_values.gross_margin_amount,
    customer_values.gross_margin_reason,
    customer_values.currency_code,
    answers.nps_class,
    answers.answered_date as nps_answered_date,
    stages.raw_stage,
    stages.is_held_back as is_stage_held_back,
    stages.exit_condition as stage_exit_condition,
    segments.value_class_segment as value_tier,
    segments.value_class_since_date as value_tier_since_date,
    segments.value_class_reason as value_tier_reason,
    {%- for part in ['established', 'potential', 'influence', 'total'] %}
    customer_values.{{ part }}_amount,
    {%- endfor %}
    customer_values.total_reason,
    {%- for class in classes %}
    segments.{{ class }}_segment,
    {%- endfor %}
    centres.segment_name as statistical_segment_name,
    segments.need_class_reason,
    segments.behaviour_class_reason,
    segments.loyalty_reason,
    risks.churn_risk_rate,
    risks.risk_model as churn_risk_model,
    risks.risk_model_reason as churn_risk_reason,
    {%- for place in [1, 2, 3] %}
    risks.driver_{{ place }}_reason as churn_driver_{{ place }},
    {%- endfor %}
    risks.is_declining,
    risks.value_at_risk_amount,
    treatments.service_level,
    treatments.contact_budget_per_month,
    treatments.offer_cap_rate,
    treatments.next_action as recommended_action,
    treatments.treatment_reason
from customers
inner join customer_values on customers.customer_key = customer_values.customer_key
left join stages on customers.customer_key = stages.customer_key
left join scores on customers.customer_key = scores.customer_key
left join {{ ref('customer_cbs') }} as statistics
    on customers.customer_key = statistics.customer_key
left join answers on customers.customer_key = answers.customer_key
left join segments on customers.customer_key = segments.customer_key
left join {{ ref('statistical_segment') }} as centres
    on segments.statistical_segment = centres.segment
left join risks on customers.customer_key = risks.customer_key
left join treatments on customers.customer_key = treatments.customer_key
