-- Claim: today's statistical segments put customers together as those of the run before did. A failing row is
-- an agreement below the limit; it warns, or stops the run where seed statistical_rules says so.
{{ config(fail_calc='coalesce(max(gravity), 0)', warn_if='>= 1', error_if='>= 2') }}
select
    adjusted_rand_index,
    case when is_failing_below then 2 else 1 end as gravity
from {{ ref('statistical_segment_run') }}
where adjusted_rand_index < least_rand_index
