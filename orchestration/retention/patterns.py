"""Patterns of covariates with the customers who stayed and left, out of the rows that dbt counted.

Belongs here: reading and grouping those rows. Does not belong here: how they are counted
(``dbt_project/models/intermediate/retention``) and the fit (``logit.py``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import duckdb
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

COVARIATES = ("satisfaction", "perceived_value", "switching_cost")
STATISTICS = ("seeds.survey_rules", "intermediate.int_retention_patterns_counted")
POOLED = ("all surveys", "all waves", "all", "all")
POINTS_PER_UNIT = 10.0  # coefficients are per ten points of an index from 0 to 100


@dataclass(frozen=True)
class Part:
    """Whose answers: a wave of a survey, and a segment in it."""

    survey_id: str
    wave: str
    segment_kind: str
    segment: str


@dataclass(frozen=True, eq=False)
class Patterns:
    """The patterns of one part: covariates in points of shape (n, 3), and counts of shape (n,)."""

    part: Part
    points: FloatArray
    retained: IntArray
    lost: IntArray

    @cached_property
    def complete(self) -> Patterns:
        """Those of customers whose every covariate is known: what a model is fitted on."""
        known = np.isfinite(self.points).all(axis=1) & (self.retained + self.lost > 0)
        return Patterns(self.part, self.points[known], self.retained[known], self.lost[known])

    @property
    def customers(self) -> int:
        return int(self.retained.sum() + self.lost.sum())

    @property
    def design(self) -> FloatArray:
        """The intercept and the covariates, in units of ten points."""
        return np.column_stack([np.ones(len(self.points)), self.points / POINTS_PER_UNIT])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the rows."""
        digest = hashlib.sha256()
        for column in (self.points, self.retained, self.lost):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


def read_patterns(connection: duckdb.DuckDBPyConnection) -> list[Patterns]:
    """Every part in the order of its names; all waves of everybody are there without any row."""
    rows = connection.execute(
        f"SELECT survey_id, wave, segment_kind, segment, {', '.join(COVARIATES)}, "
        "retained_count, lost_count FROM intermediate.int_retention_patterns_counted ORDER BY ALL"
    ).fetchall()
    found = {names: list(group) for names, group in groupby(rows, key=lambda row: row[:4])}
    found.setdefault(POOLED, [])
    return [_patterns(Part(*names), found[names]) for names in sorted(found)]


def _patterns(part: Part, rows: list[tuple[object, ...]]) -> Patterns:
    count = len(rows)
    points = np.array([row[4:7] for row in rows], dtype=np.float64).reshape(count, len(COVARIATES))
    outcomes = np.array([row[7:9] for row in rows], dtype=np.int64).reshape(count, 2)
    return Patterns(part, points, outcomes[:, 0], outcomes[:, 1])
