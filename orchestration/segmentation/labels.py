"""Labels that stay with their customers when the clustering is made anew.

Belongs here: matching with the remembered segments, and how much two clusterings agree. Does not
belong here: names, and what is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.segmentation.cells import IntArray


@dataclass(frozen=True)
class Label:
    """``overlap`` is the share of the customers of either that the two have in common."""

    number: int
    matched: int | None  # position of the remembered segment
    overlap: float


def shared_customers(before: IntArray, now: IntArray, counts: IntArray) -> IntArray:
    """Customers by remembered and new segment, of shape (before, now)."""
    shape = (int(before.max()) + 1, int(now.max()) + 1)
    table = np.zeros(shape, dtype=np.int64)
    np.add.at(table, (before, now), counts)
    return table


def adjusted_rand_index(shared: IntArray) -> float:
    """Agreement of two clusterings: 1 where equal, 0 as by chance (Hubert & Arabie 1985)."""

    def pairs(counts: IntArray) -> float:
        return float((counts * (counts - 1.0) / 2).sum())

    together, rows, columns = pairs(shared), pairs(shared.sum(axis=1)), pairs(shared.sum(axis=0))
    every = pairs(shared.sum().reshape(1))
    by_chance = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def matched_labels(
    shared: IntArray, before: list[int], highest: int, least_overlap: float
) -> list[Label]:
    """A label for each new segment.

    The assignment (Kuhn 1955) keeps as many customers as possible under their number. A segment
    with less than ``least_overlap`` in common with its match is another one: it takes a number
    above ``highest``, the highest that was ever given.
    """
    from scipy.optimize import linear_sum_assignment

    of_now = dict(zip(*reversed(linear_sum_assignment(-shared)), strict=True))
    labels = []
    for now in range(shared.shape[1]):
        match = of_now.get(now)
        overlap = _overlap(shared, int(match), now) if match is not None else 0.0
        if match is not None and overlap >= least_overlap:
            labels.append(Label(before[int(match)], int(match), overlap))
        else:
            highest += 1
            labels.append(Label(highest, None, overlap))
    return labels


def _overlap(shared: IntArray, before: int, now: int) -> float:
    common = int(shared[before, now])
    either = int(shared[before].sum() + shared[:, now].sum()) - common
    return common / either if either else 0.0
