"""The step on patterns in a database: all parts, equal bytes, a base without answers."""

from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pytest

from orchestration.model_zone import model_file, tables_made_by
from orchestration.retention.run import STEP, TABLE, run_retention_model
from orchestration.seed_rules import SeedRuleError
from orchestration.settings import Settings

AS_OF = date(2025, 6, 30)
TABLES = """
    CREATE SCHEMA intermediate; CREATE SCHEMA seeds;
    CREATE TABLE seeds.survey_rules (rule VARCHAR, value DECIMAL(18, 4));
    INSERT INTO seeds.survey_rules VALUES ('retention_least_outcomes', 10), ('another', 1);
    CREATE TABLE intermediate.int_retention_patterns_counted (survey_id VARCHAR, wave VARCHAR,
        segment_kind VARCHAR, segment VARCHAR, satisfaction DECIMAL(5, 1),
        perceived_value DECIMAL(5, 1), switching_cost DECIMAL(5, 1), retained_count BIGINT,
        lost_count BIGINT);
"""


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, part: tuple[str, ...], customers: int) -> None:
    rng = np.random.default_rng(3)
    for _ in range(customers):
        points = [int(point) for point in rng.integers(0, 11, 3) * 10]
        stayed = int(rng.random() < 1 / (1 + np.exp(2 - 0.04 * points[0])))
        connection.execute(
            "INSERT INTO intermediate.int_retention_patterns_counted VALUES (?,?,?,?,?,?,?,?,?)",
            [*part, *points, stayed, 1 - stayed],
        )


def test_every_wave_and_segment_has_its_terms_and_equal_data_give_equal_bytes(warehouse, tmp_path):
    fill(warehouse, ("PANEL", "P1", "all", "all"), 300)
    fill(warehouse, ("PANEL", "P1", "region", "north"), 20)
    warehouse.execute(
        "INSERT INTO intermediate.int_retention_patterns_counted "
        "VALUES ('PANEL', 'P1', 'all', 'all', NULL, 50, 50, 7, 2)"
    )
    settings = Settings(home=tmp_path)
    run_retention_model(warehouse, settings, AS_OF)
    first = model_file(settings.zones, TABLE, AS_OF).read_bytes()
    run_retention_model(warehouse, settings, AS_OF)
    assert model_file(settings.zones, TABLE, AS_OF).read_bytes() == first

    rows = warehouse.execute(
        "SELECT survey_id, segment, status, list(term ORDER BY term), count(coefficient), "
        "max(customer_count), max(incomplete_customer_count) FROM models.retention_coefficient "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    terms = ["intercept", "perceived_value", "satisfaction", "switching_cost"]
    assert rows == [
        ("PANEL", "all", "converged", terms, 4, 300, 9),
        ("PANEL", "north", "not_enough_data", terms, 0, 20, 0),
        ("all surveys", "all", "not_enough_data", terms, 0, 0, 0),
    ]
    [[estimate, low, high, ratio, ratio_low]] = warehouse.execute(
        "SELECT coefficient, coefficient_lo, coefficient_hi, odds_ratio, odds_ratio_lo "
        "FROM models.retention_coefficient WHERE term = 'satisfaction' AND status = 'converged'"
    ).fetchall()
    assert low < 0.4 < high  # ten points of 0.04
    assert (ratio, ratio_low) == (pytest.approx(np.exp(estimate)), pytest.approx(np.exp(low)))


def test_without_any_answer_the_pooled_wave_says_so(warehouse, tmp_path):
    run_retention_model(warehouse, Settings(home=tmp_path), AS_OF)
    rows = warehouse.execute(
        "SELECT DISTINCT wave, status, reason, customer_count FROM models.retention_coefficient"
    ).fetchall()
    reason = "no customer with a known outcome has all three covariates"
    assert rows == [("all waves", "not_enough_data", reason, 0)]


@pytest.mark.parametrize("statement", [
    "DELETE FROM seeds.survey_rules",
    "UPDATE seeds.survey_rules SET value = NULL",
    "UPDATE seeds.survey_rules SET value = 0",
])  # fmt: skip
def test_a_missing_or_senseless_rule_is_refused(warehouse, tmp_path, statement: str):
    warehouse.execute(statement)
    with pytest.raises(SeedRuleError, match="retention_least_outcomes"):
        run_retention_model(warehouse, Settings(home=tmp_path), AS_OF)


def test_the_step_makes_the_table_and_no_other_does():
    assert tables_made_by(STEP) == [TABLE]
    assert TABLE not in tables_made_by("value_models")
