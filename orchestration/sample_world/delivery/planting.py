"""What goes wrong in deliveries and is mended later: late, repeated and deleted rows.

Belongs here: rows that arrive late, twice, or by mistake; none of them changes the end state.
Does not belong here: rows that a contract refuses (``broken.py``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import NEVER, Ints, joined, stream
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.parameters import Parameters


def with_late_rows(table: Table, seed: int, last_day: int, par: Parameters) -> Table:
    """A few rows arrive one to three days late, at the latest on the last day."""
    rng = stream(seed, f"late {table.name}")
    late = np.where(
        rng.random(len(table.day)) < par.late_share, rng.integers(1, 4, len(table.day)), 0
    )
    late[table.until < NEVER] = 0  # a version that is replaced would arrive after its successor
    return replace(table, day=np.maximum(table.day, np.minimum(table.day + late, last_day)))


def with_redelivered_rows(table: Table, seed: int, last_day: int, par: Parameters) -> Table:
    """A few events come again the next day, with the same id and content."""
    rng = stream(seed, f"redelivered {table.name}")
    lot = rng.random(len(table.day))
    again = np.flatnonzero((lot < par.redelivered_share) & (table.day < last_day))
    until = table.until.copy()
    until[again] = table.day[again] + 1
    replaced = replace(table, until=until)
    return _appended(replaced, again, table.rows, table.day[again] + 1, NEVER, 0)


def with_deleted_rows(table: Table, key: str, seed: int, last_day: int, par: Parameters) -> Table:
    """A few rows entered by mistake: there for a day, then deleted."""
    rng = stream(seed, f"deleted {table.name}")
    lot = rng.random(len(table.day))
    of = np.flatnonzero((lot < par.deleted_share) & (table.day < last_day) & (table.op == 0))
    place = table.rows.schema.get_field_index(key)
    ghosts = table.rows.set_column(place, key, joined(table.rows[key], "-X"))
    there = _appended(table, of, ghosts, table.day[of], table.day[of] + 1, 0)
    return _appended(there, of, ghosts, table.day[of] + 1, NEVER, 2)


def _appended(
    table: Table, of: Ints, rows: pa.Table, day: Ints, until: Ints | int, op: int
) -> Table:
    """``table`` with the rows ``of`` of ``rows`` behind it."""
    return replace(
        table,
        rows=pa.concat_tables([table.rows, rows.take(pa.array(of))]),
        day=np.concatenate([table.day, day]),
        until=np.concatenate([table.until, np.broadcast_to(until, len(of))]),
        op=np.concatenate([table.op, np.full(len(of), op)]),
    )
