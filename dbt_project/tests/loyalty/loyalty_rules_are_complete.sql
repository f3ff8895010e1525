-- Claim: every number that the loyalty marts read stands in seed loyalty_rules and is above 0.
-- Fails on each rule that is missing or not positive.
{{ missing_rules('loyalty_rules', [
    'loyalty_window_days', 'brand_min_occasions', 'effort_max_minutes', 'effort_min_orders',
    'signal_baseline_count', 'signal_allowance_sd', 'signal_limit_sd', 'signal_min_sd',
    'overdue_z', 'shock_lead_days', 'shock_min_occasions',
]) }}
