"""Gamma-Gamma: what a customer spends on an average purchase occasion.

Belongs here: the likelihood of mean spend, its fit, and the expected spend and its spread. Does
not belong here: how often customers buy, margins (applied afterwards) and where money comes from.

Spend on an occasion is gamma(p, nu), nu differs between customers as gamma(q, v). p and q have no
unit, v is money. The model takes spend as independent of frequency: look at
``SpendHistory.correlation``. Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, betaln, digamma, gammainccinv

from orchestration.value.fitting import Fit, FloatArray, dot, maximise, not_enough_data
from orchestration.value.purchase_history import LEAST_REPEATERS, distinct_rows

NAME = "gamma_gamma"
PARAMETERS = ("p", "q", "v")

# In units of the mean spend, each with a population mean of about 1: wide, usual, narrow spread.
STARTS = ((1.0, 3.0, 2.0), (6.0, 4.0, 0.5), (30.0, 15.0, 0.5))
PILOT_ROWS = 20_000  # enough to choose between starts; the last steps see every row


@dataclass(frozen=True, eq=False)
class SpendHistory:
    """Distinct (number of positive repeat days, mean spend on them) with their customers.

    Arrays are float64 of shape (n,). The first purchase is no part of it: it differs
    systematically from repeat purchases (CDNOW: p 7.86 with it, 6.25 without).
    """

    x: FloatArray
    mean: FloatArray
    count: FloatArray
    without_repeat: int = 0
    not_positive: int = 0

    @classmethod
    def from_customers(
        cls, x: ArrayLike, mean: ArrayLike, count: ArrayLike | None = None
    ) -> SpendHistory:
        """From customers, or groups of ``count`` like customers.

        Customers without a repeat day, and those whose mean is not above zero, are left out and
        counted in ``without_repeat`` and ``not_positive``.
        """
        days, money = (np.atleast_1d(np.asarray(column, np.float64)) for column in (x, mean))
        weights = np.ones(days.shape) if count is None else np.asarray(count, np.float64)
        repeats = days > 0
        usable = repeats & np.isfinite(days) & np.isfinite(money) & (money > 0)
        without = int(weights[~repeats].sum())
        refused = int(weights[repeats & ~usable].sum())
        days, money, weights = days[usable], money[usable], weights[usable]
        rows, position = distinct_rows(days, money)
        counts = np.bincount(position, weights, minlength=len(rows)).astype(np.float64)
        return cls(days[rows], money[rows], counts, without, refused)

    @cached_property
    def customers(self) -> int:
        """Customers with positive repeat spend: those that the fit sees."""
        return int(self.count.sum())

    @cached_property
    def mean_of_means(self) -> float:
        """Mean over customers of their mean spend; NaN without customers."""
        return dot(self.count, self.mean) / self.customers if self.customers else float("nan")

    @cached_property
    def correlation(self) -> float:
        """Pearson correlation of frequency and mean spend; NaN where either does not vary."""
        if self.customers < 2:
            return float("nan")
        x = self.x - dot(self.count, self.x) / self.customers
        z = self.mean - self.mean_of_means
        spread = float(np.sqrt(dot(self.count, x**2) * dot(self.count, z**2)))
        tiny = 1e-12 * self.customers * self.mean_of_means
        return dot(self.count, x * z) / spread if spread > tiny else float("nan")

    def thinned(self, most_rows: int) -> SpendHistory:
        """At most ``most_rows`` rows, evenly spaced in the order of x and mean."""
        if len(self.x) <= most_rows:
            return self
        picks = np.linspace(0, len(self.x) - 1, most_rows).astype(np.intp)
        return SpendHistory(self.x[picks], self.mean[picks], self.count[picks])


class _Likelihood:
    """Log-likelihood and gradient by (p, q, v), money in units of ``scale``.

    x takes few values, so special functions are evaluated once for each of them; a row costs one
    logarithm and one division.
    """

    def __init__(self, history: SpendHistory, scale: float = 1.0) -> None:
        self.count = history.count
        self.weighted_x = history.count * history.x
        self.total = history.x * (history.mean / scale)
        self.x, where = np.unique(history.x, return_inverse=True)
        at_x = np.bincount(where, history.count, minlength=len(self.x))
        self.customers_at_x = at_x.astype(np.float64)
        self.customers = float(history.count.sum())
        self.days = float(self.weighted_x.sum())
        self.days_log_total = dot(self.weighted_x, np.log(self.total))
        self.log_mean = dot(history.count, np.log(history.mean / scale))

    def __call__(self, p: float, q: float, v: float) -> tuple[float, FloatArray]:
        excess = np.log1p(self.total / v)  # ln((S + v) / v)
        by_customer, by_day = dot(self.count, excess), dot(self.weighted_x, excess)
        share = 1.0 / (1.0 + self.total / v)  # v / (S + v)
        day_terms = self.days_log_total - by_day - self.days * np.log(v)
        shape = p * self.x
        value = (
            -dot(self.customers_at_x, betaln(shape, q))
            - q * by_customer
            + p * day_terms
            - self.log_mean
        )
        both = digamma(shape + q)
        gradient_p = dot(self.customers_at_x * self.x, both - digamma(shape)) + day_terms
        gradient_q = dot(self.customers_at_x, both - digamma(q)) - by_customer
        gradient_v = (
            q * self.customers - p * dot(self.weighted_x, share) - q * dot(self.count, share)
        ) / v
        return value, np.array([gradient_p, gradient_q, gradient_v])

    def by_log(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """The same by log-parameters."""
        parameters = np.exp(theta)
        value, gradient = self(*parameters)
        return value, gradient * parameters


def log_likelihood(parameters: Mapping[str, float], history: SpendHistory) -> float:
    """Log-likelihood of the mean spends."""
    return _Likelihood(history)(*_ordered(parameters))[0]


def gradient(parameters: Mapping[str, float], history: SpendHistory) -> FloatArray:
    """Derivatives of ``log_likelihood`` by p, q, v."""
    return _Likelihood(history)(*_ordered(parameters))[1]


def fit(history: SpendHistory) -> Fit:
    """Maximum likelihood on those with positive repeat spend.

    A fit with q <= 1 is a maximum like others, but its population mean does not exist: the reason
    says so, and ``expected_spend`` gives NaN where it would be needed.
    """
    customers, rows = history.customers, len(history.x)
    if customers < LEAST_REPEATERS:
        gate = f"{customers} customers with positive repeat spend, {LEAST_REPEATERS} are needed"
        return not_enough_data(NAME, gate, customers, rows)
    scale = history.mean_of_means
    thin = history.thinned(PILOT_ROWS)
    found = maximise(
        NAME,
        PARAMETERS,
        _Likelihood(history, scale).by_log,
        STARTS,
        customers=customers,
        distinct_rows=rows,
        pilot=(_Likelihood(thin, scale).by_log, thin.count.sum()) if thin is not history else None,
    )
    return _in_money(found, scale)


def _in_money(found: Fit, scale: float) -> Fit:
    """The fit with v and the density in money instead of units of the mean spend."""
    parameters = {**found.parameters, "v": found.parameters["v"] * scale}
    error = found.standard_errors["v"]
    reason = found.reason
    if parameters["q"] <= 1:
        undefined = f"q = {parameters['q']:.3g} <= 1: the mean spend of the base is undefined"
        reason = f"{reason}; {undefined}" if reason else undefined
    assert found.log_likelihood is not None  # noqa: S101 - maximise always gives one
    return replace(
        found,
        reason=reason,
        parameters=parameters,
        standard_errors={
            **found.standard_errors,
            "v": None if error is None else error * scale,
        },
        log_likelihood=float(found.log_likelihood - found.customers * np.log(scale)),
    )


def population_mean(parameters: Mapping[str, float]) -> float:
    """Mean spend over the base, v p / (q - 1); NaN where q <= 1."""
    p, q, v = _ordered(parameters)
    return v * p / (q - 1) if q > 1 else float("nan")


def expected_spend(parameters: Mapping[str, float], x: ArrayLike, mean: ArrayLike) -> FloatArray:
    """Expected mean spend of each customer, given ``x`` positive repeat days of mean ``mean``.

    One-time buyers (x = 0, mean ignored) have the population mean; NaN where it is undefined.
    """
    p, _, _ = _ordered(parameters)
    shape, rate = _posterior(parameters, x, mean)
    return _where_above(shape, 1.0, p * rate, shape - 1)


def spend_variance(parameters: Mapping[str, float], x: ArrayLike, mean: ArrayLike) -> FloatArray:
    """Variance of the customer's true mean spend; NaN where it is infinite (p x + q <= 2)."""
    p, _, _ = _ordered(parameters)
    shape, rate = _posterior(parameters, x, mean)
    return _where_above(shape, 2.0, (p * rate) ** 2, (shape - 1) ** 2 * (shape - 2))


def spend_quantile(
    parameters: Mapping[str, float], x: ArrayLike, mean: ArrayLike, level: float
) -> FloatArray:
    """Quantile at ``level`` (0..1) of the customer's true mean spend."""
    p, _, _ = _ordered(parameters)
    shape, rate = _posterior(parameters, x, mean)
    return np.asarray(p * rate / gammainccinv(shape, level), np.float64)


def next_spend_quantile(
    parameters: Mapping[str, float], x: ArrayLike, mean: ArrayLike, level: float
) -> FloatArray:
    """Quantile at ``level`` (0..1) of what the customer spends on the next occasion."""
    p, _, _ = _ordered(parameters)
    shape, rate = _posterior(parameters, x, mean)
    share = betaincinv(p, shape, level)
    return np.asarray(rate * share / (1 - share), np.float64)


def _ordered(parameters: Mapping[str, float]) -> tuple[float, float, float]:
    return parameters["p"], parameters["q"], parameters["v"]


def _posterior(
    parameters: Mapping[str, float], x: ArrayLike, mean: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Shape and rate of the gamma distribution of nu for each customer."""
    p, q, v = _ordered(parameters)
    days = np.asarray(x, np.float64)
    total = np.where(days > 0, days * np.asarray(mean, np.float64), 0.0)
    return p * days + q, total + v


def _where_above(
    shape: FloatArray, least: float, numerator: FloatArray, denominator: FloatArray
) -> FloatArray:
    defined = shape > least
    return np.where(defined, numerator / np.where(defined, denominator, 1.0), np.nan)
