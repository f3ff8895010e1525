-- Claim: a refresh has one as-of date. Models cross join it, so two rows would double every total
-- and none would empty them. Fails with the count when it is not one.
select count(*) as row_count
from {{ source('raw', 'run_context') }}
having count(*) <> 1
