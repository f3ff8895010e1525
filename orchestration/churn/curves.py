"""An additive logistic model: one curve per feature, so that the parts of a risk add up to it.

Belongs here: the curves, their fit and what they contribute. Does not belong here: the level of a
period that is still to come (``level.py``) and judgement (``backtest.py``).

log-odds of silence = level of the origin + sum over features of curve(feature). A curve is linear
between knots (quantiles of the examples), flat beyond them, and has a height of its own where the
feature is not known. It is fitted as a straight line and bends at the knots, each with its own
ridge penalty, by scikit-learn's logistic regression; heights are taken from their mean over the
examples, so a contribution says how the customer differs from the average one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.churn.examples import Examples, Feature
from orchestration.churn.rules import RiskRules
from orchestration.value.fitting import FloatArray

# Ends of the curves leave out the most extreme fiftieth: one customer must not bend a curve.
KNOT_SHARES = (0.0, 0.25, 0.5, 0.75, 0.98)
LEVEL_PENALTY = 1e-4  # next to none: every origin has its own level
DIGITS = 9  # what is left of the order of additions lies beyond


@dataclass(frozen=True, eq=False)
class Curve:
    """Log-odds ``heights`` at the ``knots`` of a feature's scale, and where it is not known."""

    feature: Feature
    knots: FloatArray
    heights: FloatArray
    unknown: float

    def at(self, values: FloatArray) -> FloatArray:
        """Contribution of each value of the feature."""
        found = np.interp(scaled(self.feature, values), self.knots, self.heights)
        return np.where(np.isnan(values), self.unknown, found)


@dataclass(frozen=True, eq=False)
class Curves:
    """The fitted model: ``levels`` (k,) of ``origins``, with their covariance (k, k)."""

    curves: tuple[Curve, ...]
    origins: list[int]
    levels: FloatArray
    level_covariance: FloatArray

    @property
    def drivers(self) -> list[str]:
        """In the order of the contributions."""
        return sorted({curve.feature.driver for curve in self.curves})

    def contributions(self, values: FloatArray) -> FloatArray:
        """Log-odds of each driver, shape (n, drivers); ``values`` are of all features, (n, f)."""
        at = {driver: place for place, driver in enumerate(self.drivers)}
        found = np.zeros((len(values), len(at)))
        for column, curve in zip(values.T, self.curves, strict=True):
            found[:, at[curve.feature.driver]] += curve.at(column)
        return found

    def log_odds(self, values: FloatArray) -> FloatArray:
        """Of each example, without level."""
        return sum(
            (c.at(column) for column, c in zip(values.T, self.curves, strict=True)),
            np.zeros(len(values)),
        )


def scaled(feature: Feature, values: FloatArray) -> FloatArray:
    """On the scale of the curve."""
    return np.log1p(np.maximum(values, 0.0)) if feature.scale == "log" else values


def fit_curves(features: list[Feature], examples: Examples, rules: RiskRules) -> Curves:
    """The penalised maximum-likelihood curves and levels of these examples."""
    origins = np.unique(examples.origin)
    parts = [
        _Basis(feature, column) for feature, column in zip(features, examples.values.T, strict=True)
    ]
    design = [(examples.origin[:, None] == origins).astype(np.float64) / np.sqrt(LEVEL_PENALTY)]
    design += [part.columns(rules) for part in parts]
    matrix: FloatArray = np.hstack(design)
    weights, hessian = _logistic(matrix, examples.silent)
    count = len(origins)
    levels: FloatArray = weights[:count] / np.sqrt(LEVEL_PENALTY)
    inverse = np.linalg.inv(hessian)[:count, :count] / LEVEL_PENALTY
    curves, start = [], count
    for part in parts:
        width = part.width
        curve, mean = part.curve(weights[start : start + width], rules)
        curves.append(curve)
        levels = levels + mean
        start += width
    return Curves(
        tuple(curves),
        [int(origin) for origin in origins],
        np.asarray(np.round(levels, DIGITS), dtype=np.float64),
        np.asarray(inverse, dtype=np.float64),
    )


def _logistic(matrix: FloatArray, silent: np.ndarray) -> tuple[FloatArray, FloatArray]:
    """Weights under a unit ridge, and the Hessian there; on one thread, as sums depend on it."""
    # Here, since importing it takes a second that a base without examples need not spend.
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        model = LogisticRegression(
            C=1.0, fit_intercept=False, solver="newton-cholesky", tol=1e-8, max_iter=200
        ).fit(matrix, silent)
        weights = model.coef_[0]
        share = 1 / (1 + np.exp(-(matrix @ weights)))
        hessian = (matrix * (share * (1 - share))[:, None]).T @ matrix + np.eye(len(weights))
    return weights, hessian


class _Basis:
    """The columns by which one feature enters the fit: a line, hats at the knots, not known."""

    def __init__(self, feature: Feature, values: FloatArray) -> None:
        self.feature = feature
        self.unknown = np.isnan(values)
        known = scaled(feature, values[~self.unknown])
        self.knots = np.unique(np.quantile(known, KNOT_SHARES)) if len(known) else np.zeros(1)
        if len(self.knots) == 1 and len(known) and known.max() > known.min():
            self.knots = np.array([known.min(), known.max()])
        self.varies = len(self.knots) > 1
        spread = max(float(np.std(known)), 1e-9) if self.varies else 1.0
        self.line = (self.knots - self.knots.mean()) / spread
        filled = np.where(self.unknown, self.knots[0], scaled(feature, values))
        shares = [np.interp(filled, self.knots, hat) for hat in np.eye(len(self.knots))]
        self.hats = np.column_stack(shares) * ~self.unknown[:, None]
        self.width = (1 + len(self.knots) if self.varies else 0) + 1

    def columns(self, rules: RiskRules) -> FloatArray:
        """Shape (n, width), scaled so that a unit ridge is the penalty of the rules."""
        columns = [self.unknown / np.sqrt(rules.linear_penalty)]
        if self.varies:
            columns.append(self.hats @ self.line / np.sqrt(rules.linear_penalty))
            columns += list(self.hats.T / np.sqrt(rules.bend_penalty))
        return np.column_stack(columns)

    def curve(self, weights: FloatArray, rules: RiskRules) -> tuple[Curve, float]:
        """The curve around its mean over the examples, and that mean."""
        heights = np.zeros(len(self.knots))
        if self.varies:
            heights = weights[1] * self.line / np.sqrt(rules.linear_penalty)
            heights = heights + weights[2:] / np.sqrt(rules.bend_penalty)
        unknown = float(weights[0] / np.sqrt(rules.linear_penalty))
        mean = float(np.mean(self.hats @ heights + self.unknown * unknown))
        return Curve(
            self.feature,
            self.knots,
            np.round(heights - mean, DIGITS),
            round(unknown - mean, DIGITS),
        ), mean
