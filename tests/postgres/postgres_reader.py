"""A BI reader of PostgreSQL: joins published tables again and again until it is told to stop.

Run as ``python postgres_reader.py DSN STOP_FILE KIND``; prints what it saw as JSON. Imports nothing
of the project: a BI tool has only the connection.

KIND ``query``: one statement, prepared after a few times. ``transaction``: two statements of one
transaction, in either order. ``snapshot``: two statements of one REPEATABLE READ transaction whose
snapshot is older than its first look at a published table.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg

JOINED = """
    select
        array_agg(distinct c.as_of_date::text)
            || array_agg(distinct s.as_of_date::text) || array_agg(distinct p.as_of_date::text),
        count(*) = min(s.customer_count)
    from patron.seg_customer as c
    cross join patron.seg_summary as s
    cross join patron.publication as p
"""
HALVES = (
    "select array_agg(distinct as_of_date::text), count(*) from patron.seg_customer",
    "select array_agg(distinct as_of_date::text), min(customer_count) from patron.seg_summary",
)


def query(connection: psycopg.Connection) -> tuple[list[str], bool]:
    row = connection.execute(JOINED).fetchone()
    assert row is not None
    return row[0] or [], bool(row[1])


def transaction(connection: psycopg.Connection) -> tuple[list[str], bool]:
    halves = random.sample(HALVES, 2)
    with connection.transaction():
        rows = [connection.execute(half).fetchone() for half in halves]
    return _together(rows)


def snapshot(connection: psycopg.Connection) -> tuple[list[str], bool]:
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("select 1")  # the snapshot
        time.sleep(random.uniform(0, 0.3))
        rows = [connection.execute(half).fetchone() for half in HALVES]
    return _together(rows)


def _together(rows: list[tuple[list[str], int] | None]) -> tuple[list[str], bool]:
    found = [row for row in rows if row is not None]
    days = [day for row in found for day in row[0] or ()]
    return days, len({count for _, count in found}) == 1


def main(dsn: str, stop: Path, kind: str) -> None:
    look = {"query": query, "transaction": transaction, "snapshot": snapshot}[kind]
    seen: Counter[str] = Counter()
    mixtures, errors, longest = 0, [], 0.0
    with psycopg.connect(dsn, autocommit=True) as connection:
        while not stop.exists():
            started = time.monotonic()
            try:
                days, whole = look(connection)
            except psycopg.Error as error:
                errors.append(f"{type(error).__name__}: {error}")
                continue
            longest = max(longest, time.monotonic() - started)
            seen[days[0] if days else "nothing"] += 1
            mixtures += len(set(days)) != 1 or not whole
            time.sleep(0.01)  # the machine is the publisher's, too
    report = {"seen": seen, "mixtures": mixtures, "errors": errors, "longest": longest}
    print(json.dumps(report))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
