"""The purchase model's word on silence, and what it is made of.

Belongs here: P(no purchase) of histories, and its parts. Does not belong here: fits as of the run's
date (``valuation``) and the classifier.

A purchase needs a customer who has not left and who buys within the horizon: P(purchase) =
P(alive) x P(purchase | alive). Silence lowers the first; the second rises with the number of
purchases and falls with the time that they took. The log-odds against those of the median customer
are shared out among the three by Shapley's value: the mean, over the orders in which they may be
replaced, of what each replacement changes. The shares add up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from orchestration.churn.examples import IntArray
from orchestration.valuation.rules import SILENCE_DAYS, weeks
from orchestration.value.fitting import FloatArray
from orchestration.value.models import purchase_model
from orchestration.value.purchase_history import PurchaseHistory

DRIVERS = ("silence", "frequency", "relationship")
CERTAIN = 1e-6  # log-odds end there


@dataclass(frozen=True)
class PurchaseRisk:
    """A fitted purchase model."""

    model: str
    parameters: Mapping[str, float]

    def silence(self, histories: IntArray) -> FloatArray:
        """P(no purchase in the horizon) of rows (x, t_x, T in days), shape (n,)."""
        model, horizon = purchase_model(self.model), weeks(SILENCE_DAYS)
        return _of_distinct(
            histories,
            lambda x, t_x, t: model.probability_of_no_purchase(self.parameters, x, t_x, t, horizon),
        )

    def alive(self, histories: IntArray) -> FloatArray:
        """P(alive) of the same."""
        model = purchase_model(self.model)
        return _of_distinct(
            histories, lambda x, t_x, t: model.probability_alive(self.parameters, x, t_x, t)
        )

    def buying(self, x: IntArray, t: IntArray) -> FloatArray:
        """P(purchase in the horizon | alive), which depends on number and time alone."""
        histories = np.column_stack([x, np.where(x > 0, t, 0), t])
        return (1 - self.silence(histories)) / np.maximum(self.alive(histories), CERTAIN)

    def shares(self, histories: IntArray, reference: IntArray) -> tuple[FloatArray, float]:
        """Log-odds of each driver, (n, 3), and those of the ``reference`` history (x, t_x, T)."""
        alive = (self.alive(reference[None, :]), self.alive(histories))
        number = (np.full(len(histories), reference[0]), histories[:, 0])
        time = (np.full(len(histories), reference[2]), histories[:, 2])
        buying = {
            (own_number, own_time): self.buying(number[own_number], time[own_time])
            for own_number in (0, 1)
            for own_time in (0, 1)
        }

        def log_odds(own: frozenset[int]) -> FloatArray:
            silence, frequency, relationship = (int(place in own) for place in range(len(DRIVERS)))
            return logit(1 - alive[silence] * buying[frequency, relationship])

        shares = np.zeros((len(histories), len(DRIVERS)))
        orders = list(permutations(range(len(DRIVERS))))
        for order in orders:
            for place, driver in enumerate(order):
                before = frozenset(order[:place])
                shares[:, driver] += log_odds(before | {driver}) - log_odds(before)
        return shares / len(orders), float(logit(self.silence(reference[None, :]))[0])


def refitted(model: str, histories: IntArray) -> PurchaseRisk | None:
    """The model fitted on these histories alone, None where they do not allow it."""
    distinct, counts = np.unique(histories, axis=0, return_counts=True)
    x, t_x, t = distinct.T
    fit = purchase_model(model).fit(PurchaseHistory.from_days(x, t_x, t, counts))
    return PurchaseRisk(model, fit.parameters) if fit.has_parameters else None


def logit(probability: FloatArray) -> FloatArray:
    """Log-odds, of what is certain those of nearly certain."""
    kept = np.clip(probability, CERTAIN, 1 - CERTAIN)
    return np.log(kept) - np.log1p(-kept)


def _of_distinct(
    histories: IntArray, figure: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
) -> FloatArray:
    """A figure of each history, time in weeks, computed once for equal ones."""
    distinct, at = np.unique(histories, axis=0, return_inverse=True)
    x, t_x, t = distinct.T
    return figure(x.astype(np.float64), t_x / 7.0, t / 7.0)[at.ravel()]
