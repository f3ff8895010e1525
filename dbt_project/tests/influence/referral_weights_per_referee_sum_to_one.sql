-- Claim: the referrers of a referee share it completely: their weights sum to 1, to the last decimal
-- (C13). Fails on each referee with another sum.
select
    referee_key,
    sum(attribution_weight) as weight_sum
from {{ ref('int_referrals_attributed') }}
group by referee_key
having sum(attribution_weight) <> 1 or sum(attribution_weight) is null
