"""Small tables that keep a contract, and for each of its expectations one that breaks only it.

Belongs here: one breaker per type of expectation, and rows written by hand where a type cannot
tell what breaks it (SQL). Does not belong here: running the expectations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import breaking_chart_tables as charts

from orchestration.checks.great_expectations import Suite
from orchestration.contracts import ExtractContract, PublishedContract

Row = dict[str, Any]
DAY = timedelta(days=1)
DEFAULTS: dict[str, Any] = {
    "varchar": "abc",
    "boolean": True,
    "double": 1.0,
    "date": date(2025, 6, 1),
    "timestamp": datetime(2025, 6, 1, 12),  # UTC without a zone, as in raw
}

# Values of the first passing row that do not follow from types, enums and ranges.
PASSING: dict[str, Row] = charts.PASSING | {
    "crm_customers": {"email": "ann@shop.example"},
    "crm_identities": {"id_type": "email", "id_value": "ann@shop.example"},
    "crm_referrals": {"referrer_id": "ann", "referee_id": "bob"},
    "crm_survey_responses": {"kind": "nps", "score": 9, "scale_min": 0, "scale_max": 10},
    "loyalty_programs": {"rules_json": '{"earn": 1}'},
    "sales_orders": {"guest_email": "ann@shop.example"},
    "sales_products": {"category_path": "Home > Lamps"},
    "online_retail_lines": {"invoice_no": "C536379"},
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
    "seg_programme_summary": {"period_kind": "month"},
    "seg_summary": {"lifecycle_stage": "new"},
    "seg_summary_daily": {"calendar_date": date(2025, 6, 1), "as_of_date": date(2025, 6, 1)},
    "seg_winback_candidates": {
        "candidate_rank": 1,
        "winnable_reason": None,
        "last_purchase_date": date(2024, 6, 1),
        "candidate_since_date": date(2025, 6, 1),
    },
}
# What the further rows differ in, of tables that need more than one.
PASSING_FURTHER: dict[str, Row] = charts.PASSING_FURTHER | {
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

# (table, description of the SQL expectation) -> what to change in the first passing row.
SQL_BREAKERS: dict[tuple[str, str], Row] = charts.SQL_BREAKERS | {
    ("crm_customers", "At most 5 % of the e-mail addresses lack the form name@domain."): {
        "email": "ann at shop"
    },
    ("crm_identities", "At most 5 % of the e-mail identifiers lack an @."): {"id_value": "ann"},
    ("crm_referrals", "Nobody refers themselves in more than 1 % of the referrals."): {
        "referee_id": "ann"
    },
    ("crm_survey_responses", "At most 1 % of the scores lie outside of their scale."): {
        "score": 11
    },
    ("crm_survey_responses", "NPS is asked on a scale from 0 to 10 (Reichheld 2003)."): {
        "scale_min": 1
    },
    ("loyalty_ledger", "At most 1 % of the earned points expire before they are booked."): {
        "kind": "earn",
        "expires_at": DEFAULTS["timestamp"] - DAY,
    },
    ("loyalty_ledger", "At most 1 % of the movements have the wrong sign for their kind."): {
        "kind": "burn",
        "points": 5,
    },
    ("loyalty_programs", "The rules are valid JSON."): {"rules_json": "{earn one}"},
    (
        "sales_orders",
        "At most 5 % of the guests' e-mail addresses lack the form name@domain.",
    ): {"guest_email": "ann at shop"},
    ("sales_order_lines", "At most 1 % of the discounts exceed the value of their line."): {
        "qty": 1,
        "unit_price": 10,
        "discount": 11,
    },
    ("sales_products", "A category path has no empty element."): {"category_path": "Home > "},
    (
        "online_retail_lines",
        "Invoice numbers are six digits, with C (cancelled) or A (adjusted) before.",
    ): {"invoice_no": "B536379"},
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
    ("seg_programme_member", "Points that expire soon are open."): {"open_points": 1},
    ("seg_programme_member", "Missing points, tiers and values have a reason."): {"tier": None},
    (
        "seg_programme_member",
        "No membership begins after the as-of date, and one that ended has its day.",
    ): {"left_date": None},
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


# (table, column) -> what else to change when the column is broken, so that it breaks alone.
COMPANIONS: dict[tuple[str, str], Row] = {
    ("crm_survey_responses", "scale_max"): {"kind": "csat", "score": None},
    ("marketing_spend", "impressions"): {"clicks": None},
    ("social_daily", "interactions"): {"shares": None},
}


@dataclass(frozen=True)
class Table:
    """What a contract says of a table, extract or published alike.

    A breaking row of an extract breaks one expectation alone, which the whole suite shows. The
    rules of published tables lean on each other, and their suites are long: there the broken
    expectation runs by itself.
    """

    name: str
    types: Mapping[str, str]
    enums: Mapping[str, tuple[str, ...]]
    suite: Suite
    breaks_alone: bool


def of_extract(contract: ExtractContract, suite: Suite) -> Table:
    return Table(
        contract.table,
        {column.name: column.type for column in contract.raw_columns},
        {column.name: column.enum for column in contract.raw_columns if column.enum},
        suite,
        breaks_alone=True,
    )


def of_published(contract: PublishedContract, suite: Suite) -> Table:
    return Table(contract.table, dict(contract.columns), {}, suite, breaks_alone=False)


def passing_rows(table: Table) -> list[Row]:
    """Rows that keep every expectation of the table."""
    first = _passing_row(table)
    further = PASSING_FURTHER.get(table.name)
    return [first] if further is None else [first, first | further]


def _passing_row(table: Table) -> Row:
    row = {
        name: table.enums[name][0] if name in table.enums else DEFAULTS.get(kind, 1)
        for name, kind in table.types.items()
    }
    for expectation in table.suite.expectations:
        adjust = ADJUSTERS.get(expectation["type"])
        if adjust:
            adjust(row, expectation["kwargs"])
    return row | PASSING.get(table.name, {})


def breaking_rows(table: Table, expectation: Mapping[str, Any]) -> list[Row]:
    """Rows that break ``expectation``; raises KeyError where nobody has said how."""
    kwargs = expectation["kwargs"]
    column = kwargs.get("column", kwargs.get("column_A", ""))
    first, *further = passing_rows(table)
    if "min_value" in kwargs or not kwargs.get("or_equal"):
        first |= COMPANIONS.get((table.name, column), {})
    broken = BREAKERS[expectation["type"]](table, first, kwargs)
    return broken + further if broken else []


def _like(value: Any, limit: Any) -> Any:
    """A limit of a contract in the type of the column's value."""
    if isinstance(value, datetime):
        return datetime.fromisoformat(str(limit))
    if isinstance(value, date):
        return date.fromisoformat(str(limit))
    return Decimal(str(limit))


def _next_to(value: Any, steps: int) -> Any:
    return value + steps * (DAY if isinstance(value, date) else 1)


def _into_range(row: Row, kwargs: Mapping[str, Any]) -> None:
    column = kwargs["column"]
    if kwargs.get("min_value") is not None:
        row[column] = max(row[column], _like(row[column], kwargs["min_value"]))
    if kwargs.get("max_value") is not None:
        row[column] = min(row[column], _like(row[column], kwargs["max_value"]))


def _into_set(row: Row, kwargs: Mapping[str, Any]) -> None:
    row[kwargs["column"]] = kwargs["value_set"][0]


def _to_length(row: Row, kwargs: Mapping[str, Any]) -> None:
    row[kwargs["column"]] = "x" * kwargs["value"]


def _above(row: Row, kwargs: Mapping[str, Any]) -> None:
    if not kwargs.get("or_equal"):
        row[kwargs["column_A"]] = _next_to(row[kwargs["column_B"]], 1)


ADJUSTERS: dict[str, Callable[[Row, Mapping[str, Any]], None]] = {
    "expect_column_values_to_be_between": _into_range,
    "expect_column_values_to_be_in_set": _into_set,
    "expect_column_value_lengths_to_equal": _to_length,
    "expect_column_pair_values_a_to_be_greater_than_b": _above,
}


def _too_few_or_many(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    return [] if kwargs.get("min_value") else [row] * (kwargs["max_value"] + 1)


def _out_of_range(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    column = kwargs["column"]
    if kwargs.get("min_value") is not None:
        limit = _like(row[column], kwargs["min_value"])
        return [row | {column: limit if kwargs.get("strict_min") else _next_to(limit, -1)}]
    limit = _like(row[column], kwargs["max_value"])
    return [row | {column: limit if kwargs.get("strict_max") else _next_to(limit, 1)}]


def _twice(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    return [row, row]


def _not_above(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    return [row | {kwargs["column_A"]: _next_to(row[kwargs["column_B"]], -1)}]


def _not_in_set(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    wrong = "no such word" if isinstance(kwargs["value_set"][0], str) else -987654
    return [row | {kwargs["column"]: wrong}]


BREAKERS: dict[str, Callable[[Table, Row, Mapping[str, Any]], list[Row]]] = {
    "expect_table_row_count_to_be_between": _too_few_or_many,
    "expect_column_values_to_be_between": _out_of_range,
    "expect_column_values_to_be_in_set": _not_in_set,
    "expect_column_values_to_not_be_null": lambda table, row, kwargs: [
        row | {kwargs["column"]: None}
    ],
    "expect_column_values_to_be_unique": _twice,
    "expect_compound_columns_to_be_unique": _twice,
    "expect_column_value_lengths_to_equal": lambda table, row, kwargs: [
        row | {kwargs["column"]: "x" * (kwargs["value"] + 1)}
    ],
    "expect_column_pair_values_a_to_be_greater_than_b": _not_above,
    "unexpected_rows_expectation": lambda table, row, kwargs: [
        row | SQL_BREAKERS[table.name, kwargs["description"]]
    ],
}
