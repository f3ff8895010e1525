-- One row per model run and parameter (model_run_id, parameter).
select
    model_run_id,
    parameter,
    estimate,
    standard_error
from {{ source('models', 'model_parameter') }}
