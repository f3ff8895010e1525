"""Logit of staying on three covariates: gates, separation, maximum likelihood.

Belongs here: what may be fitted, and the fit by statsmodels. Does not belong here: reading patterns
and the table of results.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from orchestration.retention.patterns import COVARIATES, FloatArray, Patterns

TERMS = ("intercept", *COVARIATES)
Z_95 = 1.959963984540054
SEPARATED = (
    1e-7  # the linear programme's optimum is 0 without separation, and of the order of 1 with
)
GRADIENT_PER_CUSTOMER = 1e-6  # what is left of the gradient where the fit has converged


@dataclass(frozen=True, eq=False)
class LogitFit:
    """Estimates by term where ``status`` is converged; else why there are none."""

    status: str  # converged, separation, not_converged or not_enough_data
    reason: str | None = None
    coefficients: FloatArray | None = None
    standard_errors: FloatArray | None = None
    log_likelihood: float | None = None
    null_log_likelihood: float | None = None

    @property
    def pseudo_r2(self) -> float | None:
        """McFadden's: the share of the log-likelihood without covariates that they take away."""
        if self.log_likelihood is None or not self.null_log_likelihood:
            return None
        return 1 - self.log_likelihood / self.null_log_likelihood


def fit_logit(patterns: Patterns, least_outcomes: int) -> LogitFit:
    """The fit on the complete patterns; ``least_outcomes`` of the rarer outcome per covariate.

    Data that carry no estimate give a status, never an exception.
    """
    data = patterns.complete
    closed = _closed_gate(data, least_outcomes)
    if closed:
        return LogitFit("not_enough_data", closed)
    if is_separated(data):
        return LogitFit(
            "separation",
            "the covariates tell exactly who stays, wholly or at an edge: no finite coefficients",
        )
    return _maximum_likelihood(data)


def _closed_gate(data: Patterns, least_outcomes: int) -> str | None:
    """The first gate that the data do not pass, in words."""
    retained, lost = int(data.retained.sum()), int(data.lost.sum())
    if not data.customers:
        return "no customer with a known outcome has all three covariates"
    if not lost or not retained:
        return f"every one of {data.customers} customers {'stayed' if retained else 'left'}"
    needed = least_outcomes * len(COVARIATES)
    if min(retained, lost) < needed:
        return f"{retained} stayed and {lost} left; {needed} of each are needed"
    constant = [
        name
        for name, values in zip(COVARIATES, data.points.T, strict=True)
        if values.min() == values.max()
    ]
    if constant:
        return f"does not vary: {', '.join(name.replace('_', ' ') for name in constant)}"
    if np.linalg.matrix_rank(data.design) < len(TERMS):
        return "a covariate follows exactly from the others"
    return None


def is_separated(data: Patterns) -> bool:
    """Whether some combination of the covariates never errs (Albert & Anderson 1984).

    A direction that puts every customer who stayed at or above an edge, everybody who left at or
    below it, and somebody off the edge, raises the likelihood without end. The linear programme
    looks for the one that puts them farthest off (Konis 2007).
    """
    from scipy.optimize import linprog

    stayed, left = data.design[data.retained > 0], data.design[data.lost > 0]
    signed = np.vstack([stayed, -left])
    signed = signed / np.abs(signed).max(axis=0)
    found = linprog(-signed.mean(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1))
    return bool(found.success) and -found.fun > SEPARATED


def _maximum_likelihood(data: Patterns) -> LogitFit:
    # Here, since importing it takes a second that a base without answers need not spend.
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    counts = np.column_stack([data.retained, data.lost])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is judged below, by the gradient
        try:
            result = GLM(counts, data.design, family=Binomial()).fit(tol=1e-12, maxiter=100)
        except (ValueError, np.linalg.LinAlgError) as error:
            return LogitFit("not_converged", f"the fit broke off: {error}")
    coefficients = np.asarray(result.params, dtype=np.float64)
    errors = np.asarray(result.bse, dtype=np.float64)
    share = 1 / (1 + np.exp(-data.design @ coefficients))
    gradient = data.design.T @ (data.retained - (data.retained + data.lost) * share)
    if not np.isfinite(errors).all() or (
        np.abs(gradient).max() > GRADIENT_PER_CUSTOMER * data.customers
    ):
        return LogitFit("not_converged", "the likelihood has no maximum that could be found")
    return LogitFit(
        "converged",
        None,
        coefficients,
        errors,
        log_likelihood(data, share),
        log_likelihood(data, np.full(len(share), data.retained.sum() / data.customers)),
    )


def log_likelihood(data: Patterns, share: FloatArray) -> float:
    """Of each customer's own outcome, so that it does not depend on how they share patterns."""
    with np.errstate(divide="ignore", invalid="ignore"):
        stayed = np.where(data.retained > 0, data.retained * np.log(share), 0.0)
        left = np.where(data.lost > 0, data.lost * np.log1p(-share), 0.0)
    return float(stayed.sum() + left.sum())
