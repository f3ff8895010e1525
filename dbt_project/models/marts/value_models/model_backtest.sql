-- One row per scope, model, origin and bin (scope, model, origin_date, bin_kind, bin).
select
    scope,
    model,
    origin_date,
    horizon_days,
    bin_kind,
    bin,
    customer_count,
    predicted_purchases,
    actual_purchases,
    mean_absolute_error,
    mean_absolute_error_of_expectation,
    root_mean_square_error,
    bias_rate,
    gini,
    interval_coverage_rate,
    error_gain,
    error_gain_standard_error,
    status
from {{ source('models', 'model_backtest') }}
