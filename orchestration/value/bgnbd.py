"""BG/NBD: a customer buys at random and may drop out after each repeat purchase.

Belongs here: the mathematics of Fader, Hardie and Lee 2005, "Counting Your Customers the Easy
Way". Does not belong here: what follows for every model (``purchase_model.py``).

Purchases while alive are Poisson with rate lambda ~ Gamma(r, rate alpha); after each repeat
purchase the customer drops out with probability p ~ Beta(a, b). alpha is in time units, r, a and b
are pure numbers. Who never came back cannot have dropped out: P(alive) = 1 for x = 0.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln

from orchestration.value.fitting import FloatArray
from orchestration.value.nbd import at_least
from orchestration.value.purchase_history import PurchaseHistory
from orchestration.value.purchase_model import PurchaseModel, Rows
from orchestration.value.quadrature import beta_rule

# Nodes over p by the largest reach: the horizon in multiples of alpha + T, times the cube root of
# the purchases, since many make the integrand steep.
NODES_BY_REACH = ((2.0, 16), (25.0, 32), (150.0, 64), (np.inf, 100))
# Up to here a node's weight may be lifted: its rounding error, 1e-32, then stays without effect.
MOST_LIFT = 35.0


class BetaGeometricNBD(PurchaseModel):
    """BG/NBD with parameters r, alpha, a, b."""

    name = "bgnbd"
    parameter_names = ("r", "alpha", "a", "b")

    # Chances to drop out that a new customer has had before she is observed.
    first_chances = 0

    def row_terms(self, values: FloatArray, rows: Rows) -> tuple[FloatArray, list[FloatArray]]:
        """Log-likelihood of each row, and its derivative by the log of each parameter."""
        r, alpha, a, b = values
        level, at = rows.levels
        stays = b + level + self.first_chances
        purchases = gammaln(r + level) - gammaln(r) + r * np.log(alpha)
        purchases += betaln(a, stays) - betaln(a, b)
        by_r = digamma(r + level) - digamma(r) + np.log(alpha)
        by_a = digamma(a + b) - digamma(a + stays)
        by_b = digamma(stays) - digamma(b) + by_a

        to_end, to_last = np.log(alpha + rows.t), np.log(alpha + rows.t_x)
        odds = self._log_odds_gone(values, rows, to_end - to_last)
        # P(gone) and ln(1 + exp(odds)) out of one exponential: logaddexp and expit have no vector
        # form in numpy and scipy and were two thirds of the time.
        small = np.exp(-np.abs(odds))
        gone = np.where(odds > 0, 1.0, small) / (1.0 + small)
        rate = r + rows.x
        likelihood = purchases[at] - rate * to_end + np.maximum(odds, 0.0) + np.log1p(small)
        waited = (1 - gone) / (alpha + rows.t) + gone / (alpha + rows.t_x)
        return likelihood, [
            r * (by_r[at] - to_end + gone * (to_end - to_last)),
            r - alpha * rate * waited,
            a * by_a[at] + gone,
            b * by_b[at] - gone * (b / self._chances(b, level))[at],
        ]

    def _log_odds_gone(self, values: FloatArray, rows: Rows, wait: FloatArray) -> FloatArray:
        """Log of P(gone) / P(alive); ``wait`` = log((alpha + T) / (alpha + t_x))."""
        r, _, a, b = values
        level, at = rows.levels
        dropped = np.log(a / self._chances(b, level))
        if not self.first_chances:
            dropped[level == 0] = -np.inf
        return dropped[at] + (r + rows.x) * wait

    def _chances(self, b: float, level: FloatArray) -> FloatArray:
        """b plus the chances that were survived before the last; 1 where there was no last one."""
        survived = level + self.first_chances - 1
        return np.where(survived >= 0, b + survived, 1.0)

    def starts(self, history: PurchaseHistory) -> list[tuple[float, ...]]:
        """Mean purchases as observed with much and little difference between customers."""
        rate = max(history.repeat_purchases / max(history.customers, 1), 0.01)
        time = history.mean_time
        return [
            (r, r * time / (2 * rate), a, b)
            for r, a, b in ((0.3, 0.7, 2.5), (1.0, 0.3, 5.0), (2.0, 1.5, 1.5))
        ]

    def row_alive(self, values: FloatArray, rows: Rows) -> FloatArray:
        """P(alive at T | x, t_x, T)."""
        alpha = values[1]
        wait = np.log((alpha + rows.t) / (alpha + rows.t_x))
        return expit(-self._log_odds_gone(values, rows, wait))

    # Alive at T: lambda ~ Gamma(r + x, alpha + T) and p ~ Beta(a, stays), independent.

    def _dropout_rules(
        self, values: FloatArray, x: FloatArray, spans: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Nodes and weights over p for each row, of shape (n, nodes).

        What is integrated has a pole at p = -1 / span. In y, p = y / (1 + k (1 - y)), it is about
        the root of that away, k being smaller for more purchases, whose chances to drop out are
        near zero anyway. For what daily occasions allow (x within T) errors are below 1e-5 up to
        30 years, and 4 % at 150 years, which an unlimited sum at 10 % a year weighs with 1e-6.
        """
        _, _, a, b = values.tolist()
        reach = float(np.max(spans * np.cbrt(1 + x)))
        nodes = next(count for longest, count in NODES_BY_REACH if reach <= longest)
        level, at = np.unique(x, return_inverse=True)
        stays = b + level + self.first_chances
        rules = [beta_rule(a, kept, nodes) for kept in stays.tolist()]
        y = np.array([points for points, _ in rules])
        most = np.expm1(np.minimum(MOST_LIFT / stays, MOST_LIFT))
        stretch = np.minimum(np.sqrt(spans.max() / (1 + level)), most)[:, None]
        scale = 1 + stretch * (1 - y)
        density = stays[:, None] * np.log1p(stretch) - (a + stays[:, None]) * np.log(scale)
        with np.errstate(divide="ignore"):
            density += np.log([weights for _, weights in rules])
        density = np.exp(density - density.max(axis=1, keepdims=True))
        return (y / scale)[at], (density / density.sum(axis=1, keepdims=True))[at]

    def alive_expectation(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """E[purchases in (T, T + h] | x, T, alive at T]: mean of (1 - exp(-lambda p h)) / p."""
        rate, time = values[0] + x, values[1] + t
        expected = np.empty((len(x), len(horizons)))
        for j, horizon in enumerate(horizons.tolist()):
            p, weights = self._dropout_rules(values, x, horizon / time)
            # In place: these arrays are as dear to make as to fill.
            gone = p * (horizon / time)[:, None]
            np.log1p(gone, out=gone)
            gone *= -rate[:, None]
            np.expm1(gone, out=gone)
            np.negative(gone, out=gone)
            gone /= p
            expected[:, j] = np.einsum("ij,ij->i", weights, gone)
        return expected

    def alive_survival(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """P(still alive at T + h | x, T, alive at T): mean of exp(-lambda p h)."""
        rate, time = values[0] + x, values[1] + t
        survival = np.empty((len(x), len(horizons)))
        for j, horizon in enumerate(horizons.tolist()):
            p, weights = self._dropout_rules(values, x, horizon / time)
            stays = np.exp(-rate[:, None] * np.log1p(p * (horizon / time)[:, None]))
            survival[:, j] = np.einsum("ij,ij->i", weights, stays)
        return survival

    def alive_at_least(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizon: float, most: int
    ) -> FloatArray:
        """P(at least 0, ..., ``most`` purchases in (T, T + horizon] | x, T, alive at T).

        The clock allows n purchases, and the customer stays after each of the first n - 1.
        """
        r, alpha, a, b = values
        tail = at_least(r + x, horizon / (alpha + t), most)
        stays = (b + x + self.first_chances)[:, None]
        survived = np.arange(most, dtype=np.float64)
        tail[:, 1:] *= np.exp(betaln(a, stays + survived) - betaln(a, stays))
        return tail


MODEL = BetaGeometricNBD()
