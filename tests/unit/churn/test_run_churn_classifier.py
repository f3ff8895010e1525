"""The step on a small firm: strict order of time, the rival that is used, equal bytes, sums."""

from collections.abc import Iterator

import churn_world
import duckdb
import pandas as pd
import pytest
from churn_world import AS_OF, fill

from orchestration.churn import scoring
from orchestration.churn.backtest import run_backtest
from orchestration.churn.examples import read_examples, read_features
from orchestration.churn.rules import read_rules
from orchestration.churn.run import STEP, run_churn_classifier
from orchestration.model_zone import model_file, tables_made_by
from orchestration.seed_rules import SeedRuleError
from orchestration.settings import Settings

TELLING = churn_world.histories(600, complaint=0.9)  # who has left says so
SILENT = churn_world.histories(600)  # nothing tells but the purchases


def filled(world: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    fill(connection, world)
    return connection


@pytest.fixture
def telling() -> Iterator[duckdb.DuckDBPyConnection]:
    with filled(TELLING) as connection:
        yield connection


@pytest.fixture
def silent() -> Iterator[duckdb.DuckDBPyConnection]:
    with filled(SILENT) as connection:
        yield connection


def told(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


def test_the_classifier_is_used_where_covariates_tell_more_than_purchases(telling, tmp_path):
    settings = Settings(home=tmp_path)
    run_churn_classifier(telling, settings, AS_OF)
    [(model, reason)] = told(telling, "SELECT model, choice_reason FROM models.churn_run")
    assert model == "classifier", reason
    assert "better beyond chance" in reason
    used = told(telling, "SELECT DISTINCT model FROM models.churn_backtest WHERE is_used")
    assert used == [("classifier",)]
    scores = told(
        telling,
        "SELECT model, is_active, bool_and(p_silent_90d_classifier IS NOT NULL) "
        "FROM models.churn_score JOIN intermediate.int_churn_histories_counted "
        "USING (customer_key) WHERE origin_number = 0 GROUP BY ALL ORDER BY ALL",
    )
    assert scores == [("classifier", True, True), ("purchase_model", False, False)]
    [(raised,)] = told(
        telling,
        "SELECT avg(log_odds) FROM models.churn_coefficient "
        "WHERE feature = 'complaint_count_180d' AND value = 1",
    )
    assert raised > 0.5


def test_the_purchase_model_stays_where_nothing_tells_more(silent, tmp_path):
    run_churn_classifier(silent, Settings(home=tmp_path), AS_OF)
    [(model, reason)] = told(silent, "SELECT model, choice_reason FROM models.churn_run")
    assert model == "purchase_model"
    assert "not better beyond chance" in reason
    assert told(silent, "SELECT DISTINCT model, p_silent_90d FROM models.churn_score") == [
        ("purchase_model", 0.5)
    ]


def test_parts_add_up_and_do_not_depend_on_the_chunks(telling, tmp_path, monkeypatch):
    settings = Settings(home=tmp_path)
    run_churn_classifier(telling, settings, AS_OF)
    file = model_file(settings.zones, scoring.SCORE, AS_OF)
    first = file.read_bytes()
    [(apart, customers)] = told(
        telling,
        "SELECT max(abs(ln(p_silent_90d / (1 - p_silent_90d)) - average_log_odds "
        "- driver_1_log_odds - driver_2_log_odds - driver_3_log_odds - other_log_odds)), count(*) "
        "FROM models.churn_score WHERE model = 'classifier'",
    )
    assert apart < 1e-9
    assert customers > 100
    monkeypatch.setattr(scoring, "CHUNK", 7)
    run_churn_classifier(telling, settings, AS_OF)
    assert file.read_bytes() == first


def test_what_comes_after_an_origin_changes_no_forecast_of_it(telling):
    """Labels of the test origin and everything later are turned round: its forecasts stay."""
    rules, features = read_rules(telling), read_features(telling)

    def forecast_at_two() -> dict[str, float]:
        rows = run_backtest(telling, features, read_examples(telling, features), rules, "mbgnbd")
        day = str(AS_OF - pd.Timedelta(days=2 * churn_world.SPACING).to_pytimedelta())
        return {
            (row.model, row.bin): row.measures.mean_predicted
            for row in rows.rows
            if row.origin == day
        }

    before = forecast_at_two()
    assert {model for model, _ in before} == {
        "classifier", "purchase_model", "base_rate", "recency_rule",
    }  # fmt: skip
    telling.execute(
        "UPDATE intermediate.int_churn_examples_observed SET is_silent = NOT is_silent, "
        "complaint_count_180d = CASE origin_number WHEN 2 THEN complaint_count_180d ELSE 9 END "
        "WHERE origin_number <= 2"
    )
    assert forecast_at_two() == before


def test_a_young_firm_keeps_its_purchase_model_and_says_why(tmp_path):
    with filled(SILENT[SILENT.origin_number <= 3]) as young:
        run_churn_classifier(young, Settings(home=tmp_path), AS_OF)
        [run] = told(young, "SELECT model, status, reason, choice_reason FROM models.churn_run")
        assert run[:2] == ("purchase_model", "not_enough_data")
        assert "3 origins to learn from, 4 are needed" in run[2]
        assert "cannot be judged" in run[3]
        assert told(young, "SELECT count(*) FROM models.churn_backtest") == [(0,)]


def test_without_customers_and_models_the_tables_are_there(tmp_path):
    with filled(SILENT[SILENT.origin_number > 9]) as empty:
        empty.execute("DELETE FROM models.model_run")
        run_churn_classifier(empty, Settings(home=tmp_path), AS_OF)
        assert told(empty, "SELECT count(*) FROM models.churn_score") == [(0,)]
        [(model, reason)] = told(empty, "SELECT model, choice_reason FROM models.churn_run")
        assert model is None
        assert "no purchase model" in reason


@pytest.mark.parametrize("statement", [
    "DELETE FROM seeds.risk_rules WHERE rule = 'bend_penalty'",
    "UPDATE seeds.risk_rules SET value = 60 WHERE rule = 'horizon_days'",
    "UPDATE seeds.risk_rules SET value = 30 WHERE rule = 'origin_spacing_days'",
])  # fmt: skip
def test_a_missing_or_senseless_rule_is_refused(silent, statement: str):
    silent.execute(statement)
    with pytest.raises(SeedRuleError):
        read_rules(silent)


def test_the_step_makes_its_tables():
    assert set(tables_made_by(STEP)) == {
        "churn_run", "churn_backtest", "churn_coefficient", "churn_score",
    }  # fmt: skip
