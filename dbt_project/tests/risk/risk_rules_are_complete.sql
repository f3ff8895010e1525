-- Claim: every number that churn risk is learned and judged by stands in seed risk_rules and is above 0.
-- Fails on each rule that is missing or not positive.
{{ missing_rules('risk_rules', [
    'horizon_days', 'origin_spacing_days', 'training_origins', 'least_training_origins',
    'test_origins', 'least_history_days', 'sample_customers', 'least_outcomes', 'least_gain',
    'linear_penalty', 'bend_penalty', 'watch_least_rate', 'engagement_least_count',
    'engagement_falling_share',
]) }}
