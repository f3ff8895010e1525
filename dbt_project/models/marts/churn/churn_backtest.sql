-- One row per rival, origin and bin (model, origin, bin), at the as-of date: how well the churn
-- classifier, the purchase model and two rules without model foretold who buys nothing for 90 days, from
-- what was known at the origin alone.
select
    backtest.model || '/' || backtest.origin || '/' || cast(backtest.bin as string)
        as churn_backtest_key,
    run_context.as_of_date,
    backtest.model,
    backtest.origin,
    backtest.bin,
    backtest.customer_count,
    backtest.silent_count,
    backtest.predicted_rate,
    cast(backtest.silent_count as double) / backtest.customer_count as silent_rate,
    backtest.calibration_error,
    backtest.calibration_error_by_chance,
    backtest.brier_score,
    backtest.log_loss,
    backtest.auc,
    backtest.average_precision,
    backtest.lift_10,
    backtest.brier_gain,
    backtest.brier_gain_standard_error,
    backtest.is_used,
    runs.choice_reason
from {{ source('models', 'churn_backtest') }} as backtest
cross join {{ source('models', 'churn_run') }} as runs
cross join {{ source('raw', 'run_context') }} as run_context
