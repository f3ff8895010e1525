-- One row per KPI, variant, period and horizon, at the as-of date: repurchase (D1, three variants
-- that are never mixed) and returning customers (D2). Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

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
        cast(null as integer) as horizon_days,
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

in_month as (
    select
        kpis.kpi,
        'bought_before_month' as variant,
        'month' as period_kind,
        months.month_start_date as period_start_date,
        cast(null as integer) as horizon_days,
        months.returning_count as numerator_count,
        months.buyer_count as denominator_count,
        0 as young_customer_count
    from months
    cross join (
        select 'repurchase_rate' as kpi
        union all
        select 'returning_customer_rate' as kpi
    ) as kpis
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
),

united as (
    select * from ever
    union all
    select * from in_month
    union all
    select * from within_horizon
)

select
    united.kpi || '/' || united.variant || '/' || united.period_kind || '/'
        || cast(united.period_start_date as string) || '/'
        || coalesce(cast(united.horizon_days as string), '-') as loyalty_kpi_key,
    run_context.as_of_date,
    united.kpi,
    united.variant,
    united.period_kind,
    united.period_start_date,
    cast(united.horizon_days as integer) as horizon_days,
    cast(united.numerator_count as bigint) as numerator_count,
    cast(united.denominator_count as bigint) as denominator_count,
    cast(united.young_customer_count as bigint) as young_customer_count,
    cast(united.numerator_count as double) / nullif(united.denominator_count, 0) as rate,
    case when united.denominator_count = 0 then 'no first purchase is as old as the horizon' end
        as rate_reason,
    {{ is_running_period(
        'united.period_kind', 'united.period_start_date', 'run_context.as_of_date'
    ) }}
        as is_partial
from united
cross join run_context
