-- One row per value tier, lifecycle stage and need class (value_tier, lifecycle_stage, need_class): the
-- rule of seed treatment_rules that applies, which is the rule for the need class, else the one for any.
with
tiers as (
    select segment as value_tier from {{ ref('segments') }}
    where scheme = 'value_class'
),

stages as (
    select segment as lifecycle_stage from {{ ref('segments') }}
    where scheme = 'lifecycle'
),

needs as (
    select segment as need_class from {{ ref('segments') }}
    where scheme = 'need_class'
),

cells as (
    select
        tiers.value_tier,
        stages.lifecycle_stage,
        needs.need_class,
        exclusions.need_class is null as is_possible
    from tiers
    cross join stages
    cross join needs
    left join {{ ref('treatment_exclusions') }} as exclusions
        on
            stages.lifecycle_stage = exclusions.lifecycle_stage
            and needs.need_class = exclusions.need_class
)

select
    cells.value_tier,
    cells.lifecycle_stage,
    cells.need_class,
    cells.is_possible,
    rules.value_tier || '/' || rules.lifecycle_stage || '/' || rules.need_class as treatment_rule,
    rules.service_level,
    rules.contact_budget_per_month,
    rules.offer_cap_rate,
    rules.next_action,
    rules.reason
from cells
left join {{ ref('treatment_rules') }} as own
    on
        cells.value_tier = own.value_tier
        and cells.lifecycle_stage = own.lifecycle_stage
        and cells.need_class = own.need_class
left join {{ ref('treatment_rules') }} as rules
    on
        cells.value_tier = rules.value_tier
        and cells.lifecycle_stage = rules.lifecycle_stage
        and rules.need_class = coalesce(own.need_class, 'any')
