-- Claim: each pair of value tier and lifecycle stage has exactly one rule, and no rule is for a pair
-- that nobody can be in. A row is a pair with its number of rules, or a rule without a pair.
with
tiers as (
    select 'high' as value_tier
    union all
    select 'potential' as value_tier
    union all
    select 'middle' as value_tier
    union all
    select 'low' as value_tier
    union all
    select 'not_tiered' as value_tier
),

stages as (
    select stage as lifecycle_stage from {{ ref('lifecycle_stages') }}
    union all
    select 'unattributed' as lifecycle_stage
),

pairs as (
    select
        tiers.value_tier,
        stages.lifecycle_stage
    from tiers
    cross join stages
),

rules as (
    select
        value_tier,
        lifecycle_stage,
        count(*) as rule_count
    from {{ ref('treatment_rules') }}
    group by value_tier, lifecycle_stage
)

select
    pairs.value_tier,
    pairs.lifecycle_stage,
    rules.value_tier as rule_value_tier,
    rules.lifecycle_stage as rule_lifecycle_stage,
    rules.rule_count
from pairs
full outer join rules
    on
        pairs.value_tier = rules.value_tier
        and pairs.lifecycle_stage = rules.lifecycle_stage
where pairs.value_tier is null or rules.rule_count is null or rules.rule_count <> 1
