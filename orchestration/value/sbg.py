"""Shifted-beta-geometric: how long contracts are renewed.

Belongs here: the likelihood of renewals, its fit, retention, survival and discounted lifetime.
Does not belong here: prices, margins, and contracts that were renewed because nobody asked.

At each renewal a contract is lost with a probability that differs between contracts as
beta(alpha, beta). Retention rises with tenure because the loose ones leave first.
Fader & Hardie (2007), "How to Project Customer Retention"; (2010), "Customer-Base Valuation in a
Contractual Setting". Time counts in terms of the contract: renewal t ends term t, t = 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from orchestration.value.fitting import Fit, FloatArray, maximise, not_enough_data
from orchestration.value.purchase_history import LEAST_CUSTOMERS

NAME = "sbg"
PARAMETERS = ("alpha", "beta")

# alpha + beta at the start: strong, usual and little difference between contracts.
START_WEIGHTS = (0.5, 3.0, 30.0)
LEAST_LOST = 5  # below it the standard error of log alpha is above 1/2 even with beta known
PRECISION = 1e-12  # of discounted lifetimes, relative
MOST_TERMS = 1_000_000  # of a discounted sum; a daily term at 0.01 % a year needs more


@dataclass(frozen=True, eq=False)
class ContractHistory:
    """A life table: of the contracts ``due`` for their renewal number ``term``, ``lost`` ended.

    Arrays are float64 of shape (n,). A contract counts in every term whose end was observed, so
    contracts may start and be censored at any time, and those seen only from a later term on
    enter there. ``invalid_rows`` were left out (more lost than due, terms that are no number).
    """

    term: FloatArray
    due: FloatArray
    lost: FloatArray
    invalid_rows: int = 0

    @classmethod
    def from_life_table(cls, term: ArrayLike, due: ArrayLike, lost: ArrayLike) -> ContractHistory:
        """From counts by number of the renewal (1 is the first); terms may repeat (cohorts)."""
        columns = [np.atleast_1d(np.asarray(column, np.float64)) for column in (term, due, lost)]
        terms, dues, losses = columns
        with np.errstate(invalid="ignore"):
            valid = (terms >= 1) & (terms == np.floor(terms)) & (losses >= 0) & (losses <= dues)
        valid &= np.isfinite(terms) & np.isfinite(dues)
        refused = int((~valid).sum())
        found, where = np.unique(terms[valid], return_inverse=True)
        summed = [np.bincount(where, column[valid], minlength=len(found)) for column in columns[1:]]
        dues, losses = (column.astype(np.float64) for column in summed)
        seen = dues > 0
        return cls(found[seen], dues[seen], losses[seen], refused)

    @classmethod
    def from_contracts(
        cls, renewals: ArrayLike, is_ended: ArrayLike, count: ArrayLike | None = None
    ) -> ContractHistory:
        """From contracts: renewals made so far, and whether the next one was refused.

        A running contract is censored: it was due ``renewals`` times and never lost.
        """
        made = np.atleast_1d(np.asarray(renewals, np.int64))
        ended = np.atleast_1d(np.asarray(is_ended, bool))
        weights = np.ones(made.shape) if count is None else np.asarray(count, np.float64)
        valid = made >= 0
        made, ended, weights = made[valid], ended[valid], weights[valid]
        size = int(made.max(initial=0)) + 2
        lost = np.bincount(made[ended] + 1, weights[ended], minlength=size)
        last_due = np.bincount(made + ended, weights, minlength=size)
        due = np.cumsum(last_due[::-1])[::-1]
        table = cls.from_life_table(np.arange(1, size), due[1:], lost[1:])
        refused = int((~valid).sum())
        return cls(table.term, table.due, table.lost, refused)

    @classmethod
    def from_survivors(cls, survivors: ArrayLike) -> ContractHistory:
        """From one cohort: contracts alive after 0, 1, 2, ... renewals."""
        alive = np.asarray(survivors, np.float64)
        return cls.from_life_table(np.arange(1, len(alive)), alive[:-1], alive[:-1] - alive[1:])

    @cached_property
    def contracts(self) -> int:
        """Contracts that were due at least once (those entering late are not told apart)."""
        return int(self.due.max(initial=0.0))

    @cached_property
    def renewals_due(self) -> int:
        """Renewals that were decided."""
        return int(self.due.sum())

    def failed_gate(self) -> str | None:
        """Why no model should be fitted, or None."""
        lost = int(self.lost.sum())
        if self.contracts < LEAST_CUSTOMERS:
            return f"{self.contracts} contracts were due, at least {LEAST_CUSTOMERS} are needed"
        if len(self.term) < 2:
            return "only one renewal was ever due: two are needed to tell contracts apart"
        if lost < LEAST_LOST:
            return f"{lost} contracts were lost, at least {LEAST_LOST} are needed"
        return None


def log_likelihood(parameters: Mapping[str, float], history: ContractHistory) -> float:
    """Log-likelihood of the renewals decided."""
    return _value_and_gradient(*_ordered(parameters), history)[0]


def gradient(parameters: Mapping[str, float], history: ContractHistory) -> FloatArray:
    """Derivatives of ``log_likelihood`` by alpha and beta."""
    return _value_and_gradient(*_ordered(parameters), history)[1]


def _value_and_gradient(
    alpha: float, beta: float, history: ContractHistory
) -> tuple[float, FloatArray]:
    """As a product over renewals: exact for any tenure, where beta functions would cancel."""
    base = beta + history.term - 1
    both = alpha + base
    kept = history.due - history.lost
    value = float(history.lost @ np.log(alpha / both) + kept @ np.log(base / both))
    spread = float((history.due / both).sum())
    by_alpha = float(history.lost.sum()) / alpha - spread
    by_beta = float((kept / base).sum()) - spread
    return value, np.array([by_alpha, by_beta])


def fit(history: ContractHistory) -> Fit:
    """Maximum likelihood. Where retention does not rise with tenure, both parameters run to
    infinity: a boundary fit that predicts one constant retention rate."""
    customers, rows = history.contracts, len(history.term)
    gate = history.failed_gate()
    if gate:
        return not_enough_data(NAME, gate, customers, rows)

    def objective(theta: FloatArray) -> tuple[float, FloatArray]:
        parameters = np.exp(theta)
        value, slope = _value_and_gradient(parameters[0], parameters[1], history)
        return value, slope * parameters

    churn = min(max(float(history.lost.sum() / history.due.sum()), 0.01), 0.99)
    starts = [(churn * weight, (1 - churn) * weight) for weight in START_WEIGHTS]
    return maximise(NAME, PARAMETERS, objective, starts, customers=customers, distinct_rows=rows)


def retention_rate(parameters: Mapping[str, float], term: ArrayLike) -> FloatArray:
    """Probability that a contract which reached renewal number ``term`` is renewed, r_t."""
    alpha, beta = _ordered(parameters)
    base = beta + np.asarray(term, np.float64) - 1
    return np.asarray(base / (alpha + base))


def survival(parameters: Mapping[str, float], term: ArrayLike) -> FloatArray:
    """Probability that a new contract is renewed at least ``term`` times, S(t); S(0) = 1."""
    terms = np.asarray(term, np.int64)
    rates = retention_rate(parameters, np.arange(1, int(terms.max(initial=0)) + 1))
    return np.asarray(np.concatenate([[1.0], np.cumprod(rates)])[terms])


def expected_renewals(
    parameters: Mapping[str, float], survived: ArrayLike, terms: int
) -> FloatArray:
    """Renewals expected of a contract that ``survived`` n, in its next ``terms`` renewal dates."""
    start = np.asarray(survived, np.float64)
    rates = retention_rate(parameters, start[..., None] + np.arange(1, terms + 1))
    return np.asarray(np.cumprod(rates, axis=-1).sum(axis=-1))


def discounted_expected_lifetime(parameters: Mapping[str, float], rate_per_term: float) -> float:
    """DEL: sum over t >= 0 of S(t) / (1 + d)^t, terms paid at their start, the first one too.

    Infinite without discount where alpha <= 1.
    """
    residual = discounted_expected_residual_lifetime(parameters, 0, rate_per_term)
    return 1.0 + float(residual) / (1.0 + rate_per_term)


def discounted_expected_residual_lifetime(
    parameters: Mapping[str, float], survived: ArrayLike, rate_per_term: float
) -> FloatArray:
    """DERL of a contract that ``survived`` n renewals, just before its next one is decided.

    Sum over j >= 0 of S(n + 1 + j) / S(n) / (1 + d)^j: the next term counts in full if renewed.
    Discount it by the part of a term that is left until then. ``rate_per_term``: see
    ``term_rate``. It is r_(n+1) 2F1(1, beta + n + 1; alpha + beta + n + 1; 1 / (1 + d)), summed
    from its tail because DERL(n) = r_(n+1) (1 + DERL(n + 1) / (1 + d)): one pass serves every n
    and no special function has to be trusted near its singularity.
    """
    alpha, beta = _ordered(parameters)
    start = np.asarray(survived, np.int64)
    if rate_per_term <= 0:
        future = (beta + start) / (alpha - 1) if alpha > 1 else np.inf
        return np.broadcast_to(np.asarray(future, np.float64), start.shape).copy()
    most = int(start.max(initial=0))
    factor = 1.0 / (1.0 + rate_per_term)
    beyond = min(int(np.log(PRECISION * (1 - factor)) / np.log(factor)) + 1, MOST_TERMS)
    rates = retention_rate(parameters, np.arange(1, most + beyond + 2))
    value = float(rates[-1] / (1 - factor * rates[-1]))  # retention hardly rises any more
    found = np.empty(most + 1)
    for n in range(most + beyond, -1, -1):
        value = rates[n] * (1.0 + factor * value)
        if n <= most:
            found[n] = value
    return np.asarray(found[start])


def term_rate(annual_rate: float, terms_per_year: float) -> float:
    """The discount rate of one term that compounds to ``annual_rate`` in a year."""
    return float((1.0 + annual_rate) ** (1.0 / terms_per_year) - 1.0)


def gupta_lehmann_multiple(retention: ArrayLike, annual_rate: float) -> FloatArray:
    """What a yearly margin of 1 is worth at a constant yearly retention: r / (1 + i - r).

    The cross-check for thin data. Gupta & Lehmann (2003), "Customers as Assets".
    """
    kept = np.asarray(retention, np.float64)
    return np.asarray(kept / (1.0 + annual_rate - kept))


def _ordered(parameters: Mapping[str, float]) -> tuple[float, float]:
    return parameters["alpha"], parameters["beta"]
