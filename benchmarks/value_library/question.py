"""What every side is asked: rates, horizon and the columns of the base.

Belongs here: what must be equal on all sides. Does not belong here: an answer.

The value of a customer is the margin-free money of the next twelve months, discounted at 10 % a
year, in the form that lifetimes knows: twelve months of 4.345 weeks, each month's purchases at its
end. So all sides compute the same number.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ANNUAL_RATE = 0.10
MONTHS = 12
WEEKS_PER_MONTH = 4.345
MONTHLY_RATE = (1 + ANNUAL_RATE) ** (1 / 12) - 1
COLUMNS = ("x", "t_x_days", "t_days", "mean_spend")


def columns(folder: Path, *, mapped: bool = False) -> tuple[NDArray[np.float64], ...]:
    """x, t_x and T in days, and mean spend: in memory, or ``mapped`` from the files."""
    mode = "r" if mapped else None
    return tuple(np.load(folder / f"{name}.npy", mmap_mode=mode) for name in COLUMNS)
