"""Scores of purchase histories under one fitted model: points, prediction and parameter intervals.

Belongs here: the columns of ``models.purchase_score`` for given parameters. Does not belong here:
which model is used (``choice.py``) and tables (``tables.py``).

Two kinds of interval are published. That of the purchases to come is a prediction interval: it
holds the number that a customer will make, and is wide because customers are. Those of discounted
expectations say how far the estimated parameters may be off: the log of the expectation is taken
as linear in the log-parameters, whose covariance the fit has found (the delta method, the limit of
a parametric bootstrap without its noise; a test holds it against real draws).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from orchestration.valuation.rules import (
    DAYS_PER_WEEK,
    HORIZON_DAYS,
    SILENCE_DAYS,
    ValueRules,
    weeks,
)
from orchestration.valuation.statistics import Histories
from orchestration.value.fitting import Fit, FloatArray
from orchestration.value.intervals import prediction_interval
from orchestration.value.purchase_model import Parameters, PurchaseModel

# Histories scored at once: bounds memory; each block computes every (x, T) of its own once.
BLOCK_ROWS = 200_000
# Step in a log-parameter for the slope of a log expectation: errors of 1e-6 both ways.
SLOPE_STEP = 1e-3
HORIZONS = ("365d", "infinite")


@dataclass(frozen=True, eq=False)
class Discounted:
    """Discounted purchases of each history, by horizon: estimate and slopes of its logarithm.

    ``value`` is (n, horizons), ``slopes`` (n, horizons, parameters) by log-parameter or None where
    the fit has no covariance.
    """

    value: FloatArray
    slopes: FloatArray | None


def score_histories(
    model: PurchaseModel, fit: Fit, histories: Histories, rules: ValueRules
) -> tuple[dict[str, FloatArray], Discounted]:
    """The score columns of every history, and the discounted purchases with their slopes."""
    parts = [
        _score_block(model, fit, block, rules) for block in _blocks(histories)
    ]  # histories are in the order of x, so that a block has few distinct (x, T)
    columns = {name: np.concatenate([part[0][name] for part in parts]) for name in parts[0][0]}
    slopes = [part[1].slopes for part in parts if part[1].slopes is not None]
    return columns, Discounted(
        np.concatenate([part[1].value for part in parts]),
        np.concatenate(slopes) if slopes else None,
    )


def _blocks(histories: Histories) -> Iterator[Histories]:
    for start in range(0, max(len(histories), 1), BLOCK_ROWS):
        part = slice(start, start + BLOCK_ROWS)
        yield Histories(
            histories.x[part],
            histories.t_x_days[part],
            histories.t_days[part],
            histories.customers[part],
        )


def _score_block(
    model: PurchaseModel, fit: Fit, histories: Histories, rules: ValueRules
) -> tuple[dict[str, FloatArray], Discounted]:
    rows, parameters = histories.weeks, fit.parameters
    silence, horizon = weeks(SILENCE_DAYS), weeks(HORIZON_DAYS)
    expected = model.expected_purchases(parameters, *rows, [silence, horizon])
    lo, hi = prediction_interval(
        model, parameters, *rows, horizon=horizon, level=rules.interval_level
    )
    discounted = discounted_purchases(model, fit, histories, rules)
    lifetime = model.expected_remaining_lifetime(
        parameters, *rows, discount_rate=rules.weekly_discount_rate
    )
    columns = {
        "p_alive": model.probability_alive(parameters, *rows),
        "p_no_purchase_90d": model.probability_of_no_purchase(parameters, *rows, silence),
        "expected_purchases_90d": expected[:, 0],
        "expected_purchases_365d": expected[:, 1],
        "discounted_purchases_365d": discounted.value[:, 0],
        "discounted_purchases_infinite": discounted.value[:, 1],
        "expected_remaining_lifetime_days": lifetime * DAYS_PER_WEEK,
        "purchases_365d_lo": lo.astype(np.float64),
        "purchases_365d_hi": hi.astype(np.float64),
    }
    low, high = parameter_interval(discounted, fit, rules.interval_level)
    for j, name in enumerate(HORIZONS):
        columns[f"discounted_purchases_{name}_lo"] = low[:, j]
        columns[f"discounted_purchases_{name}_hi"] = high[:, j]
    return columns, discounted


def discounted_purchases(
    model: PurchaseModel, fit: Fit, histories: Histories, rules: ValueRules
) -> Discounted:
    """Discounted purchases within the value horizon and without one."""
    rows, rate = histories.weeks, rules.weekly_discount_rate
    horizons = (weeks(HORIZON_DAYS), None)

    def at(parameters: Parameters) -> FloatArray:
        return np.column_stack(
            [
                model.discounted_purchases(parameters, *rows, discount_rate=rate, horizon=h)
                for h in horizons
            ]
        )

    value = at(fit.parameters)
    if fit.log_covariance is None:
        return Discounted(value, None)
    slopes = np.empty((*value.shape, len(fit.parameters)))
    tiny = np.finfo(np.float64).tiny
    for k, name in enumerate(fit.parameters):
        up, down = (
            np.log(np.maximum(at({**fit.parameters, name: fit.parameters[name] * factor}), tiny))
            for factor in (np.exp(SLOPE_STEP), np.exp(-SLOPE_STEP))
        )
        slopes[:, :, k] = (up - down) / (2 * SLOPE_STEP)
    return Discounted(value, slopes)


def parameter_interval(
    discounted: Discounted, fit: Fit, level: float
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper ends of the expectation, NaN where the fit has no covariance."""
    if discounted.slopes is None or fit.log_covariance is None:
        unknown = np.full(discounted.value.shape, np.nan)
        return unknown, unknown
    variance = np.einsum(
        "nhi,ij,nhj->nh", discounted.slopes, fit.log_covariance, discounted.slopes, optimize=True
    )
    width = norm.ppf((1 + level) / 2) * np.sqrt(np.maximum(variance, 0.0))
    return discounted.value * np.exp(-width), discounted.value * np.exp(width)


def equity_interval(
    discounted: Discounted,
    customers: FloatArray,
    fit: Fit,
    level: float,
    draws: int,
    seed: int,
) -> list[tuple[float, float] | None]:
    """Ends of the base's discounted purchases by their estimate, for each horizon.

    Parametric bootstrap: log-parameters are drawn from their covariance, every history's log
    expectation follows a draw by its slopes, and the draw's total is set against the estimate.
    """
    total = customers @ discounted.value
    if discounted.slopes is None or fit.log_covariance is None or not (total > 0).all():
        return [None] * discounted.value.shape[1]
    generator = np.random.default_rng(seed)
    moves = generator.multivariate_normal(
        np.zeros(len(fit.parameters)), fit.log_covariance, draws, method="cholesky"
    )
    totals = np.zeros((draws, discounted.value.shape[1]))
    for start in range(0, len(customers), BLOCK_ROWS // 10):
        part = slice(start, start + BLOCK_ROWS // 10)
        weight = customers[part, None] * discounted.value[part]
        for d, move in enumerate(moves):
            totals[d] += (weight * np.exp(discounted.slopes[part] @ move)).sum(axis=0)
    ends = np.quantile(totals / total, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return [(float(low), float(high)) for low, high in ends.T]
