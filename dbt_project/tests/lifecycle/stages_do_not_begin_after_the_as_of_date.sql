-- Claim: a stage has begun by the as-of date, and only a prospect may lack the day. Fails on each
-- customer for whom that does not hold.
select
    customer_key,
    lifecycle_stage,
    stage_since_date
from {{ ref('lifecycle_state') }}
where
    stage_since_date > as_of_date
    or (stage_since_date is null and lifecycle_stage <> 'prospect')
