"""The CDNOW 1/10 sample as the literature takes it: who bought when, and histories out of that.

Belongs here: reading the file and cutting it, rightly or in the known wrong ways. Does not belong
here: expected figures.
"""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.value.purchase_history import PurchaseHistory

DATA = PROJECT_ROOT.parent / "shared" / "data" / "cdnow" / "cdnow_sample.csv.gz"
needs_cdnow = pytest.mark.skipif(
    not DATA.exists(), reason=f"the shared data are not here: no {DATA.name} in ../shared/data"
)

FIRST_DAY = date(1997, 1, 1)
LAST_CALIBRATION_DAY = date(1997, 9, 30)
LAST_DAY = date(1998, 6, 30)
HOLDOUT_WEEKS = 39.0


@dataclass(frozen=True)
class Customers:
    """One value per customer: x, t_x, T in days at the cut, hold-out purchases, first day (0..)."""

    x: np.ndarray
    t_x_days: np.ndarray
    t_days: np.ndarray
    holdout: np.ndarray
    first_day: np.ndarray

    def history(self, time_unit: str = "week") -> PurchaseHistory:
        """Their sufficient statistics."""
        return PurchaseHistory.from_days(self.x, self.t_x_days, self.t_days, time_unit=time_unit)


@cache
def purchases() -> dict[str, list[tuple[date, float]]]:
    """Date and amount of every row of each customer, in order of time."""
    rows: dict[str, list[tuple[date, float]]] = defaultdict(list)
    with gzip.open(DATA, "rt") as file:
        for row in csv.DictReader(file):
            rows[row["sample_id"]].append((date.fromisoformat(row["date"]), float(row["amount"])))
    return {customer: sorted(bought) for customer, bought in rows.items()}


def customers(
    cut: date = LAST_CALIBRATION_DAY, *, merge_days: bool = True, keep_free: bool = True
) -> Customers:
    """Calibration to ``cut``; the switches are the mistakes that the published figures exclude."""
    rows = []
    for bought in purchases().values():
        days = [day for day, amount in bought if keep_free or amount > 0]
        days = sorted(set(days)) if merge_days else days
        seen = [day for day in days if day <= cut]
        if seen:
            first = seen[0]
            rows.append(
                (
                    len(seen) - 1,
                    (seen[-1] - first).days,
                    (cut - first).days,
                    len(days) - len(seen),
                    (first - FIRST_DAY).days,
                )
            )
    return Customers(*np.array(rows, dtype=np.float64).T)


@cache
def repeat_days() -> np.ndarray:
    """Day of each repeat purchase, 1 for the first day of all, sorted."""
    days = [
        (day - FIRST_DAY) // timedelta(days=1) + 1
        for bought in purchases().values()
        for day in sorted({day for day, _ in bought})[1:]
    ]
    return np.sort(np.array(days))
