"""Repeat purchases by week: what the chosen model expects and what happened.

Belongs here: the tracking of Fader, Hardie and Lee 2005, on the data that the model was fitted on.
Does not belong here: hold-outs (``backtest.py``).

Day 0 is the scope's first purchase; week n ends 7 n days after it, as a T of n weeks does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.valuation.rules import DAYS_PER_WEEK
from orchestration.valuation.statistics import ScopeStatistics
from orchestration.value.fitting import FloatArray
from orchestration.value.purchase_model import Parameters, PurchaseModel


@dataclass(frozen=True, eq=False)
class Tracking:
    """Cumulative repeat purchases at the end of each whole week."""

    week: np.ndarray
    expected: FloatArray
    actual: np.ndarray


def track(
    statistics: ScopeStatistics, model: PurchaseModel, parameters: Parameters
) -> Tracking | None:
    """None where not one week has passed since the first purchase."""
    histories = statistics.histories
    kept = histories.customers > 0
    span = int(histories.t_days[kept].max(initial=0))
    week = np.arange(1, span // DAYS_PER_WEEK + 1)
    if not len(week):
        return None
    # New customers by day since the first purchase, and what one of them makes until each age.
    new = np.bincount(
        span - histories.t_days[kept], weights=histories.customers[kept], minlength=span + 1
    )
    ages = np.arange(span + 1) / DAYS_PER_WEEK
    by_age = np.concatenate([[0.0], model.expected_purchases_new(parameters, ages[1:].tolist())])
    expected = np.array(
        [new[: day + 1] @ by_age[day::-1] for day in (week * DAYS_PER_WEEK).tolist()]
    )
    actual = np.cumsum([statistics.weekly.get(int(number), 0) for number in week])
    return Tracking(week, expected, actual)
