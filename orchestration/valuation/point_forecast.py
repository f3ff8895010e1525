"""The count that a customer will most fairly be said to buy: the median of what may happen.

Belongs here: the point forecast that absolute errors are judged by. Does not belong here: the
expectation, which sums and money want (``purchase_model.py``).

A forecast is judged by the error that its kind minimises: the expectation by squared errors and by
the bias of totals, the median by absolute errors (Gneiting 2011, "Making and Evaluating Point
Forecasts"). Where most customers buy nothing more, an expectation of 0.3 is wrong by 0.3 for each
of them and yet the right number to add up.
"""

from __future__ import annotations

import numpy as np

from orchestration.value.fitting import FloatArray
from orchestration.value.purchase_model import Parameters, PurchaseModel

TABLE = 500_000  # probabilities at once: 4 MB


def median_purchases(
    model: PurchaseModel,
    parameters: Parameters,
    rows: tuple[FloatArray, FloatArray, FloatArray],
    horizon: float,
    expected: FloatArray,
) -> FloatArray:
    """The fewest purchases in (T, T + horizon] that are not exceeded in half of all cases.

    ``rows`` are x, t_x and T, ``expected`` their expected purchases: by Markov's inequality a count
    is below twice its mean in at least half of all cases, so the table needs to go no further.
    """
    median = np.zeros(len(expected))
    order = np.argsort(expected, kind="stable")
    start = int(np.searchsorted(expected[order], 0.5 - 1e-9))  # 2 * mean <= 1: the median is 0
    while start < len(order):
        # As many rows as fit a table that is wide enough for the last of them.
        wide = np.ceil(2 * expected[order[start:]]) + 1
        fits = int(np.searchsorted(wide * np.arange(1, len(wide) + 1), TABLE, side="right"))
        part = order[start : start + max(fits, 1)]
        most = int(np.ceil(2 * expected[part[-1]]))
        x, t_x, t = (column[part] for column in rows)
        chances = model.purchase_distribution(parameters, x, t_x, t, horizon, most)
        median[part] = np.argmax(np.cumsum(chances, axis=1) >= 0.5 - 1e-10, axis=1)
        start += len(part)
    return median
