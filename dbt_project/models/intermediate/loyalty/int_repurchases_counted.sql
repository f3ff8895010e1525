-- One row per repurchase KPI, variant, period and horizon: repurchase (D1, three variants that are
-- never mixed) and returning customers (D2), in customers. Test customers are left out.
with
occasions as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'purchase_date') }} as date) as month_start_date
    from {{ ref('int_purchase_occasions') }}
    where not is_test_customer
),

cohorts as (
    select * from {{ ref('int_cohorts_repurchased') }}
),

ever as (
    select
        'repurchase_rate' as kpi,
        'ever' as variant,
        'all_history' as period_kind,
        min(first_purchase_date) as period_start_date,
        0 as horizon_days,
        count(next_purchase_date) as numerator_count,
        count(*) as denominator_count,
        0 as young_customer_count
    from occasions
    where occasion_number = 1
    having count(*) > 0
),

-- The first occasion of each customer in a month stands for the customer.
months as (
    select
        month_start_date,
        sum(case when first_purchase_date < month_start_date then 1 else 0 end) as returning_count,
        count(*) as buyer_count
    from occasions
    where previous_purchase_date is null or previous_purchase_date < month_start_date
    group by month_start_date
),

-- Among the buyers of a month both are the same share (D2).
kpis as (
    select 'repurchase_rate' as kpi
    union all
    select 'returning_customer_rate' as kpi
),

in_month as (
    select
        kpis.kpi,
        'bought_before_month' as variant,
        'month' as period_kind,
        months.month_start_date as period_start_date,
        0 as horizon_days,
        months.returning_count as numerator_count,
        months.buyer_count as denominator_count,
        0 as young_customer_count
    from months
    cross join kpis
),

within_horizon as (
    select
        'repurchase_rate' as kpi,
        'within_days' as variant,
        'first_purchase_month' as period_kind,
        cohort_start_date as period_start_date,
        horizon_days,
        repurchased_count as numerator_count,
        old_enough_count as denominator_count,
        young_count as young_customer_count
    from cohorts
    union all
    select
        'repurchase_rate' as kpi,
        'within_days' as variant,
        'all_history' as period_kind,
        min(first_purchase_date) as period_start_date,
        horizon_days,
        sum(repurchased_count) as numerator_count,
        sum(old_enough_count) as denominator_count,
        sum(young_count) as young_customer_count
    from cohorts
    group by horizon_days
)

select * from ever
union all
select * from in_month
union all
select * from within_horizon
