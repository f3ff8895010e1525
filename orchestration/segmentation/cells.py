"""Customers as cells of a grid over their features: what is clustered in place of customers.

Belongs here: measuring, scaling and counting. Does not belong here: clustering.

A feature counts by ``ln(1 + value / unit)``, since twice as much means as much to a small customer
as to a large one, and is standardised by mean and standard deviation. (By quartiles, the scale of a
count of purchases would jump whenever a quartile went from 2 to 3.) Customers of one cell differ by
less than ``grid_step`` in every feature, so what is computed does not grow with the base.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray

from orchestration.segmentation.rules import FEATURES, Feature, SegmentationRules

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

STATISTICS = ("intermediate.int_customers_features_measured", "models.purchase_score")
# Without a purchase model nobody has an expected amount: NULL, and the feature is left out.
MEASURED = """
    SELECT
        features.occasion_count,
        features.days_since_last_order,
        cast(greatest(features.net_amount, 0) AS DOUBLE) AS net_amount,
        scores.expected_purchases_365d * cast(greatest(features.net_amount, 0) AS DOUBLE)
        / features.occasion_count AS expected_amount
    FROM intermediate.int_customers_features_measured AS features
    LEFT JOIN models.purchase_score AS scores USING (scope, x, t_x_days, t_days)
    WHERE NOT features.is_test_customer
"""


@dataclass(frozen=True)
class Scale:
    """How a feature becomes a coordinate in points, standard deviations of the base."""

    feature: str
    unit: float
    mean: float
    deviation: float
    weight: float

    @property
    def is_used(self) -> bool:
        return self.weight > 0 and self.deviation > 0

    def points(self, values: FloatArray) -> FloatArray:
        """Values in their own unit as coordinates; 0 for all where the feature is not used."""
        if not self.is_used:
            return np.zeros_like(values)
        return self._factor * (np.log1p(values / self.unit) - self.mean)

    def values(self, points: FloatArray) -> FloatArray:
        """Coordinates as values in the feature's own unit."""
        if not self.is_used:
            return np.full_like(points, np.nan)
        return self.unit * np.expm1(points / self._factor + self.mean)

    @property
    def _factor(self) -> float:
        return float(np.sqrt(self.weight) / self.deviation)


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells in points, of shape (cells, features), with their customers, of shape (cells,)."""

    values: FloatArray
    counts: IntArray
    scales: tuple[Scale, ...]
    step: float

    @cached_property
    def points(self) -> FloatArray:
        columns = [scale.points(self.values[:, i]) for i, scale in enumerate(self.scales)]
        return np.column_stack(columns)

    @property
    def customers(self) -> int:
        return int(self.counts.sum())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of cells and counts."""
        digest = hashlib.sha256()
        for column in (self.values, self.counts):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


def read_cells(connection: duckdb.DuckDBPyConnection, rules: SegmentationRules) -> Cells:
    """The base as cells; the grid is made coarser until there are at most ``most_cells``."""
    [[purchase, unscored]] = connection.execute(
        "SELECT quantile_disc(net_amount / occasion_count, 0.5), "
        f"coalesce(bool_or(expected_amount IS NULL), true) FROM ({MEASURED})"
    ).fetchall()
    units = [_unit(feature, purchase) for feature in rules.features]
    step = rules.grid_step
    while True:
        grid = ", ".join(
            f"cast(coalesce(round(ln(1 + {name} / {unit!r}) / {step!r}), 0) AS BIGINT) AS {name}"
            for name, unit in zip(FEATURES, units, strict=True)
        )
        counted = connection.execute(
            f"SELECT {', '.join(FEATURES)}, count(*) AS customers FROM "
            f"(SELECT {grid} FROM ({MEASURED})) GROUP BY ALL ORDER BY ALL"
        ).fetchnumpy()
        if len(counted["customers"]) <= rules.most_cells:
            break
        step *= 2
    logs = np.column_stack([np.asarray(counted[name], dtype=np.float64) for name in FEATURES])
    counts = np.asarray(counted["customers"], dtype=np.int64)
    left_out = {"expected_amount"} if unscored else set()
    scales = tuple(
        _scale(feature, unit, logs[:, i] * step, counts, feature.name in left_out)
        for i, (feature, unit) in enumerate(zip(rules.features, units, strict=True))
    )
    return Cells(np.expm1(logs * step) * np.array(units), counts, scales, step)


def _unit(feature: Feature, purchase: float | None) -> float:
    """The unit in the feature's own terms; money has one that a currency does not change."""
    if feature.unit_of != "median purchases":
        return feature.unit
    return float(feature.unit * (purchase or 1.0))


def _scale(
    feature: Feature, unit: float, logs: FloatArray, counts: IntArray, is_left_out: bool
) -> Scale:
    customers = int(counts.sum())
    mean = float((counts * logs).sum() / customers) if customers else 0.0
    variance = float((counts * (logs - mean) ** 2).sum() / customers) if customers else 0.0
    weight = 0.0 if is_left_out else feature.weight
    return Scale(feature.name, unit, round(mean, 9), round(float(np.sqrt(variance)), 9), weight)
