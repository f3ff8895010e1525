"""The segments of the newest as-of date before this one, from the models zone.

Belongs here: finding and reading them. Does not belong here: what is done with them (``run.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np

from orchestration.model_zone import model_file
from orchestration.segmentation.cells import FloatArray, Scale
from orchestration.segmentation.rules import FEATURES
from orchestration.settings import Zones

RUN, FEATURE, SEGMENT, CENTRE = (
    "statistical_run", "statistical_feature", "statistical_segment", "statistical_centre",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Remembered:
    """Segments in the order of their numbers, with the scales that they were made on."""

    as_of: date
    highest: int  # number ever given
    numbers: list[int]
    names: list[str]
    scales: tuple[Scale, ...]
    points: FloatArray  # of shape (segments, features), on these scales
    values: FloatArray  # the same in the features' own units

    def place(self, values: FloatArray) -> FloatArray:
        """Today's values as coordinates of then."""
        return np.column_stack([s.points(values[:, i]) for i, s in enumerate(self.scales)])

    def start(self, scales: tuple[Scale, ...]) -> FloatArray | None:
        """The centres on today's scales; None where a feature of today was not measured then."""
        columns = [scale.points(self.values[:, i]) for i, scale in enumerate(scales)]
        start = np.column_stack(columns)
        return start if np.isfinite(start).all() else None


def remembered_before(zones: Zones, as_of: date) -> Remembered | None:
    """The newest segments made for a date before ``as_of``; None where there were none yet."""
    folder = zones.models / RUN
    dates = sorted(
        (date.fromisoformat(path.name.partition("=")[2]) for path in folder.glob("as_of_date=*")),
        reverse=True,
    )
    for day in dates:
        if day < as_of and model_file(zones, RUN, day).exists():
            found = _read(zones, day)
            if found:
                return found
    return None


def _read(zones: Zones, day: date) -> Remembered | None:
    with duckdb.connect() as connection:

        def rows(table: str, columns: str, order: str) -> list[tuple[Any, ...]]:
            file = str(model_file(zones, table, day))
            return connection.execute(
                f"SELECT {columns} FROM read_parquet(?) ORDER BY {order}", [file]
            ).fetchall()

        [[status, highest]] = rows(RUN, "status, highest_number", "1")
        if status != "fitted":
            return None
        scales = {
            row[0]: Scale(*row)
            for row in rows(FEATURE, "feature, unit, mean, deviation, weight", "1")
        }
        segments = rows(SEGMENT, "segment, segment_number, segment_name", "2")
        centres = {
            (segment, feature): (points, value)
            for segment, feature, points, value in rows(
                CENTRE, "segment, feature, centre_points, centre_value", "1, 2"
            )
        }
    both = np.array(
        [[centres[segment, feature] for feature in FEATURES] for segment, _, _ in segments],
        dtype=np.float64,
    )
    return Remembered(
        day,
        int(highest),
        [int(number) for _, number, _ in segments],
        [str(name) for _, _, name in segments],
        tuple(scales[feature] for feature in FEATURES),
        both[:, :, 0],
        both[:, :, 1],
    )
