"""Rows that keep, and rows that break, the contracts of the tables made for charts.

Belongs here: published tables of sums, bins and periods. Does not belong here: tables with a row
per customer, and how a row is made from a contract (``breaking_tables.py``).
"""

from datetime import date
from typing import Any

Row = dict[str, Any]
OTHER_DAY = date(2025, 6, 2)

# Values of the first passing row that do not follow from types, enums and ranges.
PASSING: dict[str, Row] = {
    "seg_extract": {"rows_landed": 2, "rows_accepted": 1, "rows_quarantined": 1},
    "seg_reconciliation": {"expected": 1, "observed": 1, "difference": 0},
    "seg_value_distribution": {
        "bin": 1,
        "lower_amount": 0,
        "upper_amount": 1,
        "customer_share_rate": 0.5,
        "customer_share_from_top_rate": 0.5,
    },
    "seg_concentration": {"revenue_reason": None},
    "seg_lifecycle_flow": {"closing_count": 2},
    "seg_cohort": {"age_months": 0},
    "seg_value_change": {"step": "opening", "amount_reason": None},
    "seg_model_backtest": {"forecast": "purchases", "brier_score": None},
    "seg_satisfaction": {"score_reason": None, "answer_count": 3},
    "seg_points_liability": {"liability_reason": None},
    "seg_segment": {"customer_share_rate": 0.5},
    "seg_loyalty_summary": {
        "loyalty_type": "price",
        "matrix_cell": "spurious",
        "promoter_count": 1,
        "detractor_count": 0,
    },
    "seg_migration": {
        "from_segment": "lost",
        "to_segment": "loyal",
        "migration_kind": "moved",
        "from_share_rate": 0.5,
        "amount_reason": None,
    },
    "seg_programme_summary": {"period_kind": "month"},
    "seg_summary": {"lifecycle_stage": "new"},
    "seg_summary_daily": {"calendar_date": date(2025, 6, 1), "as_of_date": date(2025, 6, 1)},
}
# What the second row differs in.
PASSING_FURTHER: dict[str, Row] = {
    "seg_extract": {"extract_key": "further", "table_name": "further"},
    "seg_quarantine": {"quarantine_key": "further"},
    "seg_reconciliation": {"reconciliation": "further"},
    "seg_value_distribution": {
        "bin": 0,
        "lower_amount": 0,
        "upper_amount": 0,
        "customer_share_from_top_rate": 1,
    },
    "seg_concentration": {"cut_size": 5},
    "seg_lifecycle_flow": {"period_start_date": OTHER_DAY},
    "seg_cohort": {"age_months": 1},
    "seg_value_change": {"step": "closing"},
    "seg_equity": {"scope": "further"},
    "seg_model_backtest": {"model_backtest_key": "further"},
    "seg_satisfaction": {"satisfaction_key": "further"},
    "seg_points_liability": {"cohort": "further"},
    "seg_customer_timeline": {"period": "earlier", "period_start_date": None},
    "seg_treatment": {"need_class": "further"},
    "seg_segment": {"segment": "further"},
    "seg_loyalty_summary": {
        "customer_kind": "unknown",
        "customer_count": 0,
        "customer_share_rate": 0,
        "falling_count": 0,
        "signalled_count": 0,
        "promoter_count": 0,
        "detractor_count": 0,
        "nps_answer_count": 0,
        "indexed_count": 0,
    },
    "seg_migration": {"to_segment": "lost", "migration_kind": "stayed"},
    "seg_programme_summary": {"programme_summary_key": "further"},
    "seg_summary": {
        "customer_kind": "unknown",
        "customer_count": 0,
        "customer_share_rate": 0,
        "net_share_rate": 0,
    },
}
# A column that must be filled, of each table.
FILLED = {
    "seg_extract": "owner",
    "seg_quarantine": "reason",
    "seg_reconciliation": "unit",
    "seg_value_distribution": "amount",
    "seg_concentration": "customer_count",
    "seg_lifecycle_flow": "net_amount",
    "seg_cohort": "cohort_size",
    "seg_value_change": "step_kind",
    "seg_equity": "customer_count",
    "seg_model_backtest": "model",
    "seg_satisfaction": "wave",
    "seg_points_liability": "program_id",
    "seg_customer_timeline": "net_amount",
    "seg_treatment": "next_action",
    "seg_segment": "net_amount",
}
# Tables with a key of several columns: what makes the first row equal to the second by it.
SAME_KEY = (
    "seg_value_distribution",
    "seg_concentration",
    "seg_lifecycle_flow",
    "seg_cohort",
    "seg_value_change",
    "seg_points_liability",
    "seg_customer_timeline",
    "seg_treatment",
    "seg_segment",
)

# (table, description of the SQL expectation) -> what to change in the first passing row.
SQL_BREAKERS: dict[tuple[str, str], Row] = {
    **{(table, "Required columns are filled."): {column: None} for table, column in FILLED.items()},
    **{(table, "All rows are of one as-of date."): {"as_of_date": OTHER_DAY} for table in FILLED},
    **{(table, "The key is unique."): PASSING_FURTHER[table] for table in SAME_KEY},
    ("seg_extract", "Rows landed are accepted or refused."): {"rows_landed": 9},
    ("seg_extract", "Each table has exactly one newest row."): {"is_newest": False},
    ("seg_reconciliation", "Nothing was lost between the layers."): {"difference": 1},
    (
        "seg_value_distribution",
        "Shares add up to 1, and the last row holds everybody.",
    ): {"customer_share_rate": 0.1},
    ("seg_value_distribution", "The edges of a bin rise."): {"lower_amount": 2},
    ("seg_concentration", "A missing share has a reason."): {"revenue_share_rate": None},
    ("seg_lifecycle_flow", "The closing follows from the opening and the flows."): {
        "closing_count": 3
    },
    ("seg_cohort", "Everybody is active at age 0, and nobody beyond the cohort later."): {
        "active_customer_count": 0
    },
    ("seg_value_change", "The effects lead from the opening to the closing."): {"amount": 6},
    ("seg_value_change", "A missing amount has a reason."): {"amount": None},
    ("seg_equity", "A missing equity has a reason, and an interval holds its estimate."): {
        "base_365d_amount": 9
    },
    ("seg_model_backtest", "Purchases have an error, churn has a score."): {"brier_score": 0.5},
    ("seg_satisfaction", "A missing score has a reason, and an interval holds its score."): {
        "score": None
    },
    ("seg_satisfaction", "Answers are favourable, neutral or unfavourable."): {"answer_count": 9},
    ("seg_points_liability", "A missing liability has a reason, and what is expected is open."): {
        "liability_amount": None
    },
    ("seg_customer_timeline", "Complaints are tickets, and a quarter has its first day."): {
        "complaint_count": 2
    },
    ("seg_treatment", "A missing total has a reason."): {
        "total_amount": None,
        "total_reason": None,
    },
    ("seg_segment", "Shares of a scheme add up to 1."): {"customer_share_rate": 0.1},
    ("seg_loyalty_summary", "The key is unique."): {"customer_kind": "unknown"},
    ("seg_loyalty_summary", "Shares of customers add up to 1."): {"customer_share_rate": 0.5},
    ("seg_loyalty_summary", "Parts do not exceed their whole."): {"falling_count": 2},
    ("seg_loyalty_summary", "Only the unknown member counts no customer."): {"customer_count": 0},
    ("seg_migration", "The key is unique."): {"to_segment": "lost", "migration_kind": "stayed"},
    ("seg_migration", "All rows are of one as-of date."): {"as_of_date": date(2025, 6, 2)},
    ("seg_migration", "Shares of those who started in a segment add up to 1."): {
        "from_share_rate": 0.25
    },
    ("seg_migration", "A missing amount has a reason."): {"amount": None},
    ("seg_migration", "The kind follows from the segments."): {"migration_kind": "went"},
    ("seg_programme_summary", "All rows are of one as-of date."): {
        "programme_summary_key": "another",
        "as_of_date": date(2025, 6, 2),
    },
    ("seg_programme_summary", "Nobody is active who is no member."): {"active_member_count": 9},
    ("seg_programme_summary", "A missing rate has a reason."): {
        "redemption_rate": None,
        "redemption_reason": None,
    },
    ("seg_summary", "The key is unique."): {
        "customer_kind": "unknown",
        "customer_count": 0,
    },
    ("seg_summary", "All rows are of one as-of date."): {"as_of_date": date(2025, 6, 2)},
    ("seg_summary", "Shares of customers and of net amount add up to 1."): {"net_share_rate": 2},
    ("seg_summary", "Only the unknown member counts no customer."): {"customer_count": 0},
    ("seg_summary_daily", "Every day is there up to the as-of date."): {
        "as_of_date": date(2025, 6, 2)
    },
    ("seg_summary_daily", "Parts do not exceed their whole."): {"new_buyer_count": 1000},
}
