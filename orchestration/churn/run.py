"""The churn classifier of one as-of date, from examples to its tables of the models zone.

Belongs here: the order of the steps and the rows. Does not belong here: the steps, and Dagster
(``assets/python_models.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from orchestration import warehouse
from orchestration.churn.backtest import (
    Backtest,
    Judged,
    failed_gate,
    forecast_level,
    run_backtest,
    training_origins,
)
from orchestration.churn.curves import Curve, fit_curves
from orchestration.churn.examples import Examples, Feature, read_examples, read_features
from orchestration.churn.purchase_risk import PurchaseRisk
from orchestration.churn.rules import RiskRules, read_rules
from orchestration.churn.scoring import SCORE, Classifier, score_customers
from orchestration.model_zone import write_model_table
from orchestration.settings import Settings
from orchestration.valuation.statistics import BASE
from orchestration.valuation.tables import table_of_rows

STEP = "churn_classifier"
RUN, BACKTEST, COEFFICIENT = "churn_run", "churn_backtest", "churn_coefficient"
UNKNOWN = 0  # number of the knot that stands for values that are not known


def run_churn_classifier(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date
) -> dict[str, pa.Table]:
    """Learn, judge and score; write the tables of the models zone and register them.

    ``connection`` is the warehouse after the value models, for writing.
    """
    rules, features = read_rules(connection), read_features(connection)
    examples = read_examples(connection, features)
    purchases = _purchase_models(connection)
    rival = purchases.get(BASE) or next(iter(purchases.values()), None)
    backtest = run_backtest(connection, features, examples, rules, rival.model if rival else None)
    learned = examples.at(training_origins(examples, 0, rules))
    gate = failed_gate(learned, rules)
    classifier = None if gate else _classifier(features, learned, rules)
    tables = {
        SCORE: score_customers(connection, features, classifier, purchases, backtest.choice),
        BACKTEST: table_of_rows(
            BACKTEST, [_judged(row, backtest.choice.model) for row in backtest.rows]
        ),
        COEFFICIENT: table_of_rows(COEFFICIENT, list(_coefficients(classifier))),
        RUN: table_of_rows(
            RUN, [_run(as_of, backtest, learned, gate, rival, rules, len(features))]
        ),
    }
    for name, table in tables.items():
        write_model_table(settings.zones, name, as_of, table)
    warehouse.register_models(connection, settings, as_of, tables)
    return tables


def _classifier(features: list[Feature], learned: Examples, rules: RiskRules) -> Classifier:
    curves = fit_curves(features, learned, rules)
    return Classifier(curves, forecast_level(curves, 0, rules))


def _purchase_models(connection: duckdb.DuckDBPyConnection) -> dict[str, PurchaseRisk]:
    """The chosen purchase model of each scope, as the value models fitted it."""
    rows = connection.execute(
        "SELECT scope, model, parameter, estimate FROM models.model_run "
        "JOIN models.model_parameter USING (model_run_id) "
        "WHERE role = 'purchases' AND is_chosen ORDER BY ALL"
    ).fetchall()
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for scope, model, parameter, estimate in rows:
        found.setdefault(scope, (model, {}))[1][parameter] = estimate
    return {scope: PurchaseRisk(*model) for scope, model in found.items()}


def _run(
    as_of: date,
    backtest: Backtest,
    learned: Examples,
    gate: str | None,
    rival: PurchaseRisk | None,
    rules: RiskRules,
    feature_count: int,
) -> dict[str, object]:
    return {
        "as_of_date": as_of,
        "model": backtest.choice.model,
        "choice_reason": backtest.choice.reason,
        "purchase_model": rival.model if rival else None,
        "status": "not_enough_data" if gate else "fitted",
        "reason": gate,
        "feature_count": feature_count,
        "training_origin_count": len(np.unique(learned.origin)),
        "example_count": len(learned),
        "silent_count": int(learned.silent.sum()),
        "definition_version": rules.version,
        "input_hash": learned.digest,
    }


def _judged(row: Judged, used: str | None) -> dict[str, object]:
    found = row.measures
    return {
        "model": row.model,
        "origin": row.origin,
        "bin": row.bin,
        "customer_count": found.customers,
        "silent_count": found.silent,
        "predicted_rate": found.mean_predicted,
        "calibration_error": found.calibration_error,
        "calibration_error_by_chance": found.calibration_error_by_chance,
        "brier_score": found.brier,
        "log_loss": found.log_loss,
        "auc": found.auc,
        "average_precision": found.average_precision,
        "lift_10": found.lift,
        "brier_gain": row.gain,
        "brier_gain_standard_error": row.gain_error,
        "is_used": row.model == used,
    }


def _coefficients(classifier: Classifier | None) -> Iterator[dict[str, object]]:
    """The curves by knot, then the levels by origin, that of the coming period under 0."""
    if classifier is None:
        return
    for curve in classifier.curves.curves:
        yield from _knots(curve)
    levels = zip(classifier.curves.origins, classifier.curves.levels, strict=True)
    for origin, level in [(0, classifier.level), *levels]:
        yield _coefficient("level", "level", origin, None, level)


def _knots(curve: Curve) -> Iterator[dict[str, object]]:
    name, driver = curve.feature.name, curve.feature.driver
    values = np.expm1(curve.knots) if curve.feature.scale == "log" else curve.knots
    yield _coefficient(name, driver, UNKNOWN, None, curve.unknown)
    for number, (value, height) in enumerate(zip(values, curve.heights, strict=True), start=1):
        yield _coefficient(name, driver, number, float(value), float(height))


def _coefficient(
    feature: str, driver: str, knot: int, value: float | None, log_odds: float
) -> dict[str, object]:
    return {
        "feature": feature,
        "driver": driver,
        "knot": knot,
        "value": value,
        "log_odds": log_odds,
    }
