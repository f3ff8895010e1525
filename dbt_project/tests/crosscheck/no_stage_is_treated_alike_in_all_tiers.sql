-- Claim: in each lifecycle stage the most valuable customers are served better than the least, and
-- who comes from a lower tier never gets more service: no treatment is one for all. A row is a stage
-- without such a difference.
with
ranked as (
    select
        lifecycle_stage,
        value_tier,
        case service_level
            when 'priority' then 4
            when 'preferred' then 3
            when 'standard' then 2
            else 1
        end as service_rank
    from {{ ref('treatment_rules') }}
),

stages as (
    select
        lifecycle_stage,
        max(case when value_tier = 'high' then service_rank end) as high_rank,
        max(case when value_tier = 'potential' then service_rank end) as potential_rank,
        max(case when value_tier = 'middle' then service_rank end) as middle_rank,
        max(case when value_tier = 'low' then service_rank end) as low_rank
    from ranked
    group by lifecycle_stage
)

select *
from stages
where
    high_rank <= low_rank
    or high_rank < potential_rank
    or potential_rank < middle_rank
    or middle_rank < low_rank
