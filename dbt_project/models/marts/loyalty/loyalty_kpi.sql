-- One row per KPI, variant, period and horizon, at the as-of date: repurchase (D1, three variants
-- that are never mixed), returning customers (D2), brand loyalty (D3), share of wallet (D4) and
-- recommendation (E4). Test customers are left out.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

-- Each part brings numerator and denominator; a part that rests on answers also says of how many of
-- the customers it knows something.
united as (
    select
        kpi,
        variant,
        period_kind,
        period_start_date,
        nullif(horizon_days, 0) as horizon_days,
        'customers' as counted_unit,
        cast(numerator_count as decimal(24, 6)) as numerator,
        cast(denominator_count as decimal(24, 6)) as denominator,
        young_customer_count,
        denominator_count as covered_customer_count,
        denominator_count as customer_count,
        case when denominator_count = 0 then 'no first purchase is as old as the horizon' end
            as rate_reason,
        cast(null as double) as mean_answer
    from {{ ref('int_repurchases_counted') }}
    union all
    select
        shares.kpi,
        shares.variant,
        'last_days' as period_kind,
        cast(
            {{ dbt.dateadd('day', '1 - shares.window_days', 'run_context.as_of_date') }} as date
        ) as period_start_date,
        shares.window_days as horizon_days,
        shares.counted_unit,
        shares.numerator,
        shares.denominator,
        0 as young_customer_count,
        shares.covered_customer_count,
        shares.customer_count,
        case when shares.denominator = 0 then 'nobody is known well enough' end as rate_reason,
        cast(null as double) as mean_answer
    from {{ ref('int_loyalty_shares_summed') }} as shares
    cross join run_context
    union all
    select
        kpi,
        variant,
        period_kind,
        period_start_date,
        horizon_days,
        counted_unit,
        cast(numerator as decimal(24, 6)) as numerator,
        cast(denominator as decimal(24, 6)) as denominator,
        0 as young_customer_count,
        covered_customer_count,
        customer_count,
        rate_reason,
        mean_answer
    from {{ ref('int_recommendations_counted') }}
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
    united.counted_unit,
    united.numerator,
    united.denominator,
    cast(united.young_customer_count as bigint) as young_customer_count,
    cast(united.numerator as double) / nullif(cast(united.denominator as double), 0) as rate,
    united.rate_reason,
    united.mean_answer,
    cast(united.covered_customer_count as bigint) as covered_customer_count,
    cast(united.customer_count as bigint) as customer_count,
    cast(united.covered_customer_count as double) / nullif(united.customer_count, 0)
        as coverage_rate,
    {{ is_running_period(
        'united.period_kind', 'united.period_start_date', 'run_context.as_of_date'
    ) }}
        as is_partial
from united
cross join run_context
