"""NBD: a customer buys at random and never leaves. The yardstick that dropout has to beat.

Belongs here: the mathematics of Ehrenberg 1959 in the form for single histories. Does not belong
here: what follows for every model (``purchase_model.py``).

Purchases are Poisson with rate lambda ~ Gamma(r, rate alpha); alpha is in time units. t_x plays no
role. The likelihood is of the purchase times, as in the other models, so that they compare.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, digamma, gammaln

from orchestration.value.fitting import FloatArray
from orchestration.value.purchase_history import PurchaseHistory
from orchestration.value.purchase_model import PurchaseModel, Rows


class NBD(PurchaseModel):
    """NBD with parameters r, alpha."""

    name = "nbd"
    parameter_names = ("r", "alpha")

    def row_terms(self, values: FloatArray, rows: Rows) -> tuple[FloatArray, list[FloatArray]]:
        """Log-likelihood of each row, and its derivative by the log of each parameter."""
        r, alpha = values
        level, at = rows.levels
        to_end = np.log(alpha + rows.t)
        purchases = gammaln(r + level) - gammaln(r) + r * np.log(alpha)
        by_r = digamma(r + level) - digamma(r) + np.log(alpha)
        rate = r + rows.x
        return purchases[at] - rate * to_end, [
            r * (by_r[at] - to_end),
            r - alpha * rate / (alpha + rows.t),
        ]

    def starts(self, history: PurchaseHistory) -> list[tuple[float, ...]]:
        """Mean purchases as observed with much and little difference between customers."""
        rate = max(history.repeat_purchases / max(history.customers, 1), 0.01)
        return [(r, r * history.mean_time / rate) for r in (0.3, 1.0, 3.0)]

    def row_alive(self, values: FloatArray, rows: Rows) -> FloatArray:
        """1: nobody leaves."""
        return np.ones(len(rows))

    def alive_expectation(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """E[purchases in (T, T + h] | x, T]."""
        return ((values[0] + x) / (values[1] + t))[:, None] * horizons

    def alive_survival(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """1: nobody leaves."""
        return np.ones((len(x), len(horizons)))

    def alive_at_least(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizon: float, n: FloatArray
    ) -> FloatArray:
        """P(at least n purchases in (T, T + horizon] | x, T)."""
        allowed = betainc(np.maximum(n, 1), values[0] + x, horizon / (values[1] + t + horizon))
        return np.where(n > 0, allowed, 1.0)


MODEL = NBD()
