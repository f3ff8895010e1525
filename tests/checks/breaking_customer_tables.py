"""Rows that keep, and rows that break, the contracts of published tables with a row per customer.

Belongs here: what cannot be told from a contract. Does not belong here: tables of sums and periods
(``breaking_chart_tables.py``), and how a row is made from a contract (``breaking_tables.py``).
"""

from datetime import date
from typing import Any

Row = dict[str, Any]

# Values of the first passing row that do not follow from types, enums and ranges.
PASSING: dict[str, Row] = {
    "seg_audience": {
        "as_of_date": date(2025, 6, 1),
        "delta": "keep",
        "member_since_date": date(2025, 5, 1),
        "last_export_date": date(2025, 5, 31),
        "contacts_left_count": 1,
    },
    "seg_churn_watchlist": {"watch_reason": "declining", "value_at_risk_reason": None},
    "seg_customer": {"lifecycle_stage": "new", "rfm_cell": "111"},
    "seg_customer_value": {
        "value_tier": "high",
        "profit_contribution_amount": 30,
        "cost_saving_amount": 2,
        "established_influence_amount": 3,
        "established_amount": 35,
        "potential_amount": 20,
        "potential_lo_amount": 15,
        "potential_hi_amount": 27,
        "influence_amount": 5,
        "total_amount": 60,
        "purchases_365d_lo": 1,
        "purchases_365d_hi": 2,
    },
    "seg_lifecycle": {
        "lifecycle_stage": "mature",
        "raw_stage": "mature",
        "is_held_back": False,
        "nearest_stage": "lapsed",
        "stage_since_reason": None,
        "as_of_date": date(2025, 6, 1),
    },
    "seg_loyalty": {
        "loyalty_type": "price",
        "matrix_cell": "spurious",
        "loyalty_rule": "promotion",
        "repeat_driver": "price",
    },
    "seg_programme_member": {
        "points_reason": None,
        "points_expiring_30d": 1,
        "points_expiring_90d": 2,
        "open_points": 3,
        "tier_reason": None,
        "clv_reason": None,
        "is_open": False,
        "redemption_behaviour": "collector",
        "value_tier": "high",
    },
    "seg_winback_candidates": {
        "candidate_rank": 1,
        "winnable_reason": None,
        "last_purchase_date": date(2024, 6, 1),
        "candidate_since_date": date(2025, 6, 1),
    },
}

# What the further rows differ in, of tables that need more than one.
PASSING_FURTHER: dict[str, Row] = {
    "seg_audience": {"audience_export_key": "further"},
    "seg_customer": {
        "customer_key": "unknown",
        "customer_kind": "unknown",
        "lifecycle_stage": "unattributed",
        "rfm_group": "not_scored",
        "rfm_cell": None,
        "occasion_count": None,
        "first_purchase_date": None,
        "last_purchase_date": None,
        "value_tier": None,
        "need_class_segment": None,
        "recommended_action": None,
    },
}

# (table, description of the SQL expectation) -> what to change in the first passing row.
SQL_BREAKERS: dict[tuple[str, str], Row] = {
    ("seg_audience", "All rows are of one as-of date."): {
        "audience_export_key": "another",
        "as_of_date": date(2025, 6, 2),
    },
    (
        "seg_audience",
        "Whoever is in a list has consented by the as-of date, and has a contact left.",
    ): {"consent_since_date": None},
    ("seg_audience", "An addition is new, what is kept or removed was in an export before."): {
        "last_export_date": None
    },
    ("seg_churn_watchlist", "Places run from 1 without a gap."): {"watch_rank": 2},
    (
        "seg_churn_watchlist",
        "Who is watched for declining shows signs of it, and a missing value has a reason.",
    ): {"decline_evidence": None},
    ("seg_customer", "All rows are of one as-of date."): {"as_of_date": date(2025, 6, 2)},
    ("seg_customer", "The unknown member is there, once."): {
        "customer_kind": "unknown",
        "lifecycle_stage": "unattributed",
    },
    (
        "seg_customer",
        "Exactly the customers with an occasion have a last purchase, scores and a group.",
    ): {"last_purchase_date": None},
    ("seg_customer", "The cell is the three scores."): {"rfm_cell": "555"},
    (
        "seg_customer",
        "Exactly the customers without an occasion are prospects; the unknown member alone has "
        "no stage.",
    ): {"lifecycle_stage": "prospect"},
    (
        "seg_customer",
        "No purchase or stage lies after the as-of date, and the first purchase is not after "
        "the last.",
    ): {"stage_since_date": date(2025, 6, 2)},
    ("seg_customer", "A missing margin has a reason."): {
        "gross_margin_amount": None,
        "gross_margin_reason": None,
    },
    (
        "seg_customer",
        "Everybody but the unknown member has a tier, a need class and a treatment.",
    ): {"recommended_action": None},
    ("seg_customer", "A missing risk or value has a reason."): {
        "churn_risk_rate": None,
        "churn_risk_reason": None,
    },
    ("seg_customer_value", "The parts of the total add up to it."): {"total_amount": 61},
    ("seg_customer_value", "The parts of established value add up to it."): {
        "profit_contribution_amount": 31
    },
    ("seg_customer_value", "A missing value has a reason."): {
        "potential_amount": None,
        "potential_reason": None,
    },
    ("seg_customer_value", "Intervals hold their estimate."): {"purchases_365d_hi": 0},
    ("seg_lifecycle", "A stage has its first day, up to the as-of date, or a reason."): {
        "stage_since_date": None
    },
    ("seg_lifecycle", "Held back is whom the facts of the day would put elsewhere."): {
        "is_held_back": True
    },
    ("seg_lifecycle", "The smallest change leads into another stage."): {"nearest_stage": "mature"},
    ("seg_lifecycle", "Exactly the customers without a purchase are prospects."): {
        "days_since_last_order": None
    },
    ("seg_loyalty", "The type follows from the cell."): {"matrix_cell": "latent"},
    (
        "seg_loyalty",
        "Whoever buys often without attachment has the type of what brings them back.",
    ): {"repeat_driver": "none_found"},
    ("seg_loyalty", "A missing index has a reason, and the unknown member has no index."): {
        "loyalty_index": None,
        "loyalty_index_reason": None,
    },
    ("seg_loyalty", "Falling loyalty has a date up to the as-of date."): {
        "falling_since_date": date(2025, 6, 2)
    },
    ("seg_programme_member", "Points that expire soon are open."): {"open_points": 1},
    ("seg_programme_member", "Missing points, tiers and values have a reason."): {"tier": None},
    (
        "seg_programme_member",
        "No membership begins after the as-of date, and one that ended has its day.",
    ): {"left_date": None},
    ("seg_winback_candidates", "Ranks run from 1 without a gap."): {"candidate_rank": 2},
    (
        "seg_winback_candidates",
        "A missing value has a reason, and an attempt is judged where value and cost are known.",
    ): {"is_worth_an_attempt": None},
    (
        "seg_winback_candidates",
        "A candidate has lapsed by the as-of date, after its last purchase.",
    ): {"candidate_since_date": date(2025, 6, 2)},
}
