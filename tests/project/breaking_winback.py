"""How each claim about causes of churn, win-back and the economics of retention is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "evidence_has_a_strength_and_a_span": """
        update seeds.churn_evidence set to_day = from_day - 1 where signal = 'overdue'
    """,
    "declared_causes_leave_nothing_unknown": """
        update marts.churn_cause set is_declared = true where cause = 'unknown'
    """,
    "weights_of_causes_add_up_to_the_churned": """
        update marts.churn_cause set weight = weight / 2
    """,
    "every_lapsed_customer_has_a_band_and_every_cause_an_approach": """
        update seeds.winback_silences set from_days = 181 where from_days = 180
    """,
    "every_lapsed_customer_is_a_candidate_or_has_an_attempt": """
        delete from marts.winback where attempt_state = 'candidate'
    """,
    "attempts_of_the_register_are_all_assignments_to_win_back": """
        delete from marts.winback where arm = 'holdout'
    """,
    "what_can_be_won_is_told_or_why_not": """
        update marts.winback_candidate set winnable_amount = null, winnable_reason = null
    """,
    "attempts_come_one_step_after_the_other": """
        update marts.winback set reactivated_date = assigned_date where arm = 'treated'
    """,
    "what_attempts_added_lies_in_its_interval_or_has_a_reason": """
        update marts.winback_kpi set winback_rate = null, winback_reason = null
    """,
    "each_missing_ratio_of_retention_has_a_reason": """
        update marts.retention_economics set cost_ratio = null, cost_ratio_reason = null
    """,
    "a_rise_of_retention_raises_equity_or_has_a_reason": """
        update marts.retention_scenario
        set equity_change_rate = null, equity_change_reason = null
    """,
    "economics_of_retention_agree_with_acquisition_and_segments": """
        update marts.retention_economics
        set acquisition_cost_amount = coalesce(acquisition_cost_amount, 0) + 1
    """,
}
