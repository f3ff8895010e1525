-- Claim: every number that surveys and the retention model are read by stands in seed survey_rules and
-- is above 0. Fails on each rule that is missing or not positive.
{{ missing_rules('survey_rules', [
    'satisfied_index_min', 'dissatisfied_index_max', 'minimum_answers', 'retention_days',
    'retention_least_outcomes', 'satisfaction_memory_days', 'points_full_amount',
    'contract_full_days', 'switching_min_coverage_rate',
]) }}
