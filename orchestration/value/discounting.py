"""What is to come, worth less the later it comes.

Belongs here: rates per year and per time unit, and discounted sums over anything that is expected
by a horizon. Does not belong here: money, and models.

Discounting is continuous: what comes after s time units counts exp(-rate * s). This is the limit
of the sum over periods that metrics.md C5 writes, needs no choice of a period, and agrees with the
published closed forms of DERT.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from orchestration.value.fitting import FloatArray
from orchestration.value.purchase_history import days_per_unit
from orchestration.value.quadrature import exponential_rule, unit_rule

# What is expected by horizons of shape (h,), for each row: (n, h).
ByHorizon = Callable[[FloatArray], FloatArray]

# Expectations are smooth in the horizon: 16 points give eight digits of a discounted year.
POINTS = 16


def continuous_rate(annual_rate: float, time_unit: str) -> float:
    """The continuously compounded rate per ``time_unit`` of a rate per year (0.10 for 10 %).

    Raises:
        ValueError: the rate is not above 0, so that an unlimited future has no finite value.
    """
    if not annual_rate > 0:
        raise ValueError(f"annual discount rate {annual_rate}: it has to be above 0")
    return float(np.log1p(annual_rate)) * days_per_unit(time_unit) / days_per_unit("year")


def discounted_increments(expected: ByHorizon, rate: float, horizon: float | None) -> FloatArray:
    """Integral of exp(-rate * s) over the increments of ``expected``, to ``horizon`` or for ever.

    By parts, so that only ``expected`` itself is needed. For ever it is the mean of ``expected``
    at an exponential moment with ``rate``: discounting is a chance to stop.
    """
    if horizon is None:
        points, weights = exponential_rule()
        return _weighted(expected(points / rate), weights)
    points, weights = unit_rule(POINTS)
    weights = weights * rate * horizon * np.exp(-rate * horizon * points)
    at_end = np.exp(-rate * horizon)
    return _weighted(expected(np.append(points, 1.0) * horizon), np.append(weights, at_end))


def discounted_span(survival: ByHorizon, rate: float, horizon: float | None) -> FloatArray:
    """Integral of exp(-rate * s) * survival(s), to ``horizon`` or for ever."""
    if horizon is None:
        points, weights = exponential_rule()
        return _weighted(survival(points / rate), weights) / rate
    points, weights = unit_rule(POINTS)
    weights = weights * horizon * np.exp(-rate * horizon * points)
    return _weighted(survival(points * horizon), weights)


def _weighted(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted sum of each row; not by BLAS, for the reason that ``fitting.dot`` gives."""
    return np.asarray(np.einsum("ij,j->i", values, weights))
