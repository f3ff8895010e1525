-- Claim: every number that surveys and the retention model are read by stands in seed survey_rules and
-- is above 0. Fails on each rule that is missing or not positive.
with
needed as (
    {% for rule in [
        'satisfied_index_min', 'dissatisfied_index_max', 'minimum_answers', 'retention_days',
        'retention_least_outcomes', 'satisfaction_memory_days', 'points_full_amount',
        'contract_full_days', 'switching_min_coverage_rate',
    ] %}
    select '{{ rule }}' as rule
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    needed.rule,
    rules.value
from needed
left join {{ ref('survey_rules') }} as rules on needed.rule = rules.rule
where rules.value is null or rules.value <= 0
