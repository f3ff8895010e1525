"""What the marts of lifecycle and cohorts leave empty in a shop that delivers order lines only.

Belongs here: I1, I12, I13. Does not belong here: how it is tried (``test_absent_extracts.py``).
"""

from absence import Lacking

WITHOUT_CRM = (
    Lacking("lifecycle_contribution", "accepted_referral_count, referrer_count", "referral_reason",
            "no referrals are delivered", "customer_count > 0"),
    Lacking("lifecycle_contribution", "profit_contribution_amount, clv_365d_amount", "value_reason",
            "neither profit nor CLV", "customer_count > 0 and lifecycle_stage <> 'prospect'"),
    Lacking("cohort_retention", "cumulative_gross_margin_amount", "gross_margin_reason",
            "no line has a known cost"),
    # Nothing is remembered on the first day; what orders tell is known all the same.
    Lacking("lifecycle_state", "stage_since_date", "stage_since_reason",
            "the first day that is remembered", "lifecycle_stage in ('mature', 'developing')"),
)  # fmt: skip
