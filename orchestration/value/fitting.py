"""Maximum likelihood over log-parameters: the search, standard errors, and an honest status.

Belongs here: what every model shares when it is fitted. Does not belong here: likelihoods, gates
on data (``purchase_history.py``), and the choice between models (``models.py``).

Data never make a fit raise: what went wrong is its ``status`` and ``reason``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

FloatArray = NDArray[np.float64]
Status = Literal["converged", "boundary", "fallback", "not_enough_data"]
# Total log-likelihood and its gradient, both at log-parameters.
Objective = Callable[[FloatArray], tuple[float, FloatArray]]

# Parameters are searched between these; on the way to one of them they are no estimates any more.
LOWEST, HIGHEST = 1e-5, 1e5
# With a log-standard error of 2 the 95 % interval spans a factor of 50 either way: the data do not
# know the magnitude, and such a fit comes and goes from one day to the next.
WIDEST_LOG_ERROR = 2.0
# Gradient of the mean log-likelihood by log-parameter at which the search has arrived. The step
# that is left is then below a hundredth of a standard error up to ten million customers.
ARRIVED = 1e-7
DIFFERENCE_STEP = 1e-4
NEWTON_STEPS = 12


@dataclass(frozen=True)
class Fit:
    """What a fit found. ``parameters`` is empty when there was not enough data.

    ``standard_errors`` are of the parameters themselves (delta method) and None on a boundary;
    ``log_covariance`` is of the log-parameters, in the order of ``parameters``.
    """

    model: str
    status: Status
    reason: str | None
    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    log_covariance: FloatArray | None
    log_likelihood: float | None
    customers: int
    distinct_rows: int
    iterations: int
    seconds: float

    @property
    def is_interior(self) -> bool:
        """Whether the estimate is a maximum inside the parameter space, with standard errors."""
        return self.status == "converged"

    @property
    def has_parameters(self) -> bool:
        """Whether anything can be computed from it."""
        return bool(self.parameters)


def not_enough_data(model: str, gate: str, customers: int, distinct_rows: int) -> Fit:
    """The fit that was not tried, with the gate that refused."""
    return Fit(
        model=model,
        status="not_enough_data",
        reason=gate,
        parameters={},
        standard_errors={},
        log_covariance=None,
        log_likelihood=None,
        customers=customers,
        distinct_rows=distinct_rows,
        iterations=0,
        seconds=0.0,
    )


def dot(left: FloatArray, right: FloatArray) -> float:
    """Sum of products of two vectors, on one thread.

    BLAS starts threads above ten thousand elements: they wait for each other longer than they
    compute (a fit of a million customers took 0.8 s without and 5 s with them on 2 busy cores),
    and the last digits depend on their number.
    """
    return float(np.einsum("i,i->", left, right))


@dataclass(frozen=True)
class _Point:
    """A place in the search: log-parameters, minus the mean log-likelihood, evaluations so far."""

    theta: FloatArray
    value: float
    evaluations: int


def maximise(
    model: str,
    names: Sequence[str],
    objective: Objective,
    starts: Sequence[Sequence[float]],
    *,
    customers: int,
    distinct_rows: int,
    limits: Sequence[tuple[float, float]] | None = None,
    pilot: tuple[Objective, float] | None = None,
) -> Fit:
    """Maximise ``objective`` from each of ``starts`` and report the best.

    Args:
        names: parameters, in the order of the vectors that ``objective`` takes.
        starts: parameters (not logs) to start from; the order decides between equals.
        customers: what the total log-likelihood is divided by, so that tolerances mean the same
            for any size of base.
        limits: lowest and highest value of each parameter; LOWEST and HIGHEST by default.
        pilot: the objective over a thin sample and its number of customers. The starts are then
            tried on the sample, and all rows only see the best of them.
    """
    began = perf_counter()
    bounds = np.log(limits if limits is not None else [(LOWEST, HIGHEST)] * len(names))
    mean = _mean_loss(objective, customers)
    # One thread: with a handful of parameters the others only wait, for half of all CPU time.
    with np.errstate(all="ignore"), threadpool_limits(1):
        first = _mean_loss(*pilot) if pilot else mean
        tried = [_search(first, _inside(np.log(start), bounds), bounds) for start in starts]
        best = min(tried, key=lambda point: point.value)
        evaluations = sum(point.evaluations for point in tried)
        if pilot:
            best = _refine(mean, best.theta, _hessian(first, best.theta), bounds)
            evaluations += best.evaluations
        hessian = _hessian(mean, best.theta)
        # Taken whatever its value: so near the maximum rounding decides which of two is lower, and
        # what was not polished is off by a millionth, differently on every kind of processor.
        polished = _refine(mean, best.theta, hessian, bounds)
        if np.max(np.abs(polished.theta - best.theta), initial=0.0) > DIFFERENCE_STEP:
            hessian = _hessian(mean, polished.theta)
        best = polished
        evaluations += polished.evaluations + 4 * len(names)
        reason = _why_not_interior(names, mean, best.theta, hessian, bounds, customers)
    estimates = np.exp(best.theta)
    covariance = None if reason else np.linalg.inv(hessian * customers).astype(np.float64)
    errors = None if covariance is None else estimates * np.sqrt(np.diag(covariance))
    return Fit(
        model=model,
        status="boundary" if reason else "converged",
        reason=reason,
        parameters=dict(zip(names, estimates.tolist(), strict=True)),
        standard_errors={
            name: None if errors is None else float(errors[i]) for i, name in enumerate(names)
        },
        log_covariance=covariance,
        log_likelihood=-best.value * customers,
        customers=customers,
        distinct_rows=distinct_rows,
        iterations=evaluations,
        seconds=perf_counter() - began,
    )


def _mean_loss(objective: Objective, customers: float) -> Objective:
    """Minus the mean log-likelihood; where it is not finite, a wall that a line search backs off.

    The wall is high and finite: an infinite value ends L-BFGS-B instead of turning it round.
    """

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        total, gradient = objective(theta)
        if not (np.isfinite(total) and np.isfinite(gradient).all()):
            return 1e10, np.zeros_like(theta)
        return -total / customers, -gradient / customers

    return loss


def _inside(theta: FloatArray, bounds: FloatArray) -> FloatArray:
    return np.clip(theta, bounds[:, 0], bounds[:, 1])


def _search(loss: Objective, start: FloatArray, bounds: FloatArray) -> _Point:
    """Quasi-Newton descent from ``start``."""
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 500, "maxfun": 1000, "ftol": 1e-15, "gtol": ARRIVED / 10},
    )
    return _Point(_inside(found.x, bounds), float(found.fun), int(found.nfev))


def _refine(loss: Objective, theta: FloatArray, hessian: FloatArray, bounds: FloatArray) -> _Point:
    """Newton steps with one Hessian for all; back to the descent where they do not lead down."""
    value, gradient = loss(theta)
    evaluations = 1
    # The floor keeps a flat direction from throwing the step out of the region.
    scale, directions = np.linalg.eigh(hessian)
    scale = np.maximum(np.abs(scale), 1e-9)
    for _ in range(NEWTON_STEPS):
        if np.max(np.abs(gradient)) < ARRIVED / 100:
            return _Point(theta, value, evaluations)
        step = -directions @ ((directions.T @ gradient) / scale)
        step *= min(1.0, 1.0 / float(np.max(np.abs(step), initial=1e-300)))
        trial = _inside(theta + step, bounds)
        trial_value, trial_gradient = loss(trial)
        evaluations += 1
        # Near the maximum rounding decides about the value, the gradient still tells.
        falls = trial_value < value or np.abs(trial_gradient).max() < np.abs(gradient).max()
        if not falls or trial_value > value + 1e-9 * abs(value):
            break
        theta, value, gradient = trial, trial_value, trial_gradient
    if np.max(np.abs(gradient)) < ARRIVED:
        return _Point(theta, value, evaluations)
    found = _search(loss, theta, bounds)
    best = found if found.value < value else _Point(theta, value, 0)
    return _Point(best.theta, best.value, evaluations + found.evaluations)


def _hessian(loss: Objective, theta: FloatArray) -> FloatArray:
    """Second derivatives as central differences of the analytic gradient, made symmetric."""
    rows = []
    for i in range(len(theta)):
        step = np.zeros_like(theta)
        step[i] = DIFFERENCE_STEP
        rows.append((loss(theta + step)[1] - loss(theta - step)[1]) / (2 * DIFFERENCE_STEP))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def _why_not_interior(
    names: Sequence[str],
    loss: Objective,
    theta: FloatArray,
    hessian: FloatArray,
    bounds: FloatArray,
    customers: int,
) -> str | None:
    """Why this is no maximum to believe in, naming parameters; None when it is one."""
    low = [n for n, at, lowest in zip(names, theta, bounds[:, 0], strict=True) if at < lowest + 0.1]
    high = [n for n, at, most in zip(names, theta, bounds[:, 1], strict=True) if at > most - 0.1]
    if low or high:
        ran = [f"{name} towards zero" for name in low]
        ran += [f"{name} towards infinity" for name in high]
        return "ran to its limit: " + ", ".join(ran)
    if not np.isfinite(hessian).all():
        return "the likelihood is not finite around the best point"
    values, directions = np.linalg.eigh(hessian)
    weights = np.abs(directions[:, 0])
    flat = ", ".join(n for n, w in zip(names, weights, strict=True) if w >= 0.5 * weights.max())
    if values[0] <= 0:
        return f"not identified: no maximum along {flat}"
    errors = np.sqrt(np.diag(np.linalg.inv(hessian * customers)))
    if errors.max() > WIDEST_LOG_ERROR:
        return f"not identified: the data leave the magnitude of {flat} open"
    slope = float(np.max(np.abs(loss(theta)[1])))
    if slope > ARRIVED * 100:
        return f"the search ended on a slope of {slope:.1g} per customer along {flat}"
    return None
