-- One row per KPI, variant, period and horizon, at the as-of date: repurchase (D1, three variants
-- that are never mixed) and returning customers (D2). Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

occasions as (
    select
        occasions.*,
        cast({{ dbt.date_trunc('month', 'occasions.purchase_date') }} as date) as month_start_date,
        cast({{ dbt.date_trunc('month', 'occasions.first_purchase_date') }} as date)
            as cohort_start_date,
        {{ dbt.datediff('occasions.first_purchase_date', 'run_context.as_of_date', 'day') }}
            as t_days
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join run_context
    where not occasions.is_test_customer
),

-- Every buyer once, with the wait for the second occasion (null: none yet).
buyers as (
    select
        first_occasion.customer_key,
        first_occasion.first_purchase_date,
        first_occasion.cohort_start_date,
        first_occasion.t_days,
        {{ dbt.datediff('first_occasion.purchase_date', 'first_occasion.next_purchase_date', 'day') }}
            as second_after_days
    from occasions as first_occasion
    where first_occasion.occasion_number = 1
),

ever as (
    select
        'repurchase_rate' as kpi,
        'ever' as variant,
        'all_history' as period_kind,
        min(first_purchase_date) as period_start_date,
        cast(null as integer) as horizon_days,
        count(second_after_days) as numerator_count,
        count(*) as denominator_count,
        0 as young_customer_count
    from buyers
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

horizon_cohorts as (
    select
        buyers.cohort_start_date,
        horizons.horizon_days,
        min(buyers.first_purchase_date) as first_purchase_date,
        sum(case
            when buyers.t_days >= horizons.horizon_days
                and buyers.second_after_days <= horizons.horizon_days then 1
            else 0
        end) as numerator_count,
        sum(case when buyers.t_days >= horizons.horizon_days then 1 else 0 end)
            as denominator_count,
        sum(case when buyers.t_days < horizons.horizon_days then 1 else 0 end)
            as young_customer_count
    from buyers
    cross join {{ ref('loyalty_horizons') }} as horizons
    group by buyers.cohort_start_date, horizons.horizon_days
),

within_horizon as (
    select
        'repurchase_rate' as kpi,
        'within_days' as variant,
        'first_purchase_month' as period_kind,
        cohort_start_date as period_start_date,
        horizon_days,
        numerator_count,
        denominator_count,
        young_customer_count
    from horizon_cohorts
    union all
    select
        'repurchase_rate' as kpi,
        'within_days' as variant,
        'all_history' as period_kind,
        min(first_purchase_date) as period_start_date,
        horizon_days,
        sum(numerator_count) as numerator_count,
        sum(denominator_count) as denominator_count,
        sum(young_customer_count) as young_customer_count
    from horizon_cohorts
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
        || cast(united.period_start_date as varchar) || '/'
        || coalesce(cast(united.horizon_days as varchar), '-') as loyalty_kpi_key,
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
    {{ is_running_period('united.period_kind', 'united.period_start_date', 'run_context.as_of_date') }}
        as is_partial
from united
cross join run_context
