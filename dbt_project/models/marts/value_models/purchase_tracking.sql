-- One row per scope, model and week (scope, model, week_number).
select
    scope,
    model,
    week_number,
    week_end_date,
    expected_repeat_purchases,
    actual_repeat_purchases,
    cumulative_expected_repeat_purchases,
    cumulative_actual_repeat_purchases
from {{ source('models', 'purchase_tracking') }}
