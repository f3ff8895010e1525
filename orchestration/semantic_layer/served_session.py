"""A published DuckDB file, read-only, under the names that dbt gives its tables.

The semantic models name ``patron.segments.seg_customer``; the served file has the table in its main
schema. Views in memory lead from the one to the other, so that one manifest serves the warehouse
and what is published. Belongs here: that. Does not belong here: questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

SERVED = "served"


@contextmanager
def served_session(
    database: Path, relations: Iterable[tuple[str, str, str]], limits: dict[str, str | int]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees one publication from first to last.

    ``relations`` are (database, schema, table) as the semantic manifest names them.
    """
    config: dict[str, str | bool | int | float | list[str]] = {**limits}
    connection = duckdb.connect(config=config)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        file = str(database).replace("'", "''")
        connection.execute(f"ATTACH '{file}' AS {SERVED} (READ_ONLY)")
        for catalog, schema, table in sorted(set(relations)):
            place = f"{_quoted(catalog)}.{_quoted(schema)}"
            connection.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {_quoted(catalog)}")
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {place}")
            connection.execute(
                f"CREATE VIEW {place}.{_quoted(table)} AS FROM {SERVED}.main.{_quoted(table)}"
            )
        yield connection
    finally:
        connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
