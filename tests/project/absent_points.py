"""What the marts of points and tiers leave empty where their inputs are absent, and why.

Belongs here: rows H4 to H7 of the catalogue. A shop without a programme has no rows in them. Does
not belong here: how it is tried (``test_absent_extracts.py``).
"""

from absence import Lacking

WITH_FEW_PEOPLE = (
    Lacking("dim_programme", "point_value_amount", "point_amounts_reason",
            "no value of a point delivered"),
    Lacking("points_liability", "ultimate_redemption_rate, plain_liability_amount",
            "ultimate_redemption_reason", "no breakage is recognised"),
    Lacking("points_liability", "point_cost_amount, liability_amount", "liability_reason",
            "no cost of a point is known", "program_id = 'unknown'"),
    Lacking("points_revenue", "deferred_revenue_amount, points_revenue_amount",
            "deferred_revenue_reason", "no value of a point is known", "sold_amount is not null"),
    Lacking("points_revenue", "sold_amount, deferred_revenue_amount", "deferred_revenue_reason",
            "no order that earned points is known", "sold_amount is null"),
    Lacking("member_tier", "expected_tier, predicted_tier, is_as_expected", "predicted_reason",
            "the tier is not in seed tier_rules"),
)  # fmt: skip
