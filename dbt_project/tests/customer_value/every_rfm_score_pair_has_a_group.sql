-- Claim: seed rfm_groups names a group for each of the 25 pairs of scores. Fails on each missing pair.
with
scores as (
    select 1 as score
    union all
    select 2 as score
    union all
    select 3 as score
    union all
    select 4 as score
    union all
    select 5 as score
)

select
    r_scores.score as r_score,
    fm_scores.score as fm_score
from scores as r_scores
cross join scores as fm_scores
left join {{ ref('rfm_groups') }} as rfm_groups
    on r_scores.score = rfm_groups.r_score
        and fm_scores.score = rfm_groups.fm_score
where rfm_groups.rfm_group is null
