-- Claim: every combination of value tier, lifecycle stage and need class that a customer can be in finds
-- exactly one rule. A row is a combination with none or several.
select
    value_tier,
    lifecycle_stage,
    need_class,
    count(treatment_rule) as rule_count
from {{ ref('int_treatments_resolved') }}
where is_possible
group by value_tier, lifecycle_stage, need_class
having count(treatment_rule) <> 1
