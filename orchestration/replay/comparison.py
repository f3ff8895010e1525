"""A replayed day beside its record: which members are in another segment, or by another history.

Belongs here: comparing two whole states, and declaring what differs. Does not belong here: the form
of a restatement (``orchestration/history/segment_memory.py``).

States are compared, not the files of the day: after an earlier day changed, the same file of
changes would mean another state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from orchestration.history.change_log import opening_sql
from orchestration.history.segment_memory import (
    MEMBERSHIPS,
    Declaration,
    declare,
    difference_columns,
    segment_log,
)
from orchestration.settings import Zones


@dataclass(frozen=True)
class Comparison:
    """How many members (customer and scheme) differ, came or went."""

    differing: int


def compare(connection: duckdb.DuckDBPyConnection, recorded: Zones, as_of: date) -> Comparison:
    """The memberships made on ``connection`` beside those recorded of ``as_of``."""
    query = f"SELECT count(*) FROM ({_difference_sql(recorded, as_of)})"
    [[differing]] = connection.execute(query).fetchall()
    return Comparison(int(differing))


def declare_restatement(
    connection: duckdb.DuckDBPyConnection,
    recorded: Zones,
    zones: Zones,
    as_of: date,
    declaration: Declaration,
) -> int:
    """Write to the memory of ``zones`` what differs from the records in ``recorded``."""
    return declare(connection, zones, as_of, _difference_sql(recorded, as_of), declaration)


def _difference_sql(recorded: Zones, as_of: date) -> str:
    log = segment_log()
    key = ", ".join(log.key)
    matches = " AND ".join(f"recorded.{name} = restated.{name}" for name in log.key)
    differs = " OR ".join(
        f"recorded.{name} IS DISTINCT FROM restated.{name}" for name in log.columns
    )
    columns = ", ".join(f"cast({name} AS {kind}) AS {name}" for name, kind in log.columns.items())
    keys = ", ".join(f"coalesce(recorded.{name}, restated.{name}) AS {name}" for name in log.key)
    return f"""
        WITH recorded AS (
            SELECT {", ".join(log.columns)}
            FROM ({opening_sql(log, recorded, as_of + timedelta(days=1))})
        ),
        restated AS (SELECT {columns} FROM ({MEMBERSHIPS}))
        SELECT DATE '{as_of}' AS as_of_date, {keys}, {difference_columns()}
        FROM recorded FULL JOIN restated ON {matches}
        WHERE {differs}
        ORDER BY {key}
    """
