"""What the marts of the programme's results leave empty where their extracts are absent, and why.

Belongs here: H1 to H3, H8 to H12, H14 to H16 and L4 of the catalogue. Does not belong here: the
ledger itself and how it is tried (``test_absent_extracts.py``).
"""

from absence import Lacking

NO_MEMBERS = "no memberships delivered"
NO_LEDGER = "no loyalty ledger delivered"
WITHOUT_CRM = (
    Lacking("programme_kpi", "member_count, new_member_count, enrolment_rate",
            "enrolment_reason", NO_MEMBERS),
    Lacking("programme_kpi", "active_member_count, active_member_rate",
            "active_member_reason", NO_MEMBERS),
    Lacking("programme_kpi", "issued_points, redemption_rate, redeeming_member_rate",
            "redemption_reason", NO_LEDGER),
    Lacking("programme_kpi", "referral_points, review_points, social_points, over_cap_count",
            "behaviour_reason", NO_LEDGER),
    Lacking("programme_kpi", "challenge_join_count, challenge_finish_rate, badge_count",
            "game_reason", "no contact of a member is a step of a game"),
    Lacking("programme_economics", "member_net_amount, reward_cost_amount, programme_cost_rate",
            "programme_cost_reason", NO_MEMBERS),
    Lacking("programme_economics", "supplier_funded_rate", "supplier_funded_reason", NO_LEDGER),
    Lacking("programme_economics", "supplier_promotion_rate", "supplier_promotion_reason",
            NO_MEMBERS),
    Lacking("programme_economics", "member_retention, matched_retention", "retention_reason",
            NO_MEMBERS),
    Lacking("programme_club", "member_count, reward_cost_amount, frequency_lift", "club_reason",
            "no memberships with a club delivered"),
    Lacking("programme_lift", "lift, lift_low, relative_lift_rate, plain_gap, plain_gap_rate",
            "lift_reason", NO_MEMBERS),
    Lacking("referral_programme", "invite_count, joined_count, first_order_rate, k_factor",
            "referral_reason", "no referrals are delivered"),
    Lacking("referral_programme", "referral_cost_amount, cost_per_referred_customer_amount",
            "cost_reason", "no spend of the channel referral is delivered"),
    Lacking("claim_check", "own_value, own_low, sample_size", "verdict_reason", NO_MEMBERS,
            "claim_id = 'member_frequency'"),
    Lacking("claim_check", "own_value, own_low, sample_size", "verdict_reason", "",
            "claim_id <> 'retention_profit'"),  # rests on purchases alone
)  # fmt: skip
WITH_FEW_PEOPLE = (
    Lacking("programme_lift", "lift, lift_low, relative_lift_rate", "lift_reason", ""),
    Lacking("programme_kpi", "referral_points, over_cap_count", "behaviour_reason",
            "the ledger names no behaviour"),
)  # fmt: skip
