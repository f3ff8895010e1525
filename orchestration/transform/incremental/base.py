"""What the kept tables stand for: which raw partitions, conventions and code, and until when.

Belongs here: remembering that beside them, and what has come since. It is written in the
transaction that completes the tables and deleted before one of them is made anew, so that tables
and memory never part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

SCHEMA = "kept"
Partition = tuple[str, str, str, str]  # source, table, extract date, hash of the data


@dataclass(frozen=True)
class Base:
    """``until`` is the first instant after the as-of date of the kept tables, UTC."""

    digest: str
    until: datetime
    partitions: frozenset[Partition]
    held: frozenset[str]  # claims that no row broke


def read_base(connection: duckdb.DuckDBPyConnection) -> Base | None:
    """None: nothing is kept."""
    if not _tables(connection).issuperset({"base", "partition", "held_claim"}):
        return None
    found = connection.execute(f"SELECT digest, until FROM {SCHEMA}.base").fetchone()
    if found is None:
        return None
    digest, until = found
    partitions = connection.execute(f"FROM {SCHEMA}.partition").fetchall()
    held = connection.execute(f"FROM {SCHEMA}.held_claim").fetchall()
    return Base(digest, until, frozenset(partitions), frozenset(node for (node,) in held))


def write_base(connection: duckdb.DuckDBPyConnection, digest: str, held: Collection[str]) -> None:
    """The kept tables are those of what is registered now; within the caller's transaction."""
    forget_base(connection)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(
        f"CREATE TABLE {SCHEMA}.base AS "
        "SELECT $1 AS digest, as_of_end_at AS until FROM raw.run_context",
        [digest],
    )
    connection.execute(f"CREATE TABLE {SCHEMA}.partition AS {_registered()}")
    connection.execute(
        f"CREATE TABLE {SCHEMA}.held_claim AS SELECT unnest(cast($1 AS varchar[])) AS node",
        [sorted(held)],
    )


def forget_base(connection: duckdb.DuckDBPyConnection) -> None:
    """The kept tables stand for nothing any more."""
    for table in _tables(connection):
        connection.execute(f"DROP TABLE {SCHEMA}.{table}")


def registered(connection: duckdb.DuckDBPyConnection) -> frozenset[Partition]:
    """The partitions that are visible now."""
    return frozenset(connection.execute(_registered()).fetchall())


def conventions(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    """What the run context says beside the as-of date."""
    found = connection.execute(
        "SELECT * EXCLUDE (as_of_date, as_of_end_at) FROM raw.run_context"
    ).fetchall()
    return [repr(found)]


def _registered() -> str:
    return (
        "SELECT source, table_name, cast(extract_date AS varchar) AS extract_date, content_hash "
        "FROM raw.registered_extract"
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = ? "
        "AND database_name = current_database()",
        [SCHEMA],
    ).fetchall()
    return {name for (name,) in found}
