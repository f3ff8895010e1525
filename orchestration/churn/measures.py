"""What a forecast of silence is worth against what happened.

Belongs here: measures of one forecast, and the paired difference of two. Does not belong here: who
makes the forecasts (``backtest.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.churn.examples import BoolArray, IntArray
from orchestration.value.fitting import FloatArray

DECILES = 10
LIFT_SHARE = 0.1


@dataclass(frozen=True)
class Measures:
    """Of all customers of an origin, or of one decile, where ranking measures are None."""

    customers: int
    silent: int
    mean_predicted: float
    brier: float
    log_loss: float
    calibration_error: float
    calibration_error_by_chance: float
    auc: float | None = None
    average_precision: float | None = None
    lift: float | None = None


def deciles(predicted: FloatArray) -> IntArray:
    """1 (least likely silent) to 10, of equal size; ties in the order of the rows."""
    ranks = np.empty(len(predicted), dtype=np.int64)
    ranks[np.argsort(predicted, kind="stable")] = np.arange(len(predicted))
    return 1 + ranks * DECILES // len(predicted)


def measure(predicted: FloatArray, silent: BoolArray) -> Measures:
    """Everything about a forecast; rows of one customer follow each other in a fixed order."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    own = decile_measures(predicted, silent)
    weights = np.array([decile.customers for decile in own]) / len(silent)
    both = bool(silent.any() and not silent.all())
    most = np.argsort(-predicted, kind="stable")[: max(round(LIFT_SHARE * len(silent)), 1)]
    total = _measure(predicted, silent)
    return Measures(
        total.customers,
        total.silent,
        total.mean_predicted,
        total.brier,
        total.log_loss,
        float(weights @ [decile.calibration_error for decile in own]),
        float(weights @ [decile.calibration_error_by_chance for decile in own]),
        float(roc_auc_score(silent, predicted)) if both else None,
        float(average_precision_score(silent, predicted)) if both else None,
        float(silent[most].mean() / silent.mean()) if both else None,
    )


def decile_measures(predicted: FloatArray, silent: BoolArray) -> list[Measures]:
    """From the decile that is least likely silent on."""
    bins = deciles(predicted)
    return [_measure(predicted[bins == n], silent[bins == n]) for n in np.unique(bins)]


def _measure(predicted: FloatArray, silent: BoolArray) -> Measures:
    known = np.clip(predicted, 1e-12, 1 - 1e-12)
    mean = float(predicted.mean())
    # Of a perfect forecast too, the share of a decile differs from the mean by chance: the mean
    # absolute deviation of a normal variable is sqrt(2 / pi) standard errors.
    error = np.sqrt(float((predicted * (1 - predicted)).sum())) / len(predicted)
    return Measures(
        len(silent),
        int(silent.sum()),
        mean,
        float(np.mean((predicted - silent) ** 2)),
        float(-np.mean(np.where(silent, np.log(known), np.log1p(-known)))),
        abs(mean - float(silent.mean())),
        float(np.sqrt(2 / np.pi) * error),
    )


def brier_gain(
    rival: FloatArray, predicted: FloatArray, silent: BoolArray, customer: IntArray
) -> tuple[float, float]:
    """How much less the squared error is than the rival's, and its standard error.

    Paired by example; examples of one customer at several origins count as one observation.
    """
    gains = (rival - silent) ** 2 - (predicted - silent) ** 2
    mean = float(gains.mean())
    _, place = np.unique(customer, return_inverse=True)
    sums = np.bincount(place, gains - mean)
    count = len(sums)
    if count < 2:
        return mean, float("nan")
    return mean, float(np.sqrt(sums @ sums * count / (count - 1)) / len(gains))
