"""The level of a period that is still to come, foretold from the levels of those before it.

Belongs here: that forecast. Does not belong here: how levels are fitted (``curves.py``).

Levels move slowly and with the season (local level plus season; Harvey 1989, chapter 2): a random
walk from origin to origin and a deviation that comes again each year. Both have the same variance,
which the levels themselves give, by the method of moments, beyond the error of their estimates.
The best linear unbiased prediction then weighs nearness, season and error; where the levels differ
by no more than chance it is their mean.
"""

from __future__ import annotations

import numpy as np

from orchestration.value.fitting import FloatArray


def next_level(
    origins: list[int], levels: FloatArray, covariance: FloatArray, at: int, seasons: int
) -> float:
    """Level of origin ``at``; origins count back in time, ``seasons`` of them make a year."""
    numbers = np.array(origins)
    shape = _likeness(numbers, numbers, seasons)
    count = len(numbers)
    centring = np.eye(count) - 1 / count
    beyond_chance = levels @ centring @ levels - np.trace(centring @ covariance)
    variance = (
        max(float(beyond_chance) / float(np.trace(centring @ shape)), 0.0) if count > 1 else 0
    )
    system = np.ones((count + 1, count + 1))
    system[:count, :count] = variance * shape + covariance
    system[count, count] = 0.0
    target = np.append(variance * _likeness(numbers, np.array([at]), seasons)[:, 0], 1.0)
    return float(np.linalg.solve(system, target)[:count] @ levels)


def _likeness(first: np.ndarray, second: np.ndarray, seasons: int) -> FloatArray:
    """Covariance in units of the variance; that of the walk up to a constant, which drops out."""
    apart = np.abs(first[:, None] - second)
    return (apart % seasons == 0).astype(np.float64) - apart / 2
