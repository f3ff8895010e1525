-- One row per scope of the value models (scope): its chosen spend model with the parameters of
-- Gamma-Gamma side by side; null where none could be fitted.
with
runs as (
    select *
    from {{ source('models', 'model_run') }}
    where role = 'spend' and is_chosen
),

parameters as (
    select
        model_run_id,
        max(case when parameter = 'p' then estimate end) as p,
        max(case when parameter = 'q' then estimate end) as q,
        max(case when parameter = 'v' then estimate end) as v
    from {{ source('models', 'model_parameter') }}
    group by model_run_id
)

select
    runs.scope,
    runs.model_run_id,
    parameters.p,
    parameters.q,
    parameters.v
from runs
inner join parameters on runs.model_run_id = parameters.model_run_id
