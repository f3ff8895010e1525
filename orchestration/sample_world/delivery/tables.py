"""A table of the world as its source keeps it: every version of every row and when it is told.

Belongs here: the one shape in which all tables reach ``packaging.py``. Does not belong here:
files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import DAY, NEVER, Ints

Mode = Literal["full", "delta", "events"]
Cadence = Literal["daily", "on_change", "monthly"]
Format = Literal["csv", "csv.gz", "jsonl", "jsonl.gz", "parquet"]


@dataclass(frozen=True)
class Table:
    """Versions of rows: told on ``day``, replaced on ``until``; ``op`` is I, U or D as 0, 1, 2.

    Row versions that live less than a day are never seen: an extract is the day's end.
    Cadence: full tables come every day or when they change, monthly ones on the first of a month
    (their rows are told on that day); the initial load brings everything.
    """

    source: str
    name: str
    mode: Mode
    format: Format
    rows: pa.Table
    day: Ints
    until: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    op: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    cadence: Cadence = "daily"

    def __post_init__(self) -> None:
        if not len(self.until):
            object.__setattr__(self, "until", np.full(len(self.day), NEVER))
        if not len(self.op):
            object.__setattr__(self, "op", np.zeros(len(self.day), dtype=np.int64))
        if not len(self.day) == len(self.until) == len(self.op) == self.rows.num_rows:
            raise ValueError(f"{self.source}.{self.name}: row versions and their days differ")


def known_from(instants: Ints) -> Ints:
    """The day an instant belongs to; NEVER stays NEVER."""
    return np.where(instants >= NEVER, NEVER, instants // DAY)
