-- One row per customer, the unknown member included, at the as-of date: what the business knows of
-- the customer in one line, without personal data. The unknown member carries the amounts of
-- orders that no customer is known for, so that totals tie; it is no customer and has no stage.
with
customers as (
    select * from {{ ref('dim_customer') }}
),

stages as (
    select * from {{ ref('lifecycle_state') }}
),

statistics as (
    select * from {{ ref('customer_cbs') }}
),

scores as (
    select * from {{ ref('rfm_score') }}
),

customer_values as (
    select * from {{ ref('customer_value') }}
),

answers as (
    select * from {{ ref('int_customers_nps_classified') }}
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
    answers.answered_date as nps_answered_date
from customers
inner join customer_values on customers.customer_key = customer_values.customer_key
left join stages on customers.customer_key = stages.customer_key
left join scores on customers.customer_key = scores.customer_key
left join statistics on customers.customer_key = statistics.customer_key
left join answers on customers.customer_key = answers.customer_key
