"""The purchase model's word on silence, and what it is made of.

Belongs here: P(no purchase) of histories, and its parts. Does not belong here: fits as of the run's
date (``valuation``) and the classifier.

The probability depends on silence, frequency and length of the relationship together. Its log-odds
against those of the median customer are shared out by Shapley's value: the mean, over the orders in
which the three may be replaced, of what each replacement changes. The shares add up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        distinct, at = np.unique(histories, axis=0, return_inverse=True)
        x, t_x, t = distinct.T
        found = purchase_model(self.model).probability_of_no_purchase(
            self.parameters, x.astype(np.float64), t_x / 7.0, t / 7.0, weeks(SILENCE_DAYS)
        )
        return found[at.ravel()]

    def shares(self, histories: IntArray, reference: IntArray) -> tuple[FloatArray, float]:
        """Log-odds of each driver, (n, 3), and those of the ``reference`` history (x, t_x, T)."""
        own = _by_driver(histories)
        fixed = np.broadcast_to(_by_driver(reference[None, :]), own.shape)
        known: dict[frozenset[int], FloatArray] = {}

        def log_odds(replaced: frozenset[int]) -> FloatArray:
            if replaced not in known:
                mixed = np.column_stack(
                    [own[:, i] if i in replaced else fixed[:, i] for i in range(len(DRIVERS))]
                )
                known[replaced] = logit(self.silence(_as_history(mixed)))
            return known[replaced]

        shares = np.zeros(own.shape)
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


def _by_driver(histories: IntArray) -> IntArray:
    """Silence, repeat purchases and length of the relationship of each history."""
    x, t_x, t = histories.T
    return np.column_stack([t - t_x, x, t])


def _as_history(mixed: IntArray) -> IntArray:
    """The nearest history to a silence, number and length that may contradict each other."""
    silence, x, t = mixed.T
    t = np.maximum(t, silence)
    return np.column_stack([x, np.where(x > 0, t - silence, 0), t])
