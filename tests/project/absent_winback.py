"""What the marts of causes, win-back and retention leave empty where their extracts are absent.

Belongs here: those marts. Does not belong here: how it is tried (``test_absent_extracts.py``).
"""

from absence import Lacking

NO_ATTEMPT = "no attempt of a lapsed customer has run its time"
WITHOUT_CRM = (
    Lacking("churn_cause", "first_evidence_date, last_evidence_date", "evidence",
            "nothing is known around the last purchase", "cause = 'unknown' and weight = 1"),
    Lacking("winback_kpi", "winback_rate, winback_rate_lo, treated_reactivation_rate, "
            "holdout_reactivation_rate, second_lifetime_amount", "winback_reason", NO_ATTEMPT),
    Lacking("winback_kpi", "gain_per_attempt_amount, winback_profit_amount", "gain_reason",
            NO_ATTEMPT),
    Lacking("winback_kpi", "cost_amount", "cost_reason",
            "no spend of the attempts is delivered"),
    Lacking("winback_candidate", "attempt_cost_amount", "attempt_cost_reason",
            "no spend of an attempt to win back is delivered"),
    Lacking("retention_economics", "retention_spend_amount, retention_cost_amount",
            "retention_reason", "no spend on campaigns to known customers is delivered"),
    Lacking("retention_economics", "cost_ratio, cost_ratio_lo", "cost_ratio_reason", ""),
    Lacking("retention_economics", "promotion_ratio, promotion_ratio_lo",
            "promotion_ratio_reason", ""),
    Lacking("retention_economics", "new_success_rate", "new_success_reason",
            "no offer to new customers is old enough"),
    Lacking("retention_economics", "known_success_rate", "known_success_reason",
            "no offer to known customers is old enough"),
)  # fmt: skip
WITH_FEW_PEOPLE = (
    Lacking("retention_scenario", "margin_multiple, equity_change_rate, equity_change_amount",
            "equity_change_reason", "are needed"),
)  # fmt: skip
