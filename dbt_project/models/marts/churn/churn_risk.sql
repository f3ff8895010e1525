-- One row per customer of dim_customer, the unknown member left out, at the as-of date: the probability
-- of no purchase in the next 90 days, the model that says so, the three drivers that matter most, signs
-- of decline, and the value that is at risk.
with
rules as (
    select
        max(case when rule = 'engagement_least_count' then value end) as least_count,
        max(case when rule = 'engagement_falling_share' then value end) as falling_share
    from {{ ref('risk_rules') }}
),

runs as (
    select * from {{ source('models', 'churn_run') }}
),

joined as (
    select
        customers.customer_key,
        customers.as_of_date,
        customers.is_test,
        scores.model,
        scores.p_silent_90d,
        scores.p_silent_90d_classifier,
        scores.p_silent_90d_purchase_model,
        scores.average_log_odds,
        scores.other_log_odds,
        {% for place in [1, 2, 3] %}
        scores.driver_{{ place }},
        scores.driver_{{ place }}_log_odds,
        {% endfor %}
        runs.choice_reason,
        values_expected.p_alive,
        values_expected.sales_365d_amount,
        values_expected.clv_365d_amount,
        values_expected.clv_reason,
        run_context.currency_code,
        histories.customer_key is not null as has_bought,
        histories.is_active,
        {% for place in [1, 2, 3] %}
        {{ risk_driver_weighed(
            'scores.driver_' ~ place, 'scores.p_silent_90d', 'scores.driver_' ~ place ~ '_log_odds'
        ) }} as driver_{{ place }}_reason,
        {% endfor %}
        evidence.fall_margin >= 0 as is_volume_falling,
        evidence.silent_days > evidence.overdue_after_days as is_overdue,
        case
            when engaged.engagement_count_90d_before >= rules.least_count
                then
                    engaged.visit_count_90d + engaged.response_count_90d
                    <= rules.falling_share * engaged.engagement_count_90d_before
        end as is_engagement_falling,
        evidence.recent_net_amount,
        evidence.prior_net_amount,
        evidence.silent_days,
        evidence.overdue_after_days,
        engaged.visit_count_90d + engaged.response_count_90d as engagement_count,
        engaged.engagement_count_90d_before
    from {{ ref('dim_customer') }} as customers
    cross join rules
    cross join runs
    cross join {{ source('raw', 'run_context') }} as run_context
    left join {{ ref('int_churn_histories_counted') }} as histories
        on customers.customer_key = histories.customer_key and histories.origin_number = 0
    left join {{ ref('int_churn_examples_observed') }} as examples
        on customers.customer_key = examples.customer_key and examples.origin_number = 0
    left join {{ ref('int_churn_engagement_counted') }} as engaged
        on customers.customer_key = engaged.customer_key and engaged.origin_number = 0
    left join {{ source('models', 'churn_score') }} as scores
        on customers.customer_key = scores.customer_key
    left join {{ ref('customer_clv') }} as values_expected
        on customers.customer_key = values_expected.customer_key
    left join {{ ref('int_lifecycle_evidence_gathered') }} as evidence
        on customers.customer_key = evidence.customer_key
    where customers.customer_kind <> 'unknown'
)

select
    customer_key,
    as_of_date,
    is_test,
    cast(p_silent_90d as decimal(9, 6)) as churn_risk_rate,
    model as risk_model,
    case
        when not has_bought then 'no purchase yet'
        when model is null then choice_reason
        when not is_active then 'churned already: the purchase model'
        else choice_reason
    end as risk_model_reason,
    cast(p_silent_90d_classifier as decimal(9, 6)) as classifier_risk_rate,
    cast(p_silent_90d_purchase_model as decimal(9, 6)) as purchase_model_risk_rate,
    cast(1 - p_alive as decimal(9, 6)) as gone_rate,
    {% for place in [1, 2, 3] %}
    driver_{{ place }},
    driver_{{ place }}_log_odds,
    driver_{{ place }}_reason,
    {% endfor %}
    average_log_odds,
    other_log_odds,
    is_volume_falling,
    is_overdue,
    is_engagement_falling,
    coalesce(is_volume_falling, false) or coalesce(is_overdue, false)
    or coalesce(is_engagement_falling, false) as is_declining,
    {{ risk_decline_evidence() }} as decline_evidence,
    cast(cast(sales_365d_amount as double) * p_silent_90d as decimal(18, 4))
        as sales_at_risk_amount,
    cast(cast(clv_365d_amount as double) * p_silent_90d as decimal(18, 4)) as value_at_risk_amount,
    case
        when not has_bought then 'no purchase yet'
        when clv_365d_amount is null then clv_reason
    end as value_at_risk_reason,
    currency_code
from joined
