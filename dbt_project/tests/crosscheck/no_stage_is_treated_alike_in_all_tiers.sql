-- Claim: in each lifecycle stage and need class the most valuable customers are served better than the
-- least, and who comes from a lower tier never gets more service: no treatment is one for all. A row is
-- a stage and class without such a difference.
with
ranked as (
    select
        treatments.lifecycle_stage,
        treatments.need_class,
        max(case when treatments.value_tier = 'high' then levels.level_rank end) as high_rank,
        max(case when treatments.value_tier = 'potential' then levels.level_rank end)
            as potential_rank,
        max(case when treatments.value_tier = 'middle' then levels.level_rank end) as middle_rank,
        max(case when treatments.value_tier = 'low' then levels.level_rank end) as low_rank
    from {{ ref('int_treatments_resolved') }} as treatments
    inner join {{ ref('service_levels') }} as levels
        on treatments.service_level = levels.service_level
    group by treatments.lifecycle_stage, treatments.need_class
)

select *
from ranked
where
    high_rank <= low_rank
    or high_rank < potential_rank
    or potential_rank < middle_rank
    or middle_rank < low_rank
