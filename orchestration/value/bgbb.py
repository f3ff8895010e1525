"""BG/BB: buying at discrete opportunities (events, yearly giving), with silent departure.

Belongs here: the likelihood of (x, t_x, n), its fit, P(alive) and what is still to come. Does not
belong here: buying in continuous time (the other models) and what counts as an opportunity.

While active, a customer buys at each opportunity with a probability that differs as
beta(alpha, beta); before each one he leaves for good with a probability that differs as
beta(gamma, delta). x opportunities were used of n, the last one at number t_x (0 if none).
Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting".

Given that he is still active after n, a customer is a new one with the parameters
(alpha + x, beta + n - x, gamma, delta + n): everything about the future is P(alive) times that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orchestration.value import sbg
from orchestration.value.fitting import Fit, FloatArray, dot, maximise, not_enough_data
from orchestration.value.purchase_history import LEAST_CUSTOMERS, LEAST_REPEATERS, distinct_rows

NAME = "bgbb"
PARAMETERS = ("alpha", "beta", "gamma", "delta")
IntArray = NDArray[np.int64]

STARTS = ((1.0, 1.0, 1.0, 3.0), (0.5, 2.0, 0.5, 10.0), (3.0, 3.0, 1.0, 1.0))
LEAST_OPPORTUNITIES = 3  # with two, buying rarely and having left cannot be told apart
# Rows times opportunities after the last purchase: about 0.2 s for each evaluation.
MOST_TERMS = 3_000_000


@dataclass(frozen=True, eq=False)
class OpportunityHistory:
    """Distinct (x, t_x, n) as int64 of shape (rows,), with ``count`` customers as float64.

    ``invalid_customers`` were left out because the three contradict each other.
    """

    x: IntArray
    t_x: IntArray
    n: IntArray
    count: FloatArray
    invalid_customers: int = 0

    @classmethod
    def from_customers(
        cls, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, count: ArrayLike | None = None
    ) -> OpportunityHistory:
        """From customers, or groups of ``count`` like customers."""
        given = np.broadcast_arrays(*(np.atleast_1d(np.asarray(c, float)) for c in (x, t_x, n)))
        weights = np.ones(given[0].shape) if count is None else np.asarray(count, np.float64)
        valid = _are_consistent(*given)
        used, last, offered = (column[valid] for column in given)
        rows, position = distinct_rows(used, last, offered)
        counts = np.bincount(position, weights[valid], minlength=len(rows)).astype(np.float64)
        kept = [column[rows].astype(np.int64) for column in (used, last, offered)]
        return cls(kept[0], kept[1], kept[2], counts, int(weights[~valid].sum()))

    @cached_property
    def customers(self) -> int:
        """Number of customers."""
        return int(self.count.sum())

    def failed_gate(self) -> str | None:
        """Why no model should be fitted, or None."""
        active = int(self.count[self.x > 0].sum())
        most = int(self.n.max(initial=0))
        terms = int((self.n - self.t_x + 1).sum())
        if self.customers < LEAST_CUSTOMERS:
            return f"{self.customers} customers, at least {LEAST_CUSTOMERS} are needed"
        if active < LEAST_REPEATERS:
            return f"{active} customers used an opportunity, at least {LEAST_REPEATERS} are needed"
        if most < LEAST_OPPORTUNITIES:
            return f"{most} opportunities, at least {LEAST_OPPORTUNITIES} are needed"
        if terms > MOST_TERMS:
            return f"{most} opportunities are too many: use a model in continuous time"
        return None


def _are_consistent(x: FloatArray, t_x: FloatArray, n: FloatArray) -> NDArray[np.bool_]:
    finite = np.isfinite(x) & np.isfinite(t_x) & np.isfinite(n)
    whole = (x == np.floor(x)) & (t_x == np.floor(t_x)) & (n == np.floor(n))
    return finite & whole & (x >= 0) & (x <= t_x) & (t_x <= n) & ((x > 0) == (t_x > 0))


class _Likelihood:
    """Log-likelihood of each distinct row and its gradient.

    A row is a sum over when the customer can have left: after opportunity m = t_x .. n - 1, or
    not yet. Every beta function is a ratio of rising factorials, so that ln and derivative come
    from one table of sums for each parameter, without cancellation at large values.
    """

    def __init__(self, x: IntArray, t_x: IntArray, n: IntArray) -> None:
        lengths = n - t_x + 1
        self.first = np.cumsum(lengths) - lengths
        self.row = np.repeat(np.arange(len(x)), lengths)
        within = np.arange(len(self.row)) - self.first[self.row]
        self.m = t_x[self.row] + within
        self.x = x[self.row]
        self.stayed = self.m == n[self.row]
        self.last = self.first + lengths - 1
        self.most = int(n.max(initial=0))

    def terms(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """ln of every term, and of every row."""
        alpha, beta, gamma, delta = parameters
        bought = _log_rising(alpha, self.most)[self.x]
        passed = _log_rising(beta, self.most)[self.m - self.x]
        offered = _log_rising(alpha + beta, self.most)[self.m]
        left = np.log(gamma) - _log_rising(gamma + delta, self.most + 1)[self.m + 1]
        not_left = -_log_rising(gamma + delta, self.most)[self.m]
        held = _log_rising(delta, self.most)[self.m] + np.where(self.stayed, not_left, left)
        log_term = bought + passed - offered + held
        highest = np.maximum.reduceat(log_term, self.first)
        total = np.add.reduceat(np.exp(log_term - highest[self.row]), self.first)
        return log_term, highest + np.log(total)

    def __call__(self, parameters: FloatArray, count: FloatArray) -> tuple[float, FloatArray]:
        alpha, beta, gamma, delta = parameters
        log_term, log_row = self.terms(parameters)
        weight = np.exp(log_term - log_row[self.row]) * count[self.row]
        offered = _rising_slope(alpha + beta, self.most)[self.m]
        ended = _rising_slope(gamma + delta, self.most + 1)[self.m + ~self.stayed]
        slope = np.array(
            [
                dot(weight, _rising_slope(alpha, self.most)[self.x] - offered),
                dot(weight, _rising_slope(beta, self.most)[self.m - self.x] - offered),
                dot(weight, np.where(self.stayed, 0.0, 1.0 / gamma) - ended),
                dot(weight, _rising_slope(delta, self.most)[self.m] - ended),
            ]
        )
        return dot(count, log_row), slope


def _log_rising(base: float, most: int) -> FloatArray:
    """ln of base (base + 1) ... (base + k - 1) for k = 0 .. most."""
    return np.concatenate([[0.0], np.cumsum(np.log(base + np.arange(most)))])


def _rising_slope(base: float, most: int) -> FloatArray:
    """Derivative of ``_log_rising`` by base."""
    return np.concatenate([[0.0], np.cumsum(1.0 / (base + np.arange(most)))])


def log_likelihood(parameters: Mapping[str, float], history: OpportunityHistory) -> float:
    """Log-likelihood of the customers' (x, t_x, n)."""
    likelihood = _Likelihood(history.x, history.t_x, history.n)
    return likelihood(_ordered(parameters), history.count)[0]


def gradient(parameters: Mapping[str, float], history: OpportunityHistory) -> FloatArray:
    """Derivatives of ``log_likelihood`` by alpha, beta, gamma, delta."""
    likelihood = _Likelihood(history.x, history.t_x, history.n)
    return likelihood(_ordered(parameters), history.count)[1]


def fit(history: OpportunityHistory) -> Fit:
    """Maximum likelihood."""
    customers, rows = history.customers, len(history.x)
    gate = history.failed_gate()
    if gate:
        return not_enough_data(NAME, gate, customers, rows)
    likelihood = _Likelihood(history.x, history.t_x, history.n)

    def objective(theta: FloatArray) -> tuple[float, FloatArray]:
        parameters = np.exp(theta)
        value, slope = likelihood(parameters, history.count)
        return value, slope * parameters

    return maximise(NAME, PARAMETERS, objective, STARTS, customers=customers, distinct_rows=rows)


def probability_alive(
    parameters: Mapping[str, float],
    x: ArrayLike,
    t_x: ArrayLike,
    n: ArrayLike,
    *,
    ahead: int = 1,
) -> FloatArray:
    """Probability of being active at opportunity n + ``ahead``; the paper's P(alive) is ahead 1.

    ``ahead`` 0 asks for the moment just after opportunity n.
    """
    offered = np.atleast_1d(np.asarray(n, np.int64))
    now = _alive_now(parameters, x, t_x, n)
    table = sbg.survival(_dropout(parameters), np.arange(int(offered.max(initial=0)) + ahead + 1))
    return np.asarray(now * table[offered + ahead] / table[offered])


def expected_purchases(
    parameters: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, n: ArrayLike, periods: int
) -> FloatArray:
    """Purchases expected at the next ``periods`` opportunities."""
    offered = np.atleast_1d(np.asarray(n, np.int64))
    distinct, where = np.unique(offered, return_inverse=True)
    stays = sbg.expected_renewals(_dropout(parameters), distinct, periods)
    return _alive_now(parameters, x, t_x, n) * _buying(parameters, x, n) * stays[where]


def expected_purchases_new(parameters: Mapping[str, float], periods: int) -> float:
    """Purchases expected of a new customer at his first ``periods`` opportunities."""
    return float(expected_purchases(parameters, 0, 0, 0, periods)[0])


def discounted_purchases(
    parameters: Mapping[str, float],
    x: ArrayLike,
    t_x: ArrayLike,
    n: ArrayLike,
    *,
    rate_per_period: float,
) -> FloatArray:
    """DERT: purchases still to come, the one at opportunity n + j discounted by j periods.

    ``rate_per_period``: see ``sbg.term_rate``. Infinite without discount where gamma <= 1.
    """
    stays = sbg.discounted_expected_residual_lifetime(
        _dropout(parameters), np.atleast_1d(np.asarray(n, np.int64)), rate_per_period
    ) / (1.0 + rate_per_period)
    return _alive_now(parameters, x, t_x, n) * _buying(parameters, x, n) * stays


def purchase_distribution(
    parameters: Mapping[str, float],
    x: ArrayLike,
    t_x: ArrayLike,
    n: ArrayLike,
    periods: int,
    most: int,
) -> FloatArray:
    """P(exactly 0, 1, ..., ``most`` purchases at the next ``periods``): (rows, most + 1)."""
    alive = _alive_now(parameters, x, t_x, n)[:, None]
    states, where = np.unique(_shifted(parameters, x, n), axis=0, return_inverse=True)
    while_active = np.array(
        [[_chance_while_active(state, k, periods) for k in range(most + 1)] for state in states]
    ).reshape(-1, most + 1)
    chance = alive * while_active[where.reshape(-1)]
    chance[:, :1] += 1.0 - alive
    return np.asarray(chance)


def purchase_distribution_new(
    parameters: Mapping[str, float], periods: int, most: int
) -> FloatArray:
    """P(X(periods) = 0, 1, ..., ``most``) of a new customer."""
    return np.asarray(purchase_distribution(parameters, 0, 0, 0, periods, most)[0])


def probability_of_no_purchase(
    parameters: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, n: ArrayLike, periods: int
) -> FloatArray:
    """Probability of no purchase at any of the next ``periods`` opportunities."""
    return np.asarray(purchase_distribution(parameters, x, t_x, n, periods, 0)[:, 0])


def _chance_while_active(parameters: FloatArray, purchases: int, periods: int) -> float:
    """Probability that a new customer with these parameters buys so often."""
    if not 0 <= purchases <= periods:
        return 0.0
    alpha, beta, gamma, delta = parameters
    m = np.arange(purchases, periods + 1)  # the last opportunity at which he was active
    ways = _log_rising(1.0, periods)
    log_term = ways[m] - ways[purchases] - ways[m - purchases]
    log_term += _log_rising(alpha, periods)[purchases] + _log_rising(beta, periods)[m - purchases]
    log_term += _log_rising(delta, periods)[m] - _log_rising(alpha + beta, periods)[m]
    log_term[:-1] += np.log(gamma) - _log_rising(gamma + delta, periods + 1)[m[:-1] + 1]
    log_term[-1] -= _log_rising(gamma + delta, periods)[periods]
    return float(np.exp(log_term).sum())


def _alive_now(
    parameters: Mapping[str, float], x: ArrayLike, t_x: ArrayLike, n: ArrayLike
) -> FloatArray:
    """Probability of being active just after opportunity n: the share of the last term."""
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(c, np.int64)) for c in (x, t_x, n)))
    likelihood = _Likelihood(*columns)
    log_term, log_row = likelihood.terms(_ordered(parameters))
    return np.asarray(np.exp(log_term[likelihood.last] - log_row))


def _buying(parameters: Mapping[str, float], x: ArrayLike, n: ArrayLike) -> FloatArray:
    """Expected probability of buying at an opportunity while active."""
    alpha, beta, _, _ = _ordered(parameters)
    used, offered = np.asarray(x, np.float64), np.asarray(n, np.float64)
    return np.atleast_1d((alpha + used) / (alpha + beta + offered))


def _shifted(parameters: Mapping[str, float], x: ArrayLike, n: ArrayLike) -> FloatArray:
    """The parameters of each customer as if new, given that he is active; shape (rows, 4)."""
    used, offered = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(column, np.float64)) for column in (x, n))
    )
    added = np.stack([used, offered - used, np.zeros_like(used), offered], axis=1)
    return np.asarray(_ordered(parameters) + added)


def _dropout(parameters: Mapping[str, float]) -> dict[str, float]:
    """Staying active is being renewed at every opportunity."""
    return {"alpha": parameters["gamma"], "beta": parameters["delta"]}


def _ordered(parameters: Mapping[str, float]) -> FloatArray:
    return np.array([parameters[name] for name in PARAMETERS])
