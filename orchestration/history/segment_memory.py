"""The memory of segments: who is in which segment, by day, and what was declared to differ later.

Belongs here: remembering a day, comparing a day with its record, and declaring a difference. Does
not belong here: how a log is kept (``change_log``), and who belongs where (``int_segments_held`` in
the dbt project).

A record is never changed silently. A day that gives another result than its record has a
restatement: both results of each member, and what is known of the cause. Only the newest day's
record is then replaced, since it is published again and no newer day counts from it; an older
record stays as it was published, until ``patron replay --restate`` replaces it and those after it.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import duckdb

from orchestration.history.change_log import (
    ChangeLog,
    commit,
    differing_keys_sql,
    opening_sql,
    quoted,
    scan,
    stage,
)
from orchestration.history.declared import change_logs
from orchestration.history.run_inputs import ChangedInput, in_words
from orchestration.private_folder import make_private_folder
from orchestration.settings import Zones

LOG = "segment_membership"
RESTATEMENTS = "segment_restatement"
# The state of a day in its warehouse.
MEMBERSHIPS = "SELECT * FROM intermediate.int_segments_held"
# What a restatement keeps of both results.
COMPARED = ("segment", "segment_since_date", "raw_segment", "raw_since_date", "definition_version")


class Outcome(StrEnum):
    """What became of a day that was to be remembered."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"  # the record says the same already
    RESTATED = "restated"  # newest day: declared, and the record replaced
    DECLARED = "declared"  # older day: declared, the record stays
    TOO_OLD = "too old"  # no record of it, and newer days count without it


@dataclass(frozen=True)
class Declaration:
    """Who declares a difference, when, and the inputs that are known to have changed."""

    declared_by: str
    declared_at: datetime
    changed_inputs: str

    @classmethod
    def of_now(cls, declared_by: str, changes: Sequence[ChangedInput] | None) -> Declaration:
        """Declared now; ``changes`` is None where the inputs of the day are not recorded."""
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        return cls(declared_by, now, in_words(changes))


@dataclass(frozen=True)
class Remembered:
    """What remembering a day did: ``rows`` changed that day, ``differing`` from its record."""

    outcome: Outcome
    rows: int
    differing: int
    reason: str


def segment_log() -> ChangeLog:
    """The log of memberships."""
    return change_logs()[LOG]


def remember(
    connection: duckdb.DuckDBPyConnection,
    zones: Zones,
    state_query: str,
    as_of: date,
    declaration: Declaration,
) -> Remembered:
    """Keep the memberships that ``state_query`` gives as those of ``as_of``.

    ``declaration`` is used where the day has a record that says otherwise.
    """
    log = segment_log()
    kept = log.dates(zones)
    if as_of not in kept and kept and as_of < kept[-1]:
        reason = f"{kept[-1]} is remembered already, and counts from the days before it"
        return Remembered(Outcome.TOO_OLD, 0, 0, reason)
    with _staged(connection, zones, state_query, as_of) as (staged, rows):
        if as_of not in kept:
            commit(log, zones, staged, as_of)
            return Remembered(Outcome.WRITTEN, rows, 0, "changes since the day before")
        # Equal rows give an equal file: then they need not be compared.
        is_same = filecmp.cmp(staged, log.file(zones, as_of), shallow=False)
        differing = 0 if is_same else _declare_staged(connection, zones, staged, as_of, declaration)
        if not differing:
            return Remembered(Outcome.UNCHANGED, rows, 0, f"{as_of} gave the same before")
        if as_of == kept[-1]:
            commit(log, zones, staged, as_of)
            reason = f"{as_of} gave another result before: declared, and the record replaced"
            return Remembered(Outcome.RESTATED, rows, differing, reason)
    reason = f"{as_of} was published with another result: declared, the record stays"
    return Remembered(Outcome.DECLARED, rows, differing, reason)


def restatements_sql(zones: Zones) -> str | None:
    """SQL of all declared restatements, or None where there are none."""
    files = sorted((zones.history / RESTATEMENTS).glob("as_of_date=*/restatement=*.parquet"))
    if not files:
        return None
    return f"FROM read_parquet([{', '.join(map(quoted, files))}], hive_partitioning = false)"


@contextmanager
def _staged(
    connection: duckdb.DuckDBPyConnection, zones: Zones, state_query: str, as_of: date
) -> Iterator[tuple[Path, int]]:
    staged, rows = stage(connection, segment_log(), zones, state_query, as_of)
    try:
        yield staged, rows
    finally:
        staged.unlink(missing_ok=True)  # a committed one is gone already


def _declare_staged(
    connection: duckdb.DuckDBPyConnection,
    zones: Zones,
    staged: Path,
    as_of: date,
    declaration: Declaration,
) -> int:
    difference = _difference_sql(segment_log(), zones, staged, as_of)
    return declare(connection, zones, as_of, difference, declaration)


def declare(
    connection: duckdb.DuckDBPyConnection,
    zones: Zones,
    as_of: date,
    difference_sql: str,
    declaration: Declaration,
) -> int:
    """Write the restatement of a day, unless the newest one of the day says the same.

    ``difference_sql`` gives a row per differing member: ``as_of_date``, its key, and the compared
    columns of both results. Returns the number of members.
    """
    folder = zones.history / RESTATEMENTS / f"as_of_date={as_of}"
    earlier = sorted(folder.glob("restatement=*.parquet"))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE segment_difference AS {difference_sql}")
    [[differing]] = connection.execute("SELECT count(*) FROM segment_difference").fetchall()
    if not differing or (earlier and _is_same(connection, earlier[-1])):
        return int(differing)
    number = len(earlier) + 1
    partial = folder / "restatement.tmp"
    make_private_folder(folder)
    connection.execute(
        f"""
        COPY (
            SELECT *, {number} AS restatement_number, ? AS declared_by,
                cast(? AS timestamp) AS declared_at, ? AS changed_inputs
            FROM segment_difference ORDER BY {", ".join(segment_log().key)}
        ) TO {quoted(partial)} (FORMAT parquet)
        """,
        [declaration.declared_by, declaration.declared_at, declaration.changed_inputs],
    )
    partial.replace(folder / f"restatement={number:04}.parquet")
    return int(differing)


def difference_columns() -> str:
    """The compared columns of both results, from relations ``recorded`` and ``restated``."""
    return ", ".join(
        f"{side}.{name} AS {side}_{name}" for name in COMPARED for side in ("recorded", "restated")
    )


def _difference_sql(log: ChangeLog, zones: Zones, staged: Path, as_of: date) -> str:
    """Members of both results; null where one of them has no such member."""
    key = ", ".join(log.key)
    return f"""
        WITH differing AS ({differing_keys_sql(log, zones, staged, as_of)}),
        opening AS (
            SELECT {key}, {", ".join(COMPARED)}, false AS is_gone
            FROM ({opening_sql(log, zones, as_of)}) SEMI JOIN differing USING ({key})
        ),
        of_record AS (FROM {scan(log, zones, [as_of])}),
        of_now AS (FROM read_parquet({quoted(staged)})),
        recorded AS ({_side_sql("of_record", key)}),
        restated AS ({_side_sql("of_now", key)})
        SELECT DATE '{as_of}' AS as_of_date, {key}, {difference_columns()}
        FROM differing
        LEFT JOIN recorded USING ({key})
        LEFT JOIN restated USING ({key})
    """


def _side_sql(changes: str, key: str) -> str:
    columns = f"{key}, {', '.join(COMPARED)}"
    return (
        f"SELECT {columns} FROM (SELECT {columns}, is_gone FROM {changes} UNION ALL "
        f"SELECT {columns}, is_gone FROM opening ANTI JOIN {changes} USING ({key})) "
        "WHERE NOT is_gone"
    )


def _is_same(connection: duckdb.DuckDBPyConnection, newest: Path) -> bool:
    said = (
        "SELECT * EXCLUDE (restatement_number, declared_by, declared_at, changed_inputs) "
        f"FROM read_parquet({quoted(newest)}, hive_partitioning = false)"
    )
    return not connection.execute(
        f"(({said}) EXCEPT FROM segment_difference) UNION ALL "
        f"(FROM segment_difference EXCEPT ({said})) LIMIT 1"
    ).fetchall()
