"""Pareto/NBD: a customer buys at random and leaves at a random moment of which nobody tells.

Belongs here: the mathematics of Schmittlein, Morrison and Colombo 1987. Does not belong here: what
follows for every model (``purchase_model.py``).

Purchases while alive are Poisson with rate lambda ~ Gamma(r, rate alpha), the lifetime is
exponential with rate mu ~ Gamma(s, rate beta); alpha and beta are in time units.

The papers write the part of those who have left as a difference of two 2F1, which overflows for
some hundred purchases and loses its digits where alpha and beta are close. Here it is the integral
over the moment of leaving that it stands for, in a variable in which 24 points give 10 digits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, expit, exprel, gammaln

from orchestration.value.fitting import FloatArray
from orchestration.value.nbd import arrangements, at_least
from orchestration.value.purchase_history import PurchaseHistory
from orchestration.value.purchase_model import PurchaseModel, Rows
from orchestration.value.quadrature import unit_rule

POINTS = 24
# Rows whose points all stay in the processor's cache.
CACHED = 1_024
# Points over the moment of leaving in the distribution of purchases, which rises as steeply as the
# purchases are many.
DISTRIBUTION_POINTS = 40
# Where the integrand has fallen by exp(-34) nothing follows that a double could tell.
NEGLIGIBLE = 34.0


class _Left(NamedTuple):
    """The part of the likelihood of those who left after the last purchase.

    ``log_sum`` is its log, shape (n,). Of shape (n, POINTS) are the moment when they left, from
    -alpha and from -beta on, the logs of both, and ``weight``, the distribution of that moment.
    """

    log_sum: FloatArray
    since_alpha: FloatArray
    since_beta: FloatArray
    log_alpha: FloatArray
    log_beta: FloatArray
    weight: FloatArray


class ParetoNBD(PurchaseModel):
    """Pareto/NBD with parameters r, alpha, s, beta."""

    name = "pareto_nbd"
    parameter_names = ("r", "alpha", "s", "beta")
    time_parameters = ("alpha", "beta")

    def row_terms(self, values: FloatArray, rows: Rows) -> tuple[FloatArray, list[FloatArray]]:
        """Log-likelihood of each row, and its derivative by the log of each parameter."""
        r, alpha, s, beta = values
        level, at = rows.levels
        purchases = gammaln(r + level) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        by_r = digamma(r + level) - digamma(r) + np.log(alpha)
        rate = r + rows.x
        log_sum, moments = _means(values, rows)
        log_alpha, log_beta = np.log(alpha + rows.t), np.log(beta + rows.t)
        alive = -rate * log_alpha - s * log_beta
        gone = expit(log_sum - alive)
        stays = 1 - gone
        at_end = (log_alpha, 1 / (alpha + rows.t), log_beta, s / (beta + rows.t))
        by_alpha, per_alpha, by_beta, per_beta = (
            stays * end + gone * moment for end, moment in zip(at_end, moments, strict=True)
        )
        return purchases[at] + np.logaddexp(alive, log_sum), [
            r * (by_r[at] - by_alpha),
            r - alpha * rate * per_alpha,
            s * (np.log(beta) - by_beta) + gone,
            s - beta * per_beta,
        ]

    def starts(self, history: PurchaseHistory) -> list[tuple[float, ...]]:
        """Mean purchases as observed, with early, late and hardly any dropout."""
        rate = max(history.repeat_purchases / max(history.customers, 1), 0.01)
        time = history.mean_time
        return [
            (r, r * time / (2 * rate), s, beta * time)
            for r, s, beta in ((0.5, 0.6, 0.4), (1.0, 1.5, 2.0), (2.0, 0.3, 0.2))
        ]

    def row_alive(self, values: FloatArray, rows: Rows) -> FloatArray:
        """P(alive at T | x, t_x, T)."""
        r, alpha, s, beta = values
        alive = np.empty(len(rows))
        # In blocks, for the sake of memory: there are POINTS values per row.
        for start in range(0, len(rows), 16_384):
            part = slice(start, start + 16_384)
            block = Rows(rows.x[part], rows.t_x[part], rows.t[part])
            stays = -(r + block.x) * np.log(alpha + block.t) - s * np.log(beta + block.t)
            alive[part] = expit(stays - _left(values, block, _span(values, block)).log_sum)
        return alive

    # Alive at T: lambda ~ Gamma(r + x, alpha + T) and mu ~ Gamma(s, beta + T), independent.

    def alive_expectation(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """E[purchases in (T, T + h] | x, T, alive at T]; s = 1 is no special case."""
        r, alpha, s, beta = values
        since = (beta + t)[:, None]
        span = np.log1p(horizons / since)
        return ((r + x) / (alpha + t))[:, None] * since * span * exprel((1 - s) * span)

    def alive_survival(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """P(still alive at T + h | x, T, alive at T)."""
        _, _, s, beta = values
        return np.exp(-s * np.log1p(horizons / (beta + t)[:, None]))

    def alive_at_least(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizon: float, most: int
    ) -> FloatArray:
        """P(at least 0, ..., ``most`` purchases in (T, T + horizon] | x, T, alive at T).

        The chance that the clock allows n before the customer leaves, over when she leaves.
        """
        r, alpha, s, beta = values
        points, weights = unit_rule(DISTRIBUTION_POINTS)
        longest = np.log1p(horizon / (beta + t))
        ways = arrangements(r + x, most)
        tail = np.exp(-s * longest)[:, None] * at_least(r + x, horizon / (alpha + t), most, ways)
        for point, weight in zip(points, weights, strict=True):
            moment = (beta + t) * np.expm1(longest * point)
            leaves = s * longest * weight * np.exp(-s * longest * point)
            tail += leaves[:, None] * at_least(r + x, moment / (alpha + t), most, ways)
        tail[:, 0] = 1.0
        return tail


def _means(values: FloatArray, rows: Rows) -> tuple[FloatArray, FloatArray]:
    """Of those who left: the log of their part, (n,), and the means over the moment when they left
    of log(alpha + m), 1 / (alpha + m), log(beta + m) and (s + 1) / (beta + m), (4, n)."""
    log_sum, moments, span = np.empty(len(rows)), np.empty((4, len(rows))), _span(values, rows)
    for start in range(0, len(rows), CACHED):
        part = slice(start, start + CACHED)
        left = _left(values, Rows(rows.x[part], rows.t_x[part], rows.t[part]), span[part])
        log_sum[part] = left.log_sum
        for place, of_moment in enumerate(
            (
                left.log_alpha,
                np.reciprocal(left.since_alpha),
                left.log_beta,
                (values[2] + 1) / left.since_beta,
            )
        ):
            moments[place, part] = np.einsum("ij,ij->i", left.weight, of_moment)
    return log_sum, moments


def _left(values: FloatArray, rows: Rows, span: FloatArray) -> _Left:
    """Integral of s (alpha + m)^-(r + x) (beta + m)^-(s + 1) over the moment m in (t_x, T).

    In w = log((low + m) / (low + t_x)) with low the smaller of alpha and beta every singularity
    is pi away from the real line, whatever the parameters.
    """
    r, alpha, s, beta = values
    low = min(alpha, beta)
    rate = r + rows.x
    begin = low + rows.t_x
    points, weights = unit_rule(POINTS)
    # In place where it can be: new arrays of this size cost more than what is computed in them.
    moment = np.expm1(span[:, None] * points)
    moment *= begin[:, None]
    moment += rows.t_x[:, None]
    since_alpha = alpha + moment
    since_beta = np.add(beta, moment, out=moment)
    log_alpha, log_beta = np.log(since_alpha), np.log(since_beta)
    logs = log_beta * -(s + 1)
    logs += log_alpha if low == alpha else log_beta
    logs -= rate[:, None] * log_alpha
    peak = logs.max(axis=1)
    logs -= peak[:, None]
    weight = np.exp(logs, out=logs)
    weight *= weights
    total = weight.sum(axis=1)
    with np.errstate(divide="ignore"):
        log_sum = np.log(s * span * total) + peak
    weight /= total[:, None]
    return _Left(log_sum, since_alpha, since_beta, log_alpha, log_beta, weight)


def _span(values: FloatArray, rows: Rows) -> FloatArray:
    """How far w goes in each row."""
    low = min(values[1], values[3])
    return _shortened(values, rows, np.log((low + rows.t) / (low + rows.t_x)))


def _shortened(values: FloatArray, rows: Rows, longest: FloatArray) -> FloatArray:
    """``longest``, or where the integrand has become negligible: some steps of Newton's method.

    The fall is convex in w, so that steps from the right stay on the right of the place.
    """
    span = longest.copy()
    steep = np.flatnonzero(_fall(values, rows.x, rows.t_x, span)[0] > NEGLIGIBLE)
    x, t_x, w = rows.x[steep], rows.t_x[steep], span[steep]
    for _ in range(20 if len(steep) else 0):
        fall, slope = _fall(values, x, t_x, w)
        step = (fall - NEGLIGIBLE) / slope
        w = w - step
        if np.max(step, initial=0.0) < 0.01 * np.min(w, initial=np.inf):
            break
    span[steep] = w
    return span


def _fall(
    values: FloatArray, x: FloatArray, t_x: FloatArray, w: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """By how much the log of the integrand has fallen at ``w`` since t_x, and its slope."""
    r, alpha, s, beta = values
    begin = min(alpha, beta) + t_x
    grown = begin * np.expm1(w)
    fall = (r + x) * np.log1p(grown / (alpha + t_x)) + (s + 1) * np.log1p(grown / (beta + t_x)) - w
    now = begin + grown
    slope = (r + x) * now / (alpha + t_x + grown) + (s + 1) * now / (beta + t_x + grown) - 1
    return fall, slope


MODEL = ParetoNBD()
