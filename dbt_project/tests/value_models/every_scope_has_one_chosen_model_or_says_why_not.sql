-- Claim: in each scope and role exactly one model is chosen, and it has parameters; where none is,
-- no model has parameters, and each says why. Fails on each scope and role where that is not so.
with
runs as (
    select
        runs.scope,
        runs.role,
        runs.is_chosen,
        runs.status,
        runs.reason,
        runs.choice_reason,
        count(parameters.parameter) as parameter_count
    from {{ ref('model_run') }} as runs
    left join {{ ref('model_parameter') }} as parameters
        on runs.model_run_id = parameters.model_run_id
    group by
        runs.model_run_id, runs.scope, runs.role, runs.is_chosen, runs.status, runs.reason,
        runs.choice_reason
)

select
    scope,
    role
from runs
group by scope, role
having
    sum(case when is_chosen then 1 else 0 end) > 1
    or sum(case when is_chosen and parameter_count = 0 then 1 else 0 end) > 0
    or sum(case when choice_reason is null then 1 else 0 end) > 0
    or (
        sum(case when is_chosen then 1 else 0 end) = 0
        and (
            sum(parameter_count) > 0
            or sum(case when status <> 'not_enough_data' or reason is null then 1 else 0 end) > 0
        )
    )
