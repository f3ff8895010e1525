"""Ultimate redemption and liability of a points programme, computed again with numpy.

Belongs here: chain ladder on a matrix of months. Does not belong here: pairing debits with lots
(``points_played.py``) and what is compared (``test_points_by_month.py``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# As in seed programme_rules.
LEAST_MONTHS, LEAST_DEVELOPED, TAIL_AGES, TAIL_DECAY = 6, 0.3, 3, 0.8


@dataclass(frozen=True)
class Months:
    """By month of issue, oldest first; ``redeemed[i, j]`` in the month j of the calendar."""

    net_issued: Floats
    open: Floats
    redeemed: Floats
    complete: int  # months of the calendar that are over


def development(months: Months, lifetime: int) -> Floats:
    """Share of a month's redemptions that has come by each age, the last at ``lifetime``."""
    count = len(months.net_issued)
    cumulative = np.array([np.cumsum(months.redeemed[i, i:]).tolist() + [0.0] * i
                           for i in range(count)])  # fmt: skip
    factors, later, earlier = [], [], []
    for age in range(min(months.complete - 1, lifetime)):
        seen = slice(0, months.complete - age - 1)
        earlier.append(cumulative[seen, age].sum())
        later.append(cumulative[seen, age + 1].sum())
        factors.append(later[-1] / earlier[-1] if earlier[-1] else np.inf if later[-1] else 1.0)
    if len(factors) < lifetime:
        first, last = max(0, len(factors) - TAIL_AGES), len(factors) - 1
        before = sum(earlier[first:])
        excess = sum(later[first:]) / before - 1 if before else 0.0
        factors += [1 + excess * TAIL_DECAY ** (age - max(last, 0))
                    for age in range(len(factors), lifetime)]  # fmt: skip
    return np.append(np.cumprod(1 / np.array(factors)[::-1])[::-1], 1.0)


def expected_redemptions(months: Months, lifetime: int) -> Floats:
    """Points of each month that are open and expected to be redeemed."""
    count = len(months.net_issued)
    ages = months.complete - 1 - np.arange(count)
    issued = (months.net_issued > 0) & (ages >= 0)
    so_far = months.redeemed[:, : months.complete].sum(axis=1)
    all_redeemed = months.redeemed.sum(axis=1)
    if issued.sum() < LEAST_MONTHS or not so_far.sum():
        return months.open
    shares = development(months, lifetime)
    developed = np.where(ages < 0, 0.0, shares[np.clip(ages, 0, lifetime)])
    own_rate = so_far.sum() / (months.net_issued * developed).sum()
    ladder = so_far / np.where(developed > 0, developed, 1)
    blended = so_far + months.net_issued * own_rate * (1 - developed)
    ultimate = np.where(developed >= LEAST_DEVELOPED, ladder, blended)
    return np.clip(ultimate - all_redeemed, 0, months.open)
