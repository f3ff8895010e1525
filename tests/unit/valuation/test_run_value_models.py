"""The whole step on statistics in a database: every table, equal bytes, and awkward bases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from small_base import AS_OF, RULES, small_base

from orchestration.model_zone import model_file, model_tables
from orchestration.settings import Settings
from orchestration.valuation.picture_files import draw_pictures
from orchestration.valuation.rules import ValueRuleError, ValueRules
from orchestration.valuation.run import run_value_models, value_base
from orchestration.valuation.statistics import Histories

TABLES = """
    CREATE SCHEMA intermediate; CREATE SCHEMA seeds;
    CREATE TABLE seeds.value_rules (rule VARCHAR, value DECIMAL(18, 6));
    CREATE TABLE intermediate.int_purchase_statistics (scope VARCHAR, x BIGINT, t_x_days BIGINT,
        t_days BIGINT, customer_count BIGINT);
    CREATE TABLE intermediate.int_spend_statistics (scope VARCHAR,
        positive_repeat_day_count BIGINT, z_bar_amount DECIMAL(18, 4), customer_count BIGINT);
    CREATE TABLE intermediate.int_backtest_statistics (scope VARCHAR, origin_date DATE,
        horizon_days BIGINT, x BIGINT, t_x_days BIGINT, t_days BIGINT,
        holdout_occasion_count BIGINT, previous_occasion_count BIGINT, customer_count BIGINT);
    CREATE TABLE intermediate.int_repeat_purchases_weekly (scope VARCHAR, week_number BIGINT,
        repeat_purchase_count BIGINT);
    CREATE TABLE intermediate.int_opportunity_statistics (scope VARCHAR, x BIGINT, t_x BIGINT,
        n BIGINT, customer_count BIGINT);
    CREATE TABLE intermediate.int_contracts_counted (scope VARCHAR, term_no BIGINT,
        term_years DOUBLE, begun_count BIGINT, at_risk_count BIGINT, lost_count BIGINT);
    CREATE TABLE intermediate.int_states_migrated (from_state INTEGER, to_state INTEGER,
        move_count BIGINT, reward_amount DECIMAL(18, 4), reward_square_amount DECIMAL(28, 4));
"""


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(TABLES)
    for rule in vars(RULES):
        connection.execute(
            "INSERT INTO seeds.value_rules VALUES (?, ?)", [rule, getattr(RULES, rule)]
        )
    yield connection
    connection.close()


def fill(connection: duckdb.DuckDBPyConnection, scope: str, rows: list[tuple[int, ...]]) -> None:
    """Purchase histories (x, t_x, T, customers) with 20.00 spent on each repeat day."""
    for x, t_x, t, customers in rows:
        connection.execute(
            "INSERT INTO intermediate.int_purchase_statistics VALUES (?, ?, ?, ?, ?)",
            [scope, x, t_x, t, customers],
        )
        connection.execute(
            "INSERT INTO intermediate.int_spend_statistics VALUES (?, ?, ?, ?)",
            [scope, x, 20 if x else 0, customers],
        )


def fill_small_base(connection: duckdb.DuckDBPyConnection, scope: str = "base") -> None:
    base = small_base(400)
    histories = base.histories
    columns = {
        "scope": [scope] * len(histories), "x": histories.x, "t_x_days": histories.t_x_days,
        "t_days": histories.t_days, "customer_count": histories.customers,
    }  # fmt: skip
    connection.register("histories", pa.table(columns))
    connection.execute(
        "INSERT INTO intermediate.int_purchase_statistics SELECT scope, x, t_x_days, t_days, "
        "sum(customer_count) FROM histories GROUP BY ALL"
    )
    connection.execute(
        "INSERT INTO intermediate.int_spend_statistics SELECT scope, x, "
        "if(x > 0, 10 + t_x_days % 37, 0), sum(customer_count) FROM histories GROUP BY ALL"
    )
    connection.execute(
        "INSERT INTO intermediate.int_opportunity_statistics SELECT scope, least(x, t_days // 30), "
        "if(x > 0, t_days // 30, 0), t_days // 30, sum(customer_count) FROM histories "
        "WHERE x = 0 OR t_days >= 30 GROUP BY ALL"
    )
    for week, count in base.weekly.items():
        connection.execute(
            "INSERT INTO intermediate.int_repeat_purchases_weekly VALUES (?, ?, ?)",
            [scope, week, count],
        )
    for origin in base.origins:
        known = origin.known
        for i in range(len(known)):
            connection.execute(
                "INSERT INTO intermediate.int_backtest_statistics VALUES (?,?,?,?,?,?,?,?,?)",
                [scope, origin.origin_date, origin.horizon_days]
                + [int(column[i]) for column in (known.x, known.t_x_days, known.t_days)]
                + [int(origin.holdout[i]), int(origin.previous[i]), 1],
            )


def files_without_seconds(settings: Settings) -> dict[str, bytes]:
    """Every written table as bytes; the seconds of a fit are no result."""
    found = {}
    for table in model_tables():
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


def test_openings_are_scored_without_weight_in_the_fit(warehouse, tmp_path: Path):
    fill_small_base(warehouse)
    settings = Settings(home=tmp_path)
    without = value_base(warehouse, settings, AS_OF)
    one = without.tables["purchase_score"].slice(0, 1).to_pylist()[0]
    opening = Histories(
        *(np.array(c, dtype=np.int64) for c in (
            [one["x"], 7], [one["t_x_days"], 600], [one["t_days"], 699], [5, 5]
        ))
    )  # fmt: skip
    openings = {"base": opening}
    scored = value_base(warehouse, settings, AS_OF, openings).tables["purchase_score"]
    assert scored.num_rows == without.tables["purchase_score"].num_rows + 1
    added = [row for row in scored.to_pylist() if (row["x"], row["t_days"]) == (7, 699)]
    assert len(added) == 1
    assert added[0]["p_alive"] is not None


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


AWKWARD = {
    "nobody": [],
    "a single customer": [(3, 40, 50, 1)],
    "one-time buyers only": [(0, 0, days, 20) for days in range(1, 40)],
    "all customers identical": [(2, 30, 60, 500)],
    "everybody began today": [(0, 0, 0, 300)],
    "an order after the as-of date": [(0, 0, 50, 400), (3, 90, 80, 1), (1, 20, 50, 100)],
    "50,000 occasions by one customer": [
        *((x, 10 * x, 300, 40) for x in range(8)), (50_000, 60_000, 60_000, 1)
    ],
}  # fmt: skip


@pytest.mark.parametrize("rows", AWKWARD.values(), ids=AWKWARD)
def test_awkward_bases_give_a_status_and_never_an_exception(warehouse, tmp_path: Path, rows):
    fill(warehouse, "base", rows)
    valuation = run_value_models(warehouse, Settings(home=tmp_path), AS_OF)
    runs = valuation.tables["model_run"].to_pylist()
    for role in ("purchases", "spend"):
        own = [run for run in runs if run["role"] == role]
        chosen = [run for run in own if run["is_chosen"]]
        assert len(chosen) <= 1
        assert chosen or all(run["status"] == "not_enough_data" for run in own)
        assert all(run["choice_reason"] for run in own)
        assert all(run["reason"] for run in own if run["status"] != "converged")
    scores = valuation.tables["purchase_score"].to_pylist()
    assert len(scores) == len(rows)
    is_scored = any(run["is_chosen"] and run["role"] == "purchases" for run in runs)
    assert all((row["model_run_id"] is not None) == is_scored for row in scores)
    draw_pictures(Settings(home=tmp_path).zones, AS_OF, valuation.scopes)


def test_a_rule_that_is_missing_or_senseless_is_named():
    rules = {name: float(getattr(RULES, name)) for name in vars(RULES)}
    with pytest.raises(ValueRuleError, match="interval_level is 1"):
        ValueRules.from_seed({**rules, "interval_level": 1.0})
    del rules["backtest_origins"]
    with pytest.raises(ValueRuleError, match="lacks backtest_origins"):
        ValueRules.from_seed(rules)


def test_the_definition_version_changes_with_rules_and_scope_only():
    assert RULES.version("base") == RULES.version("base")
    assert RULES.version("base") != RULES.version("region")
    assert date(2025, 6, 30) == AS_OF
