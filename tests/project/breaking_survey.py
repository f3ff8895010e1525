"""How each claim about surveys and what explains retention is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "nps_lies_within_its_interval_or_says_why_it_has_none": """
        insert into marts.survey_nps (nps, nps_lo, nps_hi, promoter_rate, promoter_rate_lo,
            promoter_rate_hi)
        values (20, 21, 30, 0.5, 0.4, 0.6)
    """,
    "csat_lies_within_its_interval_or_says_why_there_is_none": """
        insert into marts.survey_csat (answer_count, satisfied_count, dissatisfied_count, csat_rate,
            csat_rate_lo, csat_rate_hi, mean_score, scale_min, scale_max)
        values (2, 1, 0, 0.5, 0.1, 0.9, 5.1, 1, 5)
    """,
    "csat_segments_hold_every_answer": """
        update marts.survey_csat set answer_count = answer_count + 1
        where segment_kind = 'all' and wave = 'current'
    """,
    "survey_quality_counts_fit_into_each_other": """
        update marts.survey_quality set base_answer_count = answer_count + 1
    """,
    "strata_of_a_wave_are_all_buyers_by_its_day": """
        update intermediate.int_survey_strata_counted set customer_count = customer_count + 1
        where activity = 'active'
    """,
    "word_of_mouth_reach_is_measured_or_says_why_not": """
        update marts.wom set told_reason = null where mean_told_lo is null
    """,
    "survey_rules_are_complete": "delete from seeds.survey_rules where rule = 'minimum_answers'",
    # retention
    "each_switching_cost_rests_on_what_is_known": """
        update marts.switching_cost set switching_cost_reason = null where coverage_rate < 1
    """,
    "a_fitted_term_has_its_interval_and_any_other_its_reason": """
        update marts.retention_model set status_reason = null where status <> 'converged'
    """,
}
