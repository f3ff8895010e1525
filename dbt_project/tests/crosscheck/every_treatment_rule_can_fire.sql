-- Claim: each rule is the one that applies to a combination which a customer can be in, and a rule for one
-- need class treats it otherwise than the rule for any. A row is a rule that can never fire (an unknown
-- tier, stage or class, an excluded combination, or all classes have rules of their own), or one that
-- changes nothing.
with
fired as (
    select treatment_rule from {{ ref('int_treatments_resolved') }}
    where is_possible
    group by treatment_rule
)

select
    rules.value_tier,
    rules.lifecycle_stage,
    rules.need_class,
    fired.treatment_rule is null as is_never_fired
from {{ ref('treatment_rules') }} as rules
left join fired
    on rules.value_tier || '/' || rules.lifecycle_stage || '/' || rules.need_class = fired.treatment_rule
left join {{ ref('treatment_rules') }} as general
    on
        rules.value_tier = general.value_tier
        and rules.lifecycle_stage = general.lifecycle_stage
        and general.need_class = 'any'
        and rules.need_class <> 'any'
where
    fired.treatment_rule is null
    or (
        rules.service_level = general.service_level
        and rules.contact_budget_per_month = general.contact_budget_per_month
        and rules.offer_cap_rate = general.offer_cap_rate
        and rules.next_action = general.next_action
    )
