-- One row per customer with at least one purchase occasion, at the as-of date: early signs of falling
-- loyalty (D16). Intervals grow or purchases shrink against the customer's own (CUSUM), or more days
-- have gone by since the last purchase than its own intervals explain (overdue).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'signal_baseline_count' then value end) as bigint)
            as baseline_count,
        max(case when rule = 'signal_limit_sd' then value end) as cusum_limit,
        cast(max(case when rule = 'signal_min_sd' then value end) as double) as min_sd,
        max(case when rule = 'overdue_z' then value end) as overdue_z
    from {{ ref('loyalty_rules') }}
),

measured as (
    select
        sums.*,
        rules.baseline_count,
        rules.overdue_z,
        sums.interval_cusum > rules.cusum_limit as is_interval_falling,
        sums.spend_cusum > rules.cusum_limit as is_spend_falling,
        sums.interval_count >= rules.baseline_count as has_intervals,
        cast(sums.log_interval_sum as double) / nullif(sums.interval_count, 0) as log_mean,
        greatest(
            sqrt(
                greatest(
                    sums.interval_count * cast(sums.log_interval_square_sum as double)
                    - cast(sums.log_interval_sum as double) * cast(sums.log_interval_sum as double),
                    0
                ) / nullif(sums.interval_count * (sums.interval_count - 1), 0)
            ), rules.min_sd
        ) as log_sd
    from {{ ref('int_customers_signals_summed') }} as sums
    cross join rules
),

-- The longest interval that is still likely, foretold from the customer's own as if log-normal.
foretold as (
    select
        *,
        case
            when has_intervals
                then cast(
                        floor(exp(
                            log_mean + log_sd * sqrt(1 + 1 / cast(interval_count as double))
                            * {{ student_limit('overdue_z', 'interval_count - 1') }}
                        )) as bigint
                    )
        end as overdue_after_days
    from measured
),

judged as (
    select
        *,
        days_since_last_order > overdue_after_days as is_overdue,
        case
            when days_since_last_order > overdue_after_days
                then
                    cast(
                        {{ dbt.dateadd(
                            'day', 'cast(overdue_after_days as integer) + 1', 'last_purchase_date'
                        ) }} as date
                    )
        end as overdue_since_date
    from foretold
)

select
    judged.customer_key,
    run_context.as_of_date,
    cast(judged.interval_cusum as double) as interval_cusum,
    judged.is_interval_falling,
    judged.interval_signal_date,
    cast(judged.spend_cusum as double) as spend_cusum,
    judged.is_spend_falling,
    judged.spend_signal_date,
    judged.days_since_last_order,
    case when judged.has_intervals then cast(judged.interval_sum as double) / judged.interval_count
    end as expected_interval_days,
    case when judged.has_intervals
            then cast(judged.days_since_last_order * judged.interval_count as double)
                / judged.interval_sum
    end as overdue_ratio,
    case when judged.has_intervals
            then cast(judged.shorter_interval_count as double) / judged.interval_count
    end as overdue_percentile_rate,
    judged.overdue_after_days,
    judged.is_overdue,
    judged.overdue_since_date,
    judged.is_overdue or judged.is_spend_falling or coalesce(judged.is_interval_falling, false)
        as is_falling,
    least(judged.interval_signal_date, judged.spend_signal_date, judged.overdue_since_date)
        as first_signal_date,
    {{ loyalty_signal_evidence('judged') }} as evidence,
    case when judged.interval_cusum is null
            then 'fewer than ' || cast(judged.baseline_count + 2 as string) || ' purchase occasions'
    end as interval_reason,
    case when judged.spend_cusum is null or not judged.has_intervals
            then 'fewer than ' || cast(judged.baseline_count + 1 as string) || ' purchase occasions'
    end as signal_reason
from judged
cross join run_context
