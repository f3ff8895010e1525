"""Every chart of the bundle returns data over both databases, the same data, and is drawn."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from launch.assemble import read_bundle, read_charts
from serving import ServedCopy
from visitor import Rows, Visitor

DUCKDB, POSTGRESQL = "patron-duckdb", "patron-postgresql"
ALL_CHARTS = {chart["name"] for chart in read_charts()}
TABS = [tab["name"] for tab in read_bundle("dashboard.yaml")["tabs"]]
KNOWN_WITHOUT_A_PAST = "What changed the value since the last closing"  # its remark says so


@pytest.fixture(scope="module")
def seen(visitor: Visitor) -> dict[str, dict[str, list[Rows]]]:
    """Answers to every chart of both dashboards, each tab having been looked at."""
    return {slug: _look_at_all(visitor, slug) for slug in (DUCKDB, POSTGRESQL)}


def _look_at_all(visitor: Visitor, slug: str) -> dict[str, list[Rows]]:
    visitor.faults.clear()
    visitor.open(slug)
    assert visitor.tabs() == TABS
    for tab in TABS:
        visitor.go(tab)
        messages = visitor.tab.get_by_role("alert").all_inner_texts()
        assert [text for text in messages if text.strip()] == [], f"{slug}, {tab}"
    assert visitor.faults == []
    numbers = visitor.charts(slug)
    return {name: visitor.answers[number] for name, number in numbers.items()}


@pytest.mark.parametrize("slug", [DUCKDB, POSTGRESQL])
def test_every_chart_returns_data_and_is_drawn_without_a_fault(
    seen: dict[str, dict[str, list[Rows]]], slug: str
):
    assert set(seen[slug]) == ALL_CHARTS
    empty = [name for name, parts in seen[slug].items() if not all(map(_says_something, parts))]
    assert [name for name in empty if name != KNOWN_WITHOUT_A_PAST] == []


@pytest.mark.parametrize("name", sorted(ALL_CHARTS))
def test_both_databases_say_the_same(seen: dict[str, dict[str, list[Rows]]], name: str):
    served, shown = seen[DUCKDB][name], seen[POSTGRESQL][name]
    assert [_content(rows) for rows in served] == [_content(rows) for rows in shown]


FIGURES = {  # chart, its measure, and the same asked apart from the bundle
    ("Total value", "Total value"): "sum(total_amount) from seg_customer where counted",
    ("Value at risk", "Value at risk"): "sum(value_at_risk_amount) from seg_customer where counted",
    ("RFM groups", "Customers"): "count(*) from seg_customer where counted",
    ("Points liability", "Liability"): (
        "sum(liability_amount) from seg_points_liability where cohort <> 'all'"
    ),
    ("Customer equity, all future", "All future"): (
        "base_infinite_amount from seg_equity where scope = 'base'"
    ),
    ("Customers who came, returned and went quiet", "New"): (
        "sum(new_count) from seg_lifecycle_flow where period_kind = 'month' and not is_partial"
    ),
}


@pytest.mark.parametrize(("chart", "measure"), list(FIGURES))
def test_figures_equal_sql(
    seen: dict[str, dict[str, list[Rows]]],
    publication: ServedCopy,
    chart: str,
    measure: str,
):
    sql = FIGURES[chart, measure]
    counted = "customer_kind <> 'unknown' and not is_test"
    with duckdb.connect(publication.folder / "patron.duckdb", read_only=True) as opened:
        [(expected,)] = opened.execute(f"select {sql.replace('counted', counted)}").fetchall()
    shown = sum(Decimal(str(row[measure])) for row in seen[DUCKDB][chart][0])
    assert round(shown, 2) == round(Decimal(str(expected)), 2)


def test_a_filter_reaches_the_charts_that_have_its_column(
    visitor: Visitor, publication: ServedCopy
):
    region = "Scotland"
    visitor.open(DUCKDB)
    numbers = visitor.charts(DUCKDB)
    visitor.pick("Region", region)
    stages = visitor.answers[numbers["Customers by lifecycle stage"]][0]
    with duckdb.connect(publication.folder / "patron.duckdb", read_only=True) as opened:
        [(expected,)] = opened.execute(
            "select count(*) from seg_customer where customer_kind <> 'unknown' and not is_test "
            "and region = ?",
            [region],
        ).fetchall()
    assert sum(row["Customers"] for row in stages) == expected


def _says_something(rows: Rows) -> bool:
    """Whether there are rows, and a number that is not null in one of them."""
    return any(isinstance(value, int | float) for row in rows for value in row.values())


def _content(rows: Rows) -> Counter[tuple[tuple[str, Any], ...]]:
    """Rows as a multiset: ties may stand in any order; numbers as exact as a chart needs them."""
    return Counter(
        tuple(sorted((name, _plain(value)) for name, value in row.items())) for row in rows
    )


def _plain(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{float(value):.9g}"
    return str(value)
