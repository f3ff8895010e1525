"""One log of changes: a table's state at each as-of date, kept as the rows that differ.

Belongs here: reading a log as of a date, and writing one date of it. Does not belong here: which
logs there are (``declared``), and what a differing second run means (``closings``,
``segment_memory``).

A file holds the rows that differ from the state before it, and the rows that are gone, as they last
were. So a log grows with what changed, and the state before any date is the newest row of each key
in the files before it. A date is written only after all older ones: what a later file left out was
equal to the state that the older files gave.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.private_folder import make_private_folder
from orchestration.publish.durable import sync_folder
from orchestration.settings import Zones


class ChangeLogError(ValueError):
    """A state cannot be remembered: its key is not unique, or a file is not of its log."""


@dataclass(frozen=True)
class ChangeLog:
    """A log: its folder in the history zone, its key, and its columns with SQL types, key included.

    Each file also has ``date_column``, the date that it is of, and ``is_gone``.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    date_column: str = "as_of_date"

    def folder(self, zones: Zones) -> Path:
        """Where the files lie."""
        return zones.history / self.name

    def file(self, zones: Zones, day: date) -> Path:
        """Where the changes of ``day`` lie."""
        return self.folder(zones) / f"{self.date_column}={day}.parquet"

    def dates(self, zones: Zones, before: date | None = None) -> list[date]:
        """Dates that are kept, oldest first; only those before a date where one is given."""
        files = self.folder(zones).glob(f"{self.date_column}=*.parquet")
        kept = sorted(date.fromisoformat(file.stem.partition("=")[2]) for file in files)
        return [day for day in kept if before is None or day < before]


def opening_sql(log: ChangeLog, zones: Zones, before: date) -> str:
    """SQL of the state before a date: the log's columns, and the newest date that is kept of it.

    Most keys never change after the first file, which is therefore read as it is; only what came
    later is grouped.
    """
    dates = log.dates(zones, before)
    if not dates:
        return _empty_sql({**log.columns, log.date_column: "date"})
    columns, key = ", ".join(log.columns), ", ".join(log.key)
    first = f"(SELECT {columns} FROM {scan(log, zones, dates[:1])} WHERE NOT is_gone)"
    newest = f"DATE '{dates[-1]}' AS {log.date_column}"
    if len(dates) == 1:
        return f"SELECT {columns}, {newest} FROM {first}"
    later = scan(log, zones, dates[1:])
    latest = ", ".join(f"latest.{name}" for name in log.columns)
    return (
        f"SELECT {columns}, {newest} FROM {first} ANTI JOIN {later} USING ({key}) "
        f"UNION ALL SELECT {latest}, {newest} FROM ("
        f"SELECT max_by(change, change.{log.date_column}) AS latest FROM {later} AS change "
        f"GROUP BY {', '.join(f'change.{name}' for name in log.key)}) WHERE NOT latest.is_gone"
    )


def changes_sql(log: ChangeLog, zones: Zones, before: date) -> str:
    """SQL of every change before a date, with the date of each and ``is_gone``."""
    columns = {**log.columns, log.date_column: "date", "is_gone": "boolean"}
    dates = log.dates(zones, before)
    if not dates:
        return _empty_sql(columns)
    return f"SELECT {', '.join(columns)} FROM {scan(log, zones, dates)}"


def scan(log: ChangeLog, zones: Zones, dates: list[date]) -> str:
    """SQL that reads the files of ``dates`` as they are."""
    files = ", ".join(quoted(log.file(zones, day)) for day in dates)
    return f"read_parquet([{files}], hive_partitioning = false)"


def stage(
    connection: duckdb.DuckDBPyConnection,
    log: ChangeLog,
    zones: Zones,
    state_query: str,
    as_of: date,
    before: date | None = None,
) -> tuple[Path, int]:
    """Write what ``state_query`` changes in the state before ``before`` (default: ``as_of``).

    ``state_query`` gives one row per key with the log's columns; it runs on ``connection``. The
    file is not part of the log until :func:`commit`. The rows of a key are compared by a hash of 64
    bits, so that a million customers in fifteen schemes take little memory.

    Returns:
        The file and its number of rows.

    Raises:
        ChangeLogError: the query gives a key twice.
    """
    staged = log.file(zones, as_of).with_suffix(".tmp")
    make_private_folder(staged.parent)
    columns = ", ".join(f"cast({name} as {kind}) AS {name}" for name, kind in log.columns.items())
    names, key = ", ".join(log.columns), ", ".join(log.key)
    opening = opening_sql(log, zones, before or as_of)
    rows = connection.execute(f"""
        COPY (
            WITH state AS (SELECT {columns} FROM ({state_query})),
            opening AS (SELECT * EXCLUDE ({log.date_column}) FROM ({opening})),
            known AS (SELECT {key}, hash({names}) AS row_hash FROM opening)
            SELECT *, DATE '{as_of}' AS {log.date_column}, is_gone
            FROM (
                SELECT {names}, false AS is_gone FROM state LEFT JOIN known USING ({key})
                WHERE row_hash IS DISTINCT FROM hash({names})
                UNION ALL
                SELECT {names}, true AS is_gone FROM opening ANTI JOIN state USING ({key})
            )
            ORDER BY {key}
        ) TO {quoted(staged)} (FORMAT parquet)
    """).fetchone()
    _require_unique(connection, log, staged)
    return staged, rows[0] if rows else 0


def commit(log: ChangeLog, zones: Zones, staged: Path, as_of: date) -> None:
    """Make a staged file the log's file of ``as_of``, on the disk when the call returns."""
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    staged.replace(log.file(zones, as_of))
    sync_folder(log.folder(zones))


def differing_keys_sql(log: ChangeLog, zones: Zones, staged: Path, as_of: date) -> str:
    """SQL of the keys whose row in the recorded file of ``as_of`` is another one in ``staged``."""
    key = ", ".join(log.key)
    recorded, again = scan(log, zones, [as_of]), f"read_parquet({quoted(staged)})"
    return (
        f"SELECT DISTINCT {key} FROM ("
        f"(FROM {recorded} EXCEPT FROM {again}) UNION ALL (FROM {again} EXCEPT FROM {recorded}))"
    )


def quoted(file: Path) -> str:
    """A path as an SQL string."""
    return "'" + str(file).replace("'", "''") + "'"


def _require_unique(connection: duckdb.DuckDBPyConnection, log: ChangeLog, staged: Path) -> None:
    key = ", ".join(log.key)
    twice = connection.execute(
        f"SELECT {key} FROM read_parquet({quoted(staged)}) "
        f"GROUP BY {key} HAVING count(*) > 1 OR {log.key[0]} IS NULL ORDER BY {key} LIMIT 3"
    ).fetchall()
    if twice:
        staged.unlink()
        examples = "; ".join(" ".join(map(str, row)) for row in twice)
        raise ChangeLogError(
            f"{log.name} has more than one row, or no key, for {examples}; its key is {key}"
        )


def _empty_sql(columns: Mapping[str, str]) -> str:
    typed = ", ".join(f"cast(null as {kind}) AS {name}" for name, kind in columns.items())
    return f"SELECT {typed} WHERE false"
