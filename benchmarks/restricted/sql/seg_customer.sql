-- The published columns that both make.
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
    occasions.first_purchase_date,
    occasions.last_purchase_date,
    occasions.days_since_last_order,
    case
        when customers.customer_kind <> 'unknown' then coalesce(occasions.occasion_count, 0)
    end as occasion_count,
    customer_values.order_count,
    occasions.itt_median_days,
    customer_values.net_amount,
    customer_values.returned_amount,
    customer_values.average_order_value_amount,
    customer_values.gross_margin_amount,
    customer_values.gross_margin_reason,
    customer_values.currency_code,
    answers.nps_class,
    answers.answered_date as nps_answered_date
from marts.dim_customer as customers
inner join marts.customer_value as customer_values
    on customers.customer_key = customer_values.customer_key
left join marts.lifecycle_state as stages on customers.customer_key = stages.customer_key
left join marts.rfm_score as scores on customers.customer_key = scores.customer_key
left join marts.customer_cbs as occasions on customers.customer_key = occasions.customer_key
left join intermediate.int_customers_nps_classified as answers
    on customers.customer_key = answers.customer_key
