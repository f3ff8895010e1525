"""Between which numbers of purchases a customer will probably stay.

Belongs here: prediction intervals for counts of single customers. Does not belong here: the
uncertainty of a total over customers, which the bootstrap gives.

The interval is the shortest run of counts that holds at least the nominal probability. Counts jump:
no interval has exactly 90 %. Measured on simulated bases and on CDNOW at nominal 90 %, the shortest
run covers 93 to 95 % of customers, the run between the 5 % and 95 % quantiles 95 to 97 %: half of
the customers most probably buy nothing, and no lower end can cut off anything there. A run that is
drawn by lot at its edges would cover 90 % exactly, and would change when nothing changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orchestration.value.fitting import FloatArray
from orchestration.value.purchase_history import distinct_rows
from orchestration.value.purchase_model import Parameters, PurchaseModel, Rows

# Values per table of probabilities: 4 MB, and some temporaries of that size.
TABLE = 500_000
# Rounding in sums of probabilities must not push an edge by one.
SLACK = 1e-10


def prediction_interval(
    model: PurchaseModel,
    parameters: Parameters,
    x: ArrayLike,
    t_x: ArrayLike,
    t: ArrayLike,
    *,
    horizon: float,
    level: float = 0.90,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lowest and the highest number of purchases in (T, T + horizon], each of shape (n,).

    Of equally short runs the one nearest to zero.
    """
    rows = Rows.of(x, t_x, t)
    values = np.array([parameters[name] for name in model.parameter_names])
    alive = model.row_alive(values, rows)
    first, at = distinct_rows(rows.t, rows.x)
    lengths = _lengths(model, values, rows.x[first], rows.t[first], horizon)
    low = np.zeros(len(rows), dtype=np.int64)
    high = np.zeros(len(rows), dtype=np.int64)
    # Rows in the order of their states' table lengths: a table is as long as its longest state.
    order = np.lexsort((at, lengths[at]))
    start = 0
    while start < len(order):
        most = int(lengths[at[order[start]]])
        size = max(TABLE // (most + 2), 1)
        part = order[start : start + size]
        part = part[lengths[at[part]] == most]
        states, position = np.unique(at[part], return_inverse=True)
        chosen = first[states]
        tail = model.alive_at_least(values, rows.x[chosen], rows.t[chosen], horizon, most + 1)
        low[part], high[part] = _shortest(tail[position, 1:] * alive[part, None], level)
        start += len(part)
    return low, high


def _lengths(
    model: PurchaseModel, values: FloatArray, x: FloatArray, t: FloatArray, horizon: float
) -> NDArray[np.int64]:
    """Counts beyond which hardly anything lies, as powers of two so that tables are few.

    Six standard deviations above the mean of a customer who does not drop out; r and alpha are
    the first two parameters of every model.
    """
    span = horizon / (values[1] + t)
    mean = (values[0] + x) * span
    reach = mean + 6 * np.sqrt(mean * (1 + span)) + 6
    return (2 ** np.ceil(np.log2(reach))).astype(np.int64)


def _shortest(above: FloatArray, level: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Shortest runs from ``above``, P(more than 0, 1, ... purchases), of shape (n, counts)."""
    # From zero: the first count above which no more than 1 - level is left.
    high = np.sum(above > 1 - level + SLACK, axis=1)
    low = np.zeros_like(high)
    # Zero can be left out only if nearly everybody buys.
    buyers = np.flatnonzero(above[:, 0] >= level - SLACK)
    if len(buyers):
        low[buyers], high[buyers] = _shortest_anywhere(1 - above[buyers], level)
    return low, high


def _shortest_anywhere(
    below: FloatArray, level: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Shortest runs from distribution functions ``below``, of shape (n, counts).

    One search for all rows: each is lifted above the one before.
    """
    count, length = below.shape
    lift = 2.0 * np.arange(count)[:, None]
    before = np.concatenate([np.zeros((count, 1)), below[:, :-1]], axis=1)
    ends = np.searchsorted((below + lift).ravel(), (before + level - SLACK + lift).ravel())
    ends = ends.reshape(count, length) - length * np.arange(count)[:, None]
    widths = np.where(ends < length, ends - np.arange(length), length + 1)
    low = np.argmin(widths, axis=1)
    return low, ends[np.arange(count), low]
