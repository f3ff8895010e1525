"""What the purchase models share: a process of buying and dropping out, seen as (x, t_x, T).

Belongs here: everything that follows from a likelihood, P(alive) and the future of a customer who
is alive. Does not belong here: a particular model's mathematics (``bgnbd.py`` and its siblings).

In all four models, given that the customer is alive at T, rate and dropout are independent and
depend on (x, T) alone. So each figure is P(alive) times one that is computed once per (x, T).

Units: t_x, T and horizons in the history's time unit, rates of discount per time unit and
continuously compounded (``discounting.py`` converts). Arrays are of shape (n,), one value per row.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from orchestration.value.discounting import discounted_increments, discounted_span
from orchestration.value.fitting import (
    HIGHEST,
    LOWEST,
    Fit,
    FloatArray,
    Objective,
    dot,
    maximise,
    not_enough_data,
)
from orchestration.value.purchase_history import PurchaseHistory, distinct_rows

Parameters = Mapping[str, float]

# Rows per block: its temporaries stay in the processor's cache, and memory does not grow with n.
BLOCK = 16_384
# Rows of the sample on which starts are tried.
PILOT_CUSTOMERS = 4_000
# With fewer rows a sample saves little.
LEAST_ROWS_FOR_PILOT = 3 * PILOT_CUSTOMERS


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a history with the distinct x beside: gamma functions are needed for these only."""

    x: FloatArray
    t_x: FloatArray
    t: FloatArray

    @cached_property
    def levels(self) -> tuple[FloatArray, np.ndarray]:
        """Distinct x, and for each row which of them it has."""
        values, at = np.unique(self.x, return_inverse=True)
        return values, at

    @classmethod
    def of(cls, x: ArrayLike, t_x: ArrayLike, t: ArrayLike) -> Rows:
        """From anything that numpy turns into arrays of one shape."""
        columns = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (x, t_x, t))
        )
        return cls(*columns)

    def __len__(self) -> int:
        return len(self.x)


class PurchaseModel(ABC):
    """A model of repeat purchases. ``parameter_names`` gives the order of parameter vectors."""

    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]
    # Parameters that are times; their limits move with the time unit.
    time_parameters: ClassVar[tuple[str, ...]] = ("alpha",)

    # What a model says of itself

    @abstractmethod
    def row_terms(self, values: FloatArray, rows: Rows) -> tuple[FloatArray, list[FloatArray]]:
        """Log-likelihood of each row, and its derivative by the log of each parameter."""

    @abstractmethod
    def starts(self, history: PurchaseHistory) -> list[tuple[float, ...]]:
        """Parameters to start the search from."""

    @abstractmethod
    def row_alive(self, values: FloatArray, rows: Rows) -> FloatArray:
        """P(alive at T | x, t_x, T)."""

    @abstractmethod
    def alive_expectation(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """E[purchases in (T, T + h] | x, T, alive at T] of shape (n, horizons)."""

    @abstractmethod
    def alive_at_least(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizon: float, most: int
    ) -> FloatArray:
        """P(at least 0, 1, ..., ``most`` purchases in (T, T + horizon] | x, T, alive at T).

        Shape (n, most + 1), the first column 1.
        """

    @abstractmethod
    def alive_survival(
        self, values: FloatArray, x: FloatArray, t: FloatArray, horizons: FloatArray
    ) -> FloatArray:
        """P(still alive at T + h | x, T, alive at T) of shape (n, horizons)."""

    # Likelihood and fit

    def log_likelihood(
        self, parameters: Parameters, x: ArrayLike, t_x: ArrayLike, t: ArrayLike
    ) -> FloatArray:
        """Log-likelihood of each row."""
        return self.row_terms(self._vector(parameters), Rows.of(x, t_x, t))[0]

    def gradient(
        self, parameters: Parameters, x: ArrayLike, t_x: ArrayLike, t: ArrayLike
    ) -> FloatArray:
        """Its derivative by the log of each parameter, of shape (parameters, n)."""
        return np.array(self.row_terms(self._vector(parameters), Rows.of(x, t_x, t))[1])

    def objective(self, history: PurchaseHistory) -> Objective:
        """Total log-likelihood of a history and its gradient, as functions of log-parameters."""
        blocks = [
            (Rows(history.x[part], history.t_x[part], history.t[part]), history.count[part])
            for part in _blocks(len(history.x))
        ]

        def total(theta: FloatArray) -> tuple[float, FloatArray]:
            values = np.exp(theta)
            likelihood, gradient = 0.0, np.zeros(len(theta))
            for rows, count in blocks:
                terms, slopes = self.row_terms(values, rows)
                likelihood += dot(count, terms)
                gradient += [dot(count, slope) for slope in slopes]
            return likelihood, gradient

        return total

    def fit(self, history: PurchaseHistory) -> Fit:
        """Maximum likelihood estimates; what the data do not allow is in the status."""
        gate = history.failed_gate()
        if gate:
            return not_enough_data(self.name, gate, history.customers, len(history.x))
        pilot = None
        if len(history.x) > LEAST_ROWS_FOR_PILOT:
            sample = history.thinned(PILOT_CUSTOMERS)
            pilot = (self.objective(sample), sample.customers)
        scale = history.mean_time
        return maximise(
            self.name,
            self.parameter_names,
            self.objective(history),
            self.starts(history),
            customers=history.customers,
            distinct_rows=len(history.x),
            limits=[
                (LOWEST * scale, HIGHEST * scale)
                if name in self.time_parameters
                else (LOWEST, HIGHEST)
                for name in self.parameter_names
            ],
            pilot=pilot,
        )

    # What is to come, given what was seen

    def probability_alive(
        self, parameters: Parameters, x: ArrayLike, t_x: ArrayLike, t: ArrayLike
    ) -> FloatArray:
        """P(alive at T | x, t_x, T)."""
        return self.row_alive(self._vector(parameters), Rows.of(x, t_x, t))

    def expected_purchases(
        self,
        parameters: Parameters,
        x: ArrayLike,
        t_x: ArrayLike,
        t: ArrayLike,
        horizon: float | Sequence[float],
    ) -> FloatArray:
        """E[purchases in (T, T + horizon] | x, t_x, T]: (n,), or (n, horizons) for several."""
        values, rows = self._vector(parameters), Rows.of(x, t_x, t)
        horizons = np.atleast_1d(np.asarray(horizon, dtype=np.float64))
        future = self._by_state(
            rows, lambda x, t: self.alive_expectation(values, x, t, horizons), len(horizons)
        )
        future *= self.row_alive(values, rows)[:, None]
        return future[:, 0] if np.ndim(horizon) == 0 else future

    def expected_purchases_new(
        self, parameters: Parameters, horizon: float | Sequence[float]
    ) -> FloatArray:
        """E[repeat purchases of a new customer in (0, horizon]], one value per horizon.

        A new customer is one with x = t_x = T = 0: in MBG/NBD she may drop out at once.
        """
        horizons = np.atleast_1d(np.asarray(horizon, dtype=np.float64))
        return self.expected_purchases(parameters, 0, 0, 0, horizons.tolist())[0]

    def probability_of_no_purchase(
        self, parameters: Parameters, x: ArrayLike, t_x: ArrayLike, t: ArrayLike, horizon: float
    ) -> FloatArray:
        """P(no purchase in (T, T + horizon] | x, t_x, T)."""
        return self.purchase_distribution(parameters, x, t_x, t, horizon, 0)[:, 0]

    def purchase_distribution(
        self,
        parameters: Parameters,
        x: ArrayLike,
        t_x: ArrayLike,
        t: ArrayLike,
        horizon: float,
        most: int,
    ) -> FloatArray:
        """P(exactly 0, 1, ..., ``most`` purchases in (T, T + horizon]): (n, most + 1)."""
        values, rows = self._vector(parameters), Rows.of(x, t_x, t)
        at_least = self._by_state(
            rows, lambda x, t: self.alive_at_least(values, x, t, horizon, most + 1), most + 2
        )
        at_least[:, 1:] *= self.row_alive(values, rows)[:, None]
        return at_least[:, :-1] - at_least[:, 1:]

    def purchase_distribution_new(
        self, parameters: Parameters, horizon: float, most: int
    ) -> FloatArray:
        """P(X(horizon) = 0, 1, ..., ``most``) of a new customer."""
        return self.purchase_distribution(parameters, 0, 0, 0, horizon, most)[0]

    def discounted_purchases(
        self,
        parameters: Parameters,
        x: ArrayLike,
        t_x: ArrayLike,
        t: ArrayLike,
        *,
        discount_rate: float,
        horizon: float | None = None,
    ) -> FloatArray:
        """Expected purchases after T, each times exp(-discount_rate * time to it).

        Without ``horizon`` all of the future counts: the discounted expected residual
        transactions (DERT) of Fader, Hardie and Lee 2005, "RFM and CLV".
        """
        values, rows = self._vector(parameters), Rows.of(x, t_x, t)
        future = self._by_state(
            rows,
            lambda x, t: discounted_increments(
                lambda horizons: self.alive_expectation(values, x, t, horizons),
                discount_rate,
                horizon,
            )[:, None],
            1,
        )
        return future[:, 0] * self.row_alive(values, rows)

    def expected_remaining_lifetime(
        self,
        parameters: Parameters,
        x: ArrayLike,
        t_x: ArrayLike,
        t: ArrayLike,
        *,
        discount_rate: float,
        horizon: float | None = None,
    ) -> FloatArray:
        """Expected time alive after T, a moment at distance s counting exp(-discount_rate * s).

        Undiscounted and without horizon the mean does not exist for a <= 1 or s <= 1, which is
        what real bases show (CDNOW: a = 0.79, s = 0.61). Discounted it is the span to which the
        discounted purchases belong: their quotient is a yearly rate.
        """
        values, rows = self._vector(parameters), Rows.of(x, t_x, t)
        future = self._by_state(
            rows,
            lambda x, t: discounted_span(
                lambda horizons: self.alive_survival(values, x, t, horizons),
                discount_rate,
                horizon,
            )[:, None],
            1,
        )
        return future[:, 0] * self.row_alive(values, rows)

    # Inside

    def _vector(self, parameters: Parameters) -> FloatArray:
        return np.array([parameters[name] for name in self.parameter_names], dtype=np.float64)

    def _by_state(
        self,
        rows: Rows,
        compute: Callable[[FloatArray, FloatArray], FloatArray],
        columns: int,
    ) -> FloatArray:
        """``compute(x, t)`` once per distinct (T, x), in blocks of neighbouring T."""
        first, at = distinct_rows(rows.t, rows.x)
        x, t = rows.x[first], rows.t[first]
        states = np.empty((len(first), columns))
        with np.errstate(under="ignore"):
            for part in _blocks(len(first), BLOCK // 8):
                states[part] = compute(x[part], t[part])
        return states[at]


def _blocks(length: int, size: int = BLOCK) -> list[slice]:
    return [slice(start, start + size) for start in range(0, length, size)]
