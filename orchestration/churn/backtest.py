"""How well each rival would have told who falls silent: rolling origins in a strict order of time.

Belongs here: forecasts at origins that are over, their measures, and which rival is used. Does not
belong here: the rivals' mathematics.

The classifier learns from origins before the test origin only. Origins lie farther apart than
their labels reach, so the last label that it sees ends before the test origin begins. The purchase
model is fitted anew on what was known at the test origin. Two rules that need no model stand
beside them: everybody has the base rate of the training examples (``base_rate``), or that of the
tenth of them with the nearest days since the last purchase (``recency_rule``).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from orchestration.churn.curves import Curves, fit_curves
from orchestration.churn.examples import Examples, Feature, IntArray
from orchestration.churn.level import next_level
from orchestration.churn.measures import Measures, brier_gain, decile_measures, measure
from orchestration.churn.purchase_risk import refitted
from orchestration.churn.rules import RiskRules
from orchestration.value.fitting import FloatArray

CLASSIFIER, PURCHASE_MODEL = "classifier", "purchase_model"
TRIVIAL_RULES = ("base_rate", "recency_rule")
RECENCY_BINS = 10
ALL_ORIGINS = "all origins"


@dataclass(frozen=True)
class Judged:
    """One rival at one origin or all of them together, as a whole (bin 0) or by decile."""

    model: str
    origin: str
    bin: int
    measures: Measures
    gain: float | None = None
    gain_error: float | None = None


@dataclass(frozen=True)
class Choice:
    """Which rival is used, None where there is none, and why in words."""

    model: str | None
    reason: str


@dataclass(frozen=True, eq=False)
class Backtest:
    """Everything that was judged, and what follows from it."""

    rows: tuple[Judged, ...]
    choice: Choice


@dataclass(frozen=True, eq=False)
class TestOrigin:
    """The examples of an origin that is over, and what each rival said of them."""

    number: int
    examples: Examples
    forecasts: dict[str, FloatArray]


def training_origins(examples: Examples, after: int, rules: RiskRules) -> list[int]:
    """The origins that a classifier at origin ``after`` may learn from, latest first."""
    known = np.unique(examples.origin[examples.origin > after])
    return [int(origin) for origin in known[: rules.training_origins]]


def failed_gate(training: Examples, rules: RiskRules) -> str | None:
    """Why nothing can be learned from these examples."""
    origins = len(np.unique(training.origin))
    if origins < rules.least_training_origins:
        return (
            f"{origins} origins to learn from, {rules.least_training_origins} are needed to have "
            "seen each season"
        )
    rarer = int(min(training.silent.sum(), (~training.silent).sum()))
    if rarer < rules.least_outcomes:
        return f"{rarer} examples of the rarer outcome, {rules.least_outcomes} are needed"
    return None


def forecast_level(model: Curves, at: int, rules: RiskRules) -> float:
    """The level of the origin ``at`` (0: the as-of date)."""
    return next_level(model.origins, model.levels, model.level_covariance, at, rules.seasons)


def run_backtest(
    connection: duckdb.DuckDBPyConnection,
    features: list[Feature],
    examples: Examples,
    rules: RiskRules,
    purchases: str | None,
) -> Backtest:
    """Every rival at every origin that allows it; ``purchases`` names the purchase model."""
    tested: list[TestOrigin] = []
    gate = "no origin with a known outcome"
    for number in range(1, rules.test_origins + 1):
        test = examples.at([number])
        training = examples.at(training_origins(examples, number, rules))
        failed = failed_gate(training, rules) if len(test) else "no customer at the origin"
        if failed:
            gate = failed if not tested else gate
            continue
        forecasts = _forecasts(features, training, test, number, rules)
        rival = refitted(purchases, _histories(connection, number)) if purchases else None
        if rival:
            forecasts[PURCHASE_MODEL] = rival.silence(test.histories)
        tested.append(TestOrigin(number, test, forecasts))
    if not tested:
        return Backtest((), _without_backtest(purchases, gate))
    dates = _dates(connection)
    rows = [row for origin in tested for row in _judge([origin], dates[origin.number])]
    pooled = _judge(tested, ALL_ORIGINS)
    return Backtest((*rows, *pooled), choose(pooled, rules))


def _forecasts(
    features: list[Feature], training: Examples, test: Examples, number: int, rules: RiskRules
) -> dict[str, FloatArray]:
    model = fit_curves(features, training, rules)
    log_odds = forecast_level(model, number, rules) + model.log_odds(test.values)
    base_rate = float(training.silent.mean())
    return {
        CLASSIFIER: 1 / (1 + np.exp(-log_odds)),
        "base_rate": np.full(len(test), base_rate),
        "recency_rule": _recency_rule(training, test),
    }


def _recency_rule(training: Examples, test: Examples) -> FloatArray:
    """Share of silent training examples in the tenth with the nearest days since the purchase."""
    silence, asked = (e.histories[:, 2] - e.histories[:, 1] for e in (training, test))
    edges = np.unique(np.quantile(silence, np.linspace(0, 1, RECENCY_BINS + 1)[1:-1]))
    bins = np.digitize(silence, edges)
    counts = np.bincount(bins, minlength=len(edges) + 1)
    shares = np.bincount(bins, training.silent, len(edges) + 1) / np.maximum(counts, 1)
    shares = np.where(counts > 0, shares, training.silent.mean())
    return shares[np.digitize(asked, edges)]


def _judge(tested: list[TestOrigin], name: str) -> list[Judged]:
    """Each rival that spoke at all of these origins."""
    silent = np.concatenate([origin.examples.silent for origin in tested])
    customer = np.concatenate([origin.examples.customer for origin in tested])
    everywhere = [
        model for model in tested[0].forecasts if all(model in o.forecasts for o in tested)
    ]
    said = {
        model: np.concatenate([origin.forecasts[model] for origin in tested])
        for model in everywhere
    }
    rows = []
    for model, predicted in said.items():
        gain = (
            brier_gain(said[PURCHASE_MODEL], predicted, silent, customer)
            if PURCHASE_MODEL in said
            else (None, None)
        )
        rows.append(Judged(model, name, 0, measure(predicted, silent), *gain))
        rows += [
            Judged(model, name, number, own)
            for number, own in enumerate(decile_measures(predicted, silent), start=1)
        ]
    return rows


def choose(pooled: list[Judged], rules: RiskRules) -> Choice:
    """The classifier where it beats every rival, the purchase model beyond chance."""
    totals = {row.model: row for row in pooled if row.bin == 0}
    own = totals[CLASSIFIER]
    told = f"squared error {own.measures.brier:.4f}"
    lost = [name for name in TRIVIAL_RULES if totals[name].measures.brier <= own.measures.brier]
    rival = totals.get(PURCHASE_MODEL)
    if lost:
        model = PURCHASE_MODEL if rival else None
        return Choice(model, f"the classifier loses to the {lost[0].replace('_', ' ')} ({told})")
    if rival is None or own.gain is None or own.gain_error is None:
        return Choice(CLASSIFIER, f"no purchase model could be fitted at every origin ({told})")
    against = f"{told} against {rival.measures.brier:.4f} of the purchase model"
    by = f"{abs(own.gain):.4f} {'less' if own.gain > 0 else 'more'}"
    chance = f"{by}, with a standard error of {own.gain_error:.4f}"
    if own.gain > rules.least_gain * own.gain_error:
        return Choice(CLASSIFIER, f"the classifier is better beyond chance: {against}, {chance}")
    return Choice(
        PURCHASE_MODEL, f"the classifier is not better beyond chance: {against}, {chance}"
    )


def _without_backtest(purchases: str | None, gate: str) -> Choice:
    if purchases:
        return Choice(PURCHASE_MODEL, f"the classifier cannot be judged: {gate}")
    return Choice(None, f"no purchase model could be fitted, and no classifier: {gate}")


def _histories(connection: duckdb.DuckDBPyConnection, number: int) -> IntArray:
    """Of all sampled customers at the origin, the churned ones with them."""
    columns = connection.execute(
        "SELECT x, t_x_days, t_days FROM intermediate.int_churn_histories_counted "
        "WHERE origin_number = ? ORDER BY ALL",
        [number],
    ).fetchnumpy()
    return np.column_stack(list(columns.values())).astype(np.int64)


def _dates(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    rows = connection.execute(
        "SELECT origin_number, CAST(origin_date AS VARCHAR) "
        "FROM intermediate.int_churn_origins_dated"
    ).fetchall()
    return dict(rows)
