"""The whole step on statistics in a database: every table, equal bytes, parts of the base."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small_base import AS_OF, RULES
from value_warehouse import fill, fill_small_base, value_warehouse

from orchestration.model_zone import model_file, tables_made_by
from orchestration.seed_rules import SeedRuleError
from orchestration.settings import Settings
from orchestration.valuation.picture_files import draw_pictures
from orchestration.valuation.rules import ValueRules
from orchestration.valuation.run import STEP, run_value_models, value_base


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with value_warehouse() as connection:
        yield connection


def files_without_seconds(settings: Settings) -> dict[str, bytes]:
    """Every written table as bytes; the seconds of a fit are no result."""
    found = {}
    for table in tables_made_by(STEP):
        path = model_file(settings.zones, table, AS_OF)
        found[table] = path.read_bytes()
    with duckdb.connect() as connection:
        path = model_file(settings.zones, "model_run", AS_OF)
        rows = connection.sql(
            f"SELECT * EXCLUDE (fit_seconds) FROM read_parquet('{path}') ORDER BY ALL"
        ).fetchall()
    found["model_run"] = repr(rows).encode()
    return found


def test_every_table_is_written_and_equal_data_give_equal_bytes(warehouse, tmp_path: Path):
    fill_small_base(warehouse)
    warehouse.execute(
        "INSERT INTO intermediate.int_contracts_counted VALUES "
        "('term_months_1', 1, 1 / 12, 100, 90, 20), ('term_months_1', 2, 1 / 12, 70, 60, 6)"
    )
    settings = Settings(home=tmp_path)
    valuation = run_value_models(warehouse, settings, AS_OF)
    first = files_without_seconds(settings)
    run_value_models(warehouse, settings, AS_OF)
    assert files_without_seconds(settings) == first

    runs = {(run["role"], run["model"]): run for run in valuation.tables["model_run"].to_pylist()}
    assert {run["status"] for run in runs.values()} <= {"converged", "boundary"}
    assert {role for role, _ in runs} == {"purchases", "spend", "contracts", "repeat_by_period"}
    [chosen] = [run for (role, _), run in runs.items() if role == "purchases" and run["is_chosen"]]
    scores = warehouse.execute(
        "SELECT count(*), count(p_alive), count(discounted_purchases_365d_lo), "
        "list(DISTINCT model_run_id) FROM models.purchase_score"
    ).fetchall()
    rows = warehouse.execute(
        "SELECT count(*) FROM intermediate.int_purchase_statistics"
    ).fetchall()[0][0]
    assert scores == [(rows, rows, rows, [chosen["model_run_id"]])]
    assert valuation.tables["contract_score"].num_rows == 3
    assert valuation.tables["model_backtest"].num_rows > 50

    pictures = draw_pictures(settings.zones, AS_OF, valuation.scopes)
    assert [p.name for p in pictures] == [
        "tracking", "expectation_by_x", "calibration_by_decile", "alive_matrix",
    ]  # fmt: skip
    drawn = [p.path.read_bytes() for p in pictures]
    assert all(content.startswith(b"\x89PNG") for content in drawn)
    assert all(len(picture.markdown) < 100_000 for picture in pictures)
    again = draw_pictures(settings.zones, AS_OF, valuation.scopes)
    assert [p.path.read_bytes() for p in again] == drawn


def test_parts_of_the_base_have_their_own_model_or_that_of_the_whole(warehouse, tmp_path: Path):
    fill_small_base(warehouse, "north")
    fill(warehouse, "south", [(0, 0, 100, 5), (2, 50, 100, 3)])
    valuation = value_base(warehouse, Settings(home=tmp_path, value_scope="region"), AS_OF)
    runs = valuation.tables["model_run"].to_pylist()
    chosen = {
        (run["scope"], run["role"]): run["status"]
        for run in runs
        if run["is_chosen"] and run["role"] in ("purchases", "spend")
    }
    assert chosen == {
        ("base", "purchases"): "converged", ("base", "spend"): "converged",
        ("north", "purchases"): "converged", ("north", "spend"): "converged",
        ("south", "purchases"): "fallback", ("south", "spend"): "fallback",
    }  # fmt: skip
    scores = valuation.tables["purchase_score"].to_pylist()
    assert {row["scope"] for row in scores} == {"north", "south"}
    assert all(row["p_alive"] is not None for row in scores)


def test_a_rule_that_is_missing_or_senseless_is_named():
    rules = {name: float(getattr(RULES, name)) for name in vars(RULES)}
    with pytest.raises(SeedRuleError, match="interval_level is 1"):
        ValueRules.from_seed({**rules, "interval_level": 1.0})
    del rules["backtest_origins"]
    with pytest.raises(SeedRuleError, match="lacks backtest_origins"):
        ValueRules.from_seed(rules)


def test_the_definition_version_changes_with_rules_and_scope_only():
    assert RULES.version("base") == RULES.version("base")
    assert RULES.version("base") != RULES.version("region")
    assert date(2025, 6, 30) == AS_OF
