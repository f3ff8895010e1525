"""A memory of segments small enough to write by hand: states as mappings, in a home of its own."""

from collections.abc import Mapping
from datetime import date, datetime

import duckdb

from orchestration.history.change_log import opening_sql
from orchestration.history.segment_memory import Declaration, Remembered, remember, segment_log
from orchestration.settings import Zones

Segments = Mapping[str, str]  # customer -> segment of the one scheme
SCHEME = "rfm"
DECLARATION = Declaration("a test", datetime(2025, 7, 1, 12), "raw sales.sales_orders replaced")


def state_sql(segments: Segments, raw: Segments | None = None) -> str:
    """SQL of a state: each customer in its segment, judged to be in ``raw`` or the same."""
    given = {
        customer: {
            "customer_key": customer,
            "scheme": SCHEME,
            "segment": segment,
            "raw_segment": (raw or {}).get(customer, segment),
            "definition_version": 1,
        }
        for customer, segment in segments.items()
    }
    columns = segment_log().columns
    if not given:
        empty = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
        return f"SELECT {empty} WHERE false"
    rows = (
        ", ".join(
            f"cast({_literal(row.get(name))} as {kind}) as {name}" for name, kind in columns.items()
        )
        for row in given.values()
    )
    return " UNION ALL ".join(f"SELECT {row}" for row in rows)


def _literal(value: str | int | None) -> str:
    return "null" if value is None else f"'{value}'"


def keep(
    connection: duckdb.DuckDBPyConnection,
    zones: Zones,
    as_of: date,
    segments: Segments,
    raw: Segments | None = None,
) -> Remembered:
    """Remember a day."""
    return remember(connection, zones, state_sql(segments, raw), as_of, DECLARATION)


def opened(connection: duckdb.DuckDBPyConnection, zones: Zones, as_of: date) -> dict[str, str]:
    """The segments that are remembered before a day."""
    sql = opening_sql(segment_log(), zones, as_of)
    return dict(connection.execute(f"SELECT customer_key, segment FROM ({sql})").fetchall())
