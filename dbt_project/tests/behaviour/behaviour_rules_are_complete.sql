-- Claim: every setting that the behaviour marts read stands in seed behaviour_rules and is above 0.
-- Fails on each rule that is missing or not positive.
{{ missing_rules('behaviour_rules', [
    'trend_window_days', 'trend_months', 'concentration_window_days', 'price_window_days',
    'price_rise_min_rate', 'price_rise_within_days', 'price_repeat_days',
    'price_repeat_min_expected', 'elasticity_months', 'elasticity_min_observations',
    'affinity_min_count', 'trial_days',
]) }}
