-- Claim: a fit on a boundary is chosen only where no rival of its scope and role has converged. Fails
-- on each chosen fit that breaks this.
with
runs as (
    select * from {{ ref('model_run') }}
)

select chosen.model_run_id
from runs as chosen
inner join runs as rivals on chosen.scope = rivals.scope and chosen.role = rivals.role
where
    chosen.is_chosen
    and chosen.status = 'boundary'
    and rivals.status = 'converged'
group by chosen.model_run_id
