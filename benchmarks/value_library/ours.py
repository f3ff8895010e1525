"""The value library on a simulated base: from raw rows to a value for every customer.

Belongs here: the measured process of our side. Run with the folder of the base and that of the
result, which holds one value per customer.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.value_library.cost import Costs
from benchmarks.value_library.question import (
    MONTHLY_RATE,
    MONTHS,
    WEEKS_PER_MONTH,
    columns,
)
from orchestration.value import gamma_gamma
from orchestration.value.bgnbd import MODEL
from orchestration.value.gamma_gamma import SpendHistory
from orchestration.value.purchase_history import PurchaseHistory, distinct_rows

CHUNK = 250_000  # customers whose value is computed at a time


def main(base: Path, result: Path) -> None:
    costs = Costs()
    with costs.part("load"):
        x, t_x, t, spend = columns(base)
    with costs.part("distinct rows"):
        rows, position = distinct_rows(x, t_x, t)
        position = position.astype(np.int32)
        counts = np.bincount(position, minlength=len(rows))
        history = PurchaseHistory.from_days(x[rows], t_x[rows], t[rows], counts)
        del t_x, t, rows, counts
    with costs.part("fit purchases"):
        purchases = MODEL.fit(history)
    with costs.part("fit spend"):
        spends = gamma_gamma.fit(SpendHistory.from_customers(x, spend))
    with costs.part("score"):
        discounted = _discounted_months(purchases.parameters, history)
        values = np.lib.format.open_memmap(
            result, mode="w+", dtype=np.float64, shape=(len(position),)
        )
        for start in range(0, len(position), CHUNK):
            part = slice(start, start + CHUNK)
            each = gamma_gamma.expected_spend(spends.parameters, x[part], spend[part])
            values[part] = discounted[position[part]] * each
    costs.report(
        customers=len(position),
        rows=len(history.x),
        parameters={**purchases.parameters, **spends.parameters},
        status=[purchases.status, spends.status],
        total=float(values.sum()),
    )


def _discounted_months(
    parameters: dict[str, float], history: PurchaseHistory
) -> NDArray[np.float64]:
    """Expected purchases of the coming months, each month's discounted from its end."""
    horizons = (np.arange(1, MONTHS + 1) * WEEKS_PER_MONTH).tolist()
    weights = (1 + MONTHLY_RATE) ** -np.arange(1, MONTHS + 1, dtype=np.float64)
    # Sum of weight * (E(h) - E(h - 1)), gathered by horizon: one column is kept, not twelve.
    by_horizon = weights - np.append(weights[1:], 0.0)
    expected = np.empty(len(history.x))
    for start in range(0, len(expected), CHUNK):
        part = slice(start, start + CHUNK)
        expected[part] = np.einsum(
            "ij,j->i",
            MODEL.expected_purchases(
                parameters, history.x[part], history.t_x[part], history.t[part], horizons
            ),
            by_horizon,
        )
    return expected


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
