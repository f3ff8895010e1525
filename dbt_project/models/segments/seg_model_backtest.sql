-- One row per forecast, scope, model, origin, kind of bin and bin (model_backtest_key): what a model
-- foretold from what was known at the origin against what happened, for the models in use and their
-- rivals alike. Predicted and actual are per customer, ready for a calibration chart.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

-- The model in use of each scope.
used as (
    select
        scope,
        model
    from {{ ref('model_run') }}
    where role = 'purchases' and is_chosen
),

risk_rules as (
    select max(case when rule = 'horizon_days' then value end) as horizon_days
    from {{ ref('risk_rules') }}
),

backtests as (
    select
        'purchases' as forecast,
        backtest.scope,
        backtest.model,
        cast(backtest.origin_date as string) as origin,
        backtest.horizon_days,
        backtest.bin_kind,
        backtest.bin,
        backtest.customer_count,
        backtest.predicted_purchases as predicted_count,
        backtest.actual_purchases as actual_count,
        backtest.mean_absolute_error,
        backtest.root_mean_square_error,
        backtest.bias_rate,
        backtest.interval_coverage_rate,
        backtest.gini,
        cast(null as double) as calibration_error,
        cast(null as double) as brier_score,
        cast(null as double) as log_loss,
        cast(null as double) as auc,
        cast(null as double) as lift_10,
        used.model is not null as is_used
    from {{ ref('model_backtest') }} as backtest
    left join used on backtest.scope = used.scope and backtest.model = used.model
    union all
    select
        'churn' as forecast,
        'base' as scope,
        churn.model,
        churn.origin,
        risk_rules.horizon_days,
        case churn.bin when 0 then 'total' else 'decile' end as bin_kind,
        churn.bin,
        churn.customer_count,
        churn.predicted_rate * churn.customer_count as predicted_count,
        churn.silent_count as actual_count,
        cast(null as double) as mean_absolute_error,
        cast(null as double) as root_mean_square_error,
        churn.predicted_rate / nullif(churn.silent_rate, 0) - 1 as bias_rate,
        cast(null as double) as interval_coverage_rate,
        cast(null as double) as gini,
        churn.calibration_error,
        churn.brier_score,
        churn.log_loss,
        churn.auc,
        churn.lift_10,
        churn.is_used
    from {{ ref('churn_backtest') }} as churn
    cross join risk_rules
)

select
    backtests.forecast || '/' || backtests.scope || '/' || backtests.model || '/' || backtests.origin || '/'
    || backtests.bin_kind || '/' || cast(backtests.bin as string) as model_backtest_key,
    run_context.as_of_date,
    backtests.forecast,
    backtests.scope,
    backtests.model,
    backtests.origin,
    cast(backtests.horizon_days as integer) as horizon_days,
    backtests.bin_kind,
    cast(backtests.bin as integer) as bin,
    backtests.customer_count,
    backtests.predicted_count,
    backtests.actual_count,
    backtests.predicted_count / nullif(backtests.customer_count, 0) as predicted_mean,
    cast(backtests.actual_count as double) / nullif(backtests.customer_count, 0) as actual_mean,
    backtests.mean_absolute_error,
    backtests.root_mean_square_error,
    backtests.bias_rate,
    backtests.interval_coverage_rate,
    backtests.gini,
    backtests.calibration_error,
    backtests.brier_score,
    backtests.log_loss,
    backtests.auc,
    backtests.lift_10,
    backtests.is_used
from backtests
cross join run_context
