"""NBD: a customer buys at random and never leaves. The yardstick that dropout has to beat.

Belongs here: the mathematics of Ehrenberg 1959 in the form for single histories. Does not belong
here: what follows for every model (``purchase_model.py``).

Purchases are Poisson with rate lambda ~ Gamma(r, rate alpha); alpha is in time units. t_x plays no
role. The likelihood is of the purchase times, as in the other models, so that they compare.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln, xlogy

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
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizon: float, most: int
    ) -> FloatArray:
        """P(at least 0, ..., ``most`` purchases in (T, T + horizon] | x, T)."""
        return at_least(values[0] + x, horizon / (values[1] + t), most)


def at_least(
    rate: FloatArray, span: FloatArray, most: int, ways: FloatArray | None = None
) -> FloatArray:
    """P(at least 0, ..., ``most`` events in time ``span``) for a rate ~ Gamma(``rate``, 1).

    ``ways``: ``arrangements(rate, most)``, from callers that ask for many spans.
    """
    ways = arrangements(rate, most) if ways is None else ways
    tail = np.ones((len(rate), most + 1))
    n = np.arange(most, dtype=np.float64)
    rate, span = rate[:, None], span[:, None]
    with np.errstate(divide="ignore"):
        log_probability = ways + xlogy(n, span / (1 + span)) - rate * np.log1p(span)
    tail[:, 1:] = 1 - np.cumsum(np.exp(log_probability), axis=1)
    return np.clip(tail, 0.0, 1.0, out=tail)


def arrangements(rate: FloatArray, most: int) -> FloatArray:
    """Logs of the factor of the negative binomial probabilities that no span changes.

    As logs of gamma functions: the usual recurrence starts from a value that underflows for some
    thousand events.
    """
    n = np.arange(most, dtype=np.float64)
    return np.asarray(gammaln(rate[:, None] + n) - gammaln(rate[:, None]) - gammaln(n + 1))


MODEL = NBD()
