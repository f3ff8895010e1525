"""k-means on cells with their customers as weights, and the number of segments.

Belongs here: fits, what is said of them, and the choice. Does not belong here: labels and names.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orchestration.segmentation.cells import Cells, FloatArray, IntArray
from orchestration.segmentation.rules import SegmentationRules

SEED = 20250630  # of the starts; a fixed one, so that equal data give equal segments
STARTS = 8
DECIMALS = 9  # of the centres: what is beyond them differs between processors


@dataclass(frozen=True, eq=False)
class Clusters:
    """Centres in points, of shape (k, features), and what they make of the cells."""

    centres: FloatArray
    own: IntArray  # number of the nearest centre, by cell
    clear: FloatArray  # 1 - distance to the own centre / distance to the second nearest, by cell
    inertia: float  # sum over customers of the squared distance to the own centre
    counts: IntArray  # customers by centre
    is_remembered_start: bool

    @property
    def k(self) -> int:
        return len(self.centres)

    @property
    def smallest_share(self) -> float:
        return float(self.counts.min() / self.counts.sum())

    def silhouettes(self, weights: IntArray) -> FloatArray:
        """Mean of ``clear`` over the customers of each centre."""
        return np.bincount(self.own, weights * self.clear, self.k) / np.maximum(self.counts, 1)


@dataclass(frozen=True)
class Candidate:
    """One number of segments and what speaks for it."""

    k: int
    clusters: Clusters | None
    silhouette: float
    bic: float
    is_eligible: bool
    is_chosen: bool
    reason: str


def distances(points: FloatArray, centres: FloatArray) -> FloatArray:
    """Euclidean, of shape (cells, centres)."""
    square = sum((points[:, i, None] - centres[None, :, i]) ** 2 for i in range(points.shape[1]))
    return np.sqrt(square)


def placed(cells: Cells, centres: FloatArray, is_remembered_start: bool = False) -> Clusters:
    """Every cell at its nearest centre, of equally near ones the first."""
    far = distances(cells.points, centres)
    nearest = np.sort(far, axis=1)[:, :2]
    with np.errstate(invalid="ignore"):
        clear = np.nan_to_num(1 - nearest[:, 0] / nearest[:, 1])  # on two centres at once: 0
    own = far.argmin(axis=1)
    return Clusters(
        centres,
        own,
        clear,
        float((cells.counts * nearest[:, 0] ** 2).sum()),
        np.bincount(own, cells.counts, len(centres)).astype(np.int64),
        is_remembered_start,
    )


def fit(cells: Cells, k: int, remembered: FloatArray | None, gain: float) -> Clusters:
    """k-means with ``k`` centres.

    ``remembered`` centres are one start more. What comes of them stays unless other starts leave
    less than ``1 - gain`` of its inertia: of two solutions that are as good, customers keep theirs.
    """
    fresh = _k_means(cells, k, None)
    if remembered is None or len(remembered) != k:
        return fresh
    continued = _k_means(cells, k, remembered)
    return fresh if fresh.inertia < (1 - gain) * continued.inertia else continued


def _k_means(cells: Cells, k: int, start: FloatArray | None) -> Clusters:
    # Here, since importing it takes a second that a base too small for segments need not spend.
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    model = KMeans(
        n_clusters=k,
        init="k-means++" if start is None else start,
        n_init=STARTS if start is None else 1,
        random_state=SEED,
        max_iter=300,
    )
    # One thread: several would add up in the order in which they finish.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(cells.points, sample_weight=cells.counts)
    centres = np.round(model.cluster_centers_, DECIMALS)
    return placed(cells, centres, is_remembered_start=start is not None)


def bic(clusters: Clusters, features: int) -> float:
    """Bayesian information criterion, lower is better (Pelleg & Moore 2000, X-means).

    The likelihood is that of spherical normal clusters with one variance.
    """
    n, k = int(clusters.counts.sum()), clusters.k
    variance = clusters.inertia / (features * (n - k)) if n > k else 0.0
    if variance <= 0:
        return float("nan")
    counts = clusters.counts[clusters.counts > 0]
    log_likelihood = float((counts * np.log(counts / n)).sum()) - features / 2 * (
        n * np.log(2 * np.pi * variance) + n - k
    )
    return float(k * (features + 1) * np.log(n) - 2 * log_likelihood)


def candidates(
    cells: Cells, rules: SegmentationRules, remembered: FloatArray | None
) -> list[Candidate]:
    """Every number of segments within the bounds, with at most one chosen.

    The mean silhouette decides (simplified: distances to centres in place of those to all others,
    Hruschka, de Castro & Campello 2004). The remembered number stays unless another is better by
    ``keep_count_gain``.
    """
    features = sum(scale.is_used for scale in cells.scales)
    distinct = len(np.unique(cells.points, axis=0))
    fits = {
        k: fit(cells, k, remembered, rules.keep_start_gain) for k in rules.counts if k <= distinct
    }
    silhouettes = {
        k: float((cells.counts * fitted.clear).sum() / cells.customers)
        for k, fitted in fits.items()
    }
    eligible = [k for k, fitted in fits.items() if fitted.smallest_share >= rules.least_share]
    known = 0 if remembered is None else len(remembered)
    chosen, why = _choice(silhouettes, eligible, known, rules.keep_count_gain)
    return [
        Candidate(
            k,
            fits.get(k),
            silhouettes.get(k, float("nan")),
            bic(fits[k], features) if k in fits else float("nan"),
            k in eligible,
            k == chosen,
            why if k == chosen else _refusal(k, fits, eligible, chosen),
        )
        for k in rules.counts
    ]


def _choice(
    silhouettes: Mapping[int, float], eligible: list[int], remembered: int, gain: float
) -> tuple[int | None, str]:
    if not eligible:
        return None, ""
    best = max(eligible, key=lambda k: (round(silhouettes[k], DECIMALS), -k))
    if remembered in eligible and remembered != best:
        lead = silhouettes[best] - silhouettes[remembered]
        if lead < gain:
            return remembered, f"as many as before; {best} would be better by {lead:.3f} only"
    return best, "the highest mean silhouette"


def _refusal(k: int, fits: Mapping[int, Clusters], eligible: list[int], chosen: int | None) -> str:
    if k not in fits:
        return "fewer different customers than segments"
    if k not in eligible:
        return "a segment would hold fewer than the least share of customers"
    return f"{chosen} segments are taken"
