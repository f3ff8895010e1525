-- One row per model, scope and role that was tried (model_run_id).
select
    model_run_id,
    as_of_date,
    scope,
    role,
    model,
    status,
    reason,
    is_chosen,
    choice_reason,
    log_likelihood,
    customer_count,
    distinct_row_count,
    excluded_customer_count,
    time_unit,
    definition_version,
    input_hash,
    fit_seconds
from {{ source('models', 'model_run') }}
