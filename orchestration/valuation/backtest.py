"""How well each model would have foretold: rolling origins, a hold-out behind each.

Belongs here: predictions at an origin, and what they are worth against what happened. Does not
belong here: the choice that follows (``choice.py``).

Beside the models stand two rules of thumb that need no model: the customer buys as often as in the
equally long period before (``same_as_last_period``), or goes on at the mean rate of repeat
purchases since the first one, x / T (``mean_rate``).

A model says two things of a customer: the expectation, which adds up and is judged by bias, squared
error and ranking, and the median, which is judged by absolute error (``point_forecast.py``). A rule
of thumb says one number and is judged by it in both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestration.valuation.choice import TrackRecord
from orchestration.valuation.point_forecast import median_purchases
from orchestration.valuation.rules import ValueRules, weeks
from orchestration.valuation.statistics import Origin
from orchestration.value.fitting import FloatArray
from orchestration.value.intervals import prediction_interval
from orchestration.value.models import DEFAULT_MODEL
from orchestration.value.purchase_model import PurchaseModel

RULES_OF_THUMB = ("same_as_last_period", "mean_rate")
DECILES = 10
LAST_X_BIN = 7  # 7 and more repeat occasions are one bin, as in Fader, Hardie and Lee 2005


@dataclass(frozen=True)
class BacktestRow:
    """One bin of one model at one origin; the columns of ``models.model_backtest``."""

    model: str
    origin_date: date
    horizon_days: int
    bin_kind: str
    bin: int
    customer_count: int
    predicted_purchases: float
    actual_purchases: int
    mean_absolute_error: float | None
    mean_absolute_error_of_expectation: float | None
    root_mean_square_error: float | None
    bias_rate: float | None
    gini: float | None
    interval_coverage_rate: float | None
    error_gain: float | None
    error_gain_standard_error: float | None
    status: str | None


@dataclass(frozen=True, eq=False)
class Forecast:
    """What one model says of each history at an origin; ``inside``: the interval held."""

    model: str
    expected: FloatArray
    median: FloatArray
    inside: NDArray[np.bool_] | None
    status: str | None


def backtest_origin(
    origin: Origin, models: Mapping[str, PurchaseModel], rules: ValueRules
) -> list[BacktestRow]:
    """Every model fitted on what was known at ``origin``, and the rules of thumb, judged."""
    rows = []
    forecasts = []
    horizon = weeks(origin.horizon_days)
    known, history = origin.known, origin.known.fitted
    for name, model in models.items():
        fit = model.fit(history)
        if not fit.has_parameters:
            rows.append(_unjudged(name, origin, f"{fit.status}: {fit.reason}"))
            continue
        predicted = model.expected_purchases(fit.parameters, *known.weeks, horizon)
        lo, hi = prediction_interval(
            model, fit.parameters, *known.weeks, horizon=horizon, level=rules.interval_level
        )
        inside = (lo <= origin.holdout) & (origin.holdout <= hi)
        median = median_purchases(model, fit.parameters, known.weeks, horizon, predicted)
        forecasts.append(Forecast(name, predicted, median, inside, fit.status))
    for name, predicted in thumb_predictions(origin).items():
        forecasts.append(Forecast(name, predicted, predicted, None, None))
    default = next((own for own in forecasts if own.model == DEFAULT_MODEL), None)
    for forecast in forecasts:
        rows += _judged(origin, forecast, default)
    return rows


def thumb_predictions(origin: Origin) -> dict[str, FloatArray]:
    """What the rules of thumb say of each history at ``origin``."""
    days = np.maximum(origin.known.t_days, 1)
    return {
        "same_as_last_period": origin.previous.astype(np.float64),
        "mean_rate": origin.known.x / days * origin.horizon_days,
    }


def track_records(rows: list[BacktestRow]) -> dict[str, TrackRecord]:
    """Of each model with a fit at every origin where any model has one."""
    totals = [row for row in rows if row.bin_kind == "total" and row.model not in RULES_OF_THUMB]
    judged = [row for row in totals if row.mean_absolute_error is not None]
    origins = {row.origin_date for row in judged}
    records = {}
    for model in dict.fromkeys(row.model for row in judged):
        own = [row for row in judged if row.model == model]
        if {row.origin_date for row in own} == origins:
            records[model] = TrackRecord(
                tuple(row.mean_absolute_error or 0.0 for row in own),
                tuple(_or_nan(row.bias_rate) for row in own),
                tuple(_or_nan(row.error_gain) for row in own),
                tuple(_or_nan(row.error_gain_standard_error) for row in own),
            )
    return records


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _unjudged(model: str, origin: Origin, status: str) -> BacktestRow:
    customers = int(origin.known.customers.sum())
    actual = int(origin.known.customers @ origin.holdout)
    return BacktestRow(
        model, origin.origin_date, origin.horizon_days, "total", 0, customers, float("nan"),
        actual, None, None, None, None, None, None, None, None, status,
    )  # fmt: skip


def _judged(origin: Origin, forecast: Forecast, default: Forecast | None) -> list[BacktestRow]:
    """Bins of one forecast; the gain on ``default`` is of everybody, as bins differ by model."""
    gain, gain_error = error_gain(origin, forecast, default) if default else (None, None)
    rows = []
    everybody = np.zeros(len(origin.holdout), dtype=np.int64)
    for kind, bins in (
        ("total", everybody),
        ("decile", deciles(forecast.expected, origin.known.customers)),
        ("x", np.minimum(origin.known.x, LAST_X_BIN)),
    ):
        rows += [_bin(origin, forecast, kind, int(n), bins == n) for n in np.unique(bins)]
    rows[0] = replace(rows[0], error_gain=gain, error_gain_standard_error=gain_error)
    return rows


def error_gain(
    origin: Origin, forecast: Forecast, default: Forecast
) -> tuple[float, float] | tuple[None, None]:
    """How much less the mean absolute error is than the default model's, and its standard error.

    Paired by customer: what one model misses, the other mostly misses as well, so the difference is
    known far better than either error.
    """
    count = origin.known.customers
    total = int(count.sum())
    if total < 2:
        return None, None
    gains = np.abs(default.median - origin.holdout) - np.abs(forecast.median - origin.holdout)
    mean = float(count @ gains) / total
    variance = float(count @ (gains - mean) ** 2) / (total - 1)
    return mean, float(np.sqrt(variance / total))


def _bin(
    origin: Origin, forecast: Forecast, kind: str, number: int, at: NDArray[np.bool_]
) -> BacktestRow:
    count, actual = origin.known.customers[at], origin.holdout[at]
    expected, inside = forecast.expected[at], forecast.inside
    total, happened = int(count.sum()), int(count @ actual)

    def mean(values: NDArray[Any]) -> float:
        """Divided once: shares of counts are then exact, and never above 1."""
        return float(count @ values.astype(np.float64)) / total

    return BacktestRow(
        model=forecast.model,
        origin_date=origin.origin_date,
        horizon_days=origin.horizon_days,
        bin_kind=kind,
        bin=number,
        customer_count=total,
        predicted_purchases=float(count @ expected),
        actual_purchases=happened,
        mean_absolute_error=mean(np.abs(forecast.median[at] - actual)),
        mean_absolute_error_of_expectation=mean(np.abs(expected - actual)),
        root_mean_square_error=float(np.sqrt(mean((expected - actual) ** 2))),
        bias_rate=float(count @ expected) / happened - 1 if happened else None,
        gini=gini(expected, actual, count) if kind == "total" else None,
        interval_coverage_rate=None if inside is None else mean(inside[at]),
        error_gain=None,
        error_gain_standard_error=None,
        status=forecast.status,
    )


def deciles(predicted: FloatArray, customers: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 (lowest) to 10 by customers; equal predictions share the lower bin."""
    levels, at = np.unique(predicted, return_inverse=True)
    held = np.bincount(at, customers, minlength=len(levels))
    below = np.cumsum(held) - held
    return (1 + np.floor(DECILES * below / held.sum())).astype(np.int64)[at]


def gini(
    predicted: FloatArray, actual: NDArray[np.int64], customers: NDArray[np.int64]
) -> float | None:
    """Gini of actual purchases in the order of the prediction, by that in their own order.

    1 ranks customers as well as hindsight, 0 as well as chance. None where all bought alike.
    """
    perfect = _concentration(actual.astype(np.float64), actual, customers)
    return _concentration(predicted, actual, customers) / perfect if perfect > 1e-12 else None


def _concentration(
    order: FloatArray, actual: NDArray[np.int64], customers: NDArray[np.int64]
) -> float:
    """Gini of ``actual`` with customers in rising ``order``; equals stand on a straight line."""
    levels, at = np.unique(order, return_inverse=True)
    people = np.bincount(at, customers, minlength=len(levels))
    bought = np.bincount(at, customers * actual, minlength=len(levels))
    if not bought.sum():
        return 0.0
    share = people / people.sum()
    curve = np.concatenate([[0.0], np.cumsum(bought) / bought.sum()])
    return float(1.0 - share @ (curve[1:] + curve[:-1]))
