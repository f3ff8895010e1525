"""Integration rules: expectations over a beta posterior, over a span of time, over a discount.

Belongs here: nodes and weights. Does not belong here: what is integrated.

Purchases that a customer still makes are 2F1 functions in the papers. Their defining integrals are
used instead: positive terms only, so that no parameter is singular (a = 1, s = 1) and no number of
purchases overflows; and one rule serves expectations, discounting and lifetimes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.linalg import eigh_tridiagonal

from orchestration.value.fitting import FloatArray


@lru_cache(maxsize=16_384)
def beta_rule(a: float, b: float, nodes: int) -> tuple[FloatArray, FloatArray]:
    """Gauss rule (Golub and Welsch 1969) for the expectation over p ~ Beta(a, b).

    Exact for polynomials of degree 2 * nodes - 1. Built for the distribution, not for the weight
    function as in ``scipy.special.roots_jacobi``, whose constant overflows for b above 1,000.
    """
    k = np.arange(nodes, dtype=np.float64)
    # Recurrence of the Jacobi polynomials for (1-z)^(b-1) (1+z)^(a-1) on [-1, 1], p = (1+z)/2.
    total = 2 * k + a + b
    diagonal = np.empty(nodes)
    diagonal[0] = (a - b) / (a + b)
    diagonal[1:] = (a - b) * (a + b - 2) / ((total[1:] - 2) * total[1:])
    k, total = k[1:], total[1:]
    square = 4 * k * (k + a - 1) * (k + b - 1) / ((total - 2) ** 2 * (total - 1))
    # For k = 1 the factor k + a + b - 2 is also 2k + a + b - 3, which may be zero: cancelled.
    square[1:] *= (k[1:] + a + b - 2) / (total[1:] - 3)
    roots, vectors = eigh_tridiagonal(diagonal, np.sqrt(square))
    points = np.clip((1 + roots) / 2, np.finfo(np.float64).tiny, 1.0)
    weights = vectors[0] ** 2
    return points, weights / weights.sum()


@lru_cache(maxsize=64)
def unit_rule(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre rule on [0, 1]."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return (1 + points) / 2, weights / 2


@lru_cache(maxsize=8)
def exponential_rule(nodes: int = 20) -> tuple[FloatArray, FloatArray]:
    """Double exponential rule (Takahasi and Mori 1974) for the expectation over v ~ Exp(1).

    v = exp(u - exp(-u)): Gauss-Laguerre wants a polynomial, and expected purchases grow like the
    logarithm of time from a singularity just left of 0.
    """
    u = np.linspace(-2.6, 3.0, nodes)
    points = np.exp(u - np.exp(-u))
    weights = np.exp(-points) * points * (1 + np.exp(-u)) * (u[1] - u[0])
    return points, weights / weights.sum()
