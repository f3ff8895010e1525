-- Repurchase and returning customers; brand loyalty, wallet and recommendation are left out.
select
    run_context.as_of_date,
    repurchases.kpi,
    repurchases.variant,
    repurchases.period_kind,
    repurchases.period_start_date,
    nullif(repurchases.horizon_days, 0) as horizon_days,
    cast(repurchases.numerator_count as decimal(24, 6)) as numerator,
    cast(repurchases.denominator_count as decimal(24, 6)) as denominator,
    cast(repurchases.young_customer_count as bigint) as young_customer_count
from intermediate.int_repurchases_counted as repurchases
cross join raw.run_context
