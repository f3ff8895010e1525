-- One row per month of the first purchase and age in months (cohort_month, age_months): how many of a
-- cohort still buy and what they have brought, ready for a heat map. Test accounts are left out.
select
    cohort_month,
    age_months,
    as_of_date,
    activity_month,
    is_partial,
    cohort_size,
    active_customer_count,
    retention_rate,
    order_count,
    net_amount,
    cumulative_net_amount,
    -- What a customer of the cohort has brought by this age, those who left included.
    cast(cast(cumulative_net_amount as double) / cohort_size as decimal(18, 4))
        as cumulative_net_per_customer_amount,
    gross_margin_amount,
    cumulative_gross_margin_amount,
    gross_margin_reason,
    currency_code
from {{ ref('cohort_retention') }}
