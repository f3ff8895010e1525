"""The whole step on bases that no model likes: a status, a reason, sensible scores, no exception.

Belongs here: histories and money that are odd in themselves. Does not belong here: how dbt counts
them (unit tests beside the models) and what a single fit makes of them (``tests/unit/value``).
"""

import math
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from small_base import AS_OF
from value_warehouse import fill, fill_small_base, value_warehouse

from orchestration.settings import Settings
from orchestration.valuation.picture_files import draw_pictures
from orchestration.valuation.run import Valuation, run_value_models, value_base

AWKWARD = {
    "nobody": [],
    "a single customer": [(3, 40, 50, 1)],
    "one-time buyers only": [(0, 0, days, 20) for days in range(1, 40)],
    "a single one-time buyer": [(0, 0, 10, 1)],
    "all customers identical": [(2, 30, 60, 500)],
    "everybody began today": [(0, 0, 0, 300)],
    "an order after the as-of date": [(0, 0, 50, 400), (3, 90, 80, 1), (1, 20, 50, 100)],
    "50,000 occasions by one customer": [
        *((x, 10 * x, 300, 40) for x in range(8)), (50_000, 60_000, 60_000, 1)
    ],
    "nobody but a customer of 50,000 occasions": [(50_000, 60_000, 60_000, 1)],
}  # fmt: skip
# Bases that no model is fitted to: which gate is closed.
CLOSED_GATES = {
    "nobody": "0 customers",
    "a single customer": "1 customer",
    "one-time buyers only": "0 customers who came back",
    "a single one-time buyer": "1 customer",
    "everybody began today": "0 customers who came back",
    "an order after the as-of date": "is an order dated after the end of observation?",
    "nobody but a customer of 50,000 occasions": "1 customer",
}
# Spend statistics instead of those of the small base.
NO_MONEY = {
    "no day with positive money": "positive_repeat_day_count = 0, z_bar_amount = 0",
    "days of zero money": "z_bar_amount = 0",
    "days of negative money": "z_bar_amount = -12.5",
}


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with value_warehouse() as connection:
        yield connection


def runs_of(valuation: Valuation, role: str, scope: str = "base") -> list[dict]:
    runs = valuation.tables["model_run"].to_pylist()
    return [run for run in runs if run["role"] == role and run["scope"] == scope]


def assert_scores_are_sensible(scores: list[dict]) -> None:
    """Each within its range where there is a model, all null where there is none."""
    for row in scores:
        figures = {
            name: value
            for name, value in row.items()
            if name not in ("scope", "x", "t_x_days", "t_days", "model_run_id")
        }
        if row["model_run_id"] is None:
            assert set(figures.values()) == {None}
            continue
        intervals = {name for name in figures if name.endswith(("_lo", "_hi"))}
        for name, value in figures.items():
            # Without a covariance there is no parameter interval; every other figure is there.
            assert value is not None or name in intervals, (row, name)
            assert value is None or (math.isfinite(value) and value >= 0), (row, name)
        assert figures["p_alive"] <= 1
        assert figures["p_no_purchase_90d"] <= 1
        assert figures["expected_purchases_90d"] <= figures["expected_purchases_365d"]
        assert figures["discounted_purchases_365d"] <= figures["expected_purchases_365d"]
        assert figures["purchases_365d_lo"] <= figures["purchases_365d_hi"]


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_bases_give_a_status_and_never_an_exception(
    warehouse, tmp_path: Path, name: str
) -> None:
    rows = AWKWARD[name]
    fill(warehouse, "base", rows)
    valuation = run_value_models(warehouse, Settings(home=tmp_path), AS_OF)
    for role in ("purchases", "spend"):
        own = runs_of(valuation, role)
        chosen = [run for run in own if run["is_chosen"]]
        assert len(chosen) <= 1
        assert chosen or all(run["status"] == "not_enough_data" for run in own)
        assert all(run["choice_reason"] for run in own)
        assert all(run["reason"] for run in own if run["status"] != "converged")
    purchases = runs_of(valuation, "purchases")
    if name in CLOSED_GATES:
        assert {run["status"] for run in purchases} == {"not_enough_data"}
        assert all(CLOSED_GATES[name] in run["reason"] for run in purchases)
    scores = valuation.tables["purchase_score"].to_pylist()
    assert len(scores) == len(rows)
    is_scored = any(run["is_chosen"] for run in purchases)
    assert is_scored == (name not in CLOSED_GATES)
    assert all((row["model_run_id"] is not None) == is_scored for row in scores)
    assert_scores_are_sensible(scores)
    draw_pictures(Settings(home=tmp_path).zones, AS_OF, valuation.scopes)


@pytest.mark.parametrize("spend", NO_MONEY.values(), ids=NO_MONEY)
def test_without_positive_money_there_is_no_spend_model_and_purchases_are_scored(
    warehouse, tmp_path: Path, spend: str
) -> None:
    fill_small_base(warehouse)
    warehouse.execute(f"UPDATE intermediate.int_spend_statistics SET {spend}")
    valuation = value_base(warehouse, Settings(home=tmp_path), AS_OF)
    [run] = runs_of(valuation, "spend")
    assert (run["status"], run["is_chosen"]) == ("not_enough_data", False)
    assert "0 customers with positive repeat spend" in run["reason"]
    parameters = valuation.tables["model_parameter"].to_pylist()
    assert run["model_run_id"] not in {row["model_run_id"] for row in parameters}
    assert any(run["is_chosen"] for run in runs_of(valuation, "purchases"))
    assert_scores_are_sensible(valuation.tables["purchase_score"].to_pylist())


def test_customers_of_zero_and_negative_money_are_left_out_and_counted(
    warehouse, tmp_path: Path
) -> None:
    fill_small_base(warehouse)
    warehouse.execute(
        "UPDATE intermediate.int_spend_statistics SET z_bar_amount = -z_bar_amount "
        "WHERE z_bar_amount > 40"
    )
    warehouse.execute(
        "UPDATE intermediate.int_spend_statistics SET z_bar_amount = 0 WHERE z_bar_amount = 10"
    )
    [[left_out]] = warehouse.execute(
        "SELECT sum(customer_count) FROM intermediate.int_spend_statistics "
        "WHERE positive_repeat_day_count = 0 OR z_bar_amount <= 0"
    ).fetchall()
    [run] = runs_of(value_base(warehouse, Settings(home=tmp_path), AS_OF), "spend")
    assert (run["status"], run["is_chosen"]) == ("converged", True)
    assert run["excluded_customer_count"] == left_out


def test_equal_spend_of_all_is_a_boundary_without_standard_errors(
    warehouse, tmp_path: Path
) -> None:
    fill_small_base(warehouse)
    warehouse.execute(
        "UPDATE intermediate.int_spend_statistics SET z_bar_amount = 20 WHERE z_bar_amount > 0"
    )
    valuation = value_base(warehouse, Settings(home=tmp_path), AS_OF)
    [run] = runs_of(valuation, "spend")
    assert (run["status"], run["is_chosen"]) == ("boundary", True)
    assert "towards infinity" in run["reason"]
    errors = {
        row["standard_error"]
        for row in valuation.tables["model_parameter"].to_pylist()
        if row["model_run_id"] == run["model_run_id"]
    }
    assert errors == {None}


def test_a_tiny_part_without_money_borrows_both_models(warehouse, tmp_path: Path) -> None:
    fill_small_base(warehouse, "north")
    fill(warehouse, "south", [(0, 0, 100, 1)])
    valuation = value_base(warehouse, Settings(home=tmp_path, value_scope="region"), AS_OF)
    [purchases] = [run for run in runs_of(valuation, "purchases", "south") if run["is_chosen"]]
    [spend] = runs_of(valuation, "spend", "south")
    assert purchases["status"] == spend["status"] == "fallback"
    assert "whole base" in purchases["choice_reason"]
    assert "whole base" in spend["reason"]
    scores = valuation.tables["purchase_score"].to_pylist()
    [tiny] = [row for row in scores if row["scope"] == "south"]
    assert tiny["model_run_id"] == purchases["model_run_id"]
    assert_scores_are_sensible(scores)
