"""The history zone: what each customer was worth at the close of a period, kept for the next.

Belongs here: writing and finding those closings. Does not belong here: what became of the values
since (``customer_value_change`` in the dbt project).

A file holds the rows that differ from the closings before it, so history grows with what changed.
It is only ever extended: a closing that is older than the newest one is not written, since the
newer files say what changed since then. Within the running period the newest closing replaces the
one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb
import yaml

from orchestration.settings import DBT_PROJECT_ROOT, Zones

SOURCES_FILE = DBT_PROJECT_ROOT / "models" / "staging" / "history" / "_history__sources.yml"
FOLDER = "customer_value"
# Every closing ends with these: when it was written, and whether the customer was gone by then.
BOOKKEEPING = {"closing_date": "date", "is_gone": "boolean"}


@dataclass(frozen=True)
class Closing:
    """What writing a closing did."""

    is_written: bool
    rows: int
    reason: str


@cache
def state_columns() -> Mapping[str, str]:
    """Columns of a customer's state with their SQL types, as the dbt source declares them."""
    document = yaml.safe_load(SOURCES_FILE.read_text())
    columns = document["sources"][0]["tables"][0]["columns"]
    return {c["name"]: c["data_type"] for c in columns if c["name"] not in BOOKKEEPING}


def period_start(day: date, period: str) -> date:
    """First day of the day, week (Monday) or month that holds ``day``."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def closing_dates(zones: Zones) -> list[date]:
    """Dates of the closings that are kept, oldest first."""
    folder = zones.history / FOLDER
    return sorted(date.fromisoformat(file.stem.partition("=")[2]) for file in _files(folder))


def opening_sql(zones: Zones, as_of: date, period: str) -> str:
    """SQL of every customer's state at the close of the last period before that of ``as_of``."""
    before = period_start(as_of, period)
    dates = [day for day in closing_dates(zones) if day < before]
    if not dates:
        typed = ", ".join(
            f"cast(null as {kind}) as {name}"
            for name, kind in {**state_columns(), "closing_date": "date"}.items()
        )
        return f"SELECT {typed} WHERE false"
    states = ", ".join(f"latest.{name}" for name in state_columns())
    files = ", ".join(_quoted(_file(zones, day)) for day in dates)
    return (
        f"SELECT {states}, DATE '{dates[-1]}' AS closing_date FROM ("
        "SELECT max_by(state, state.closing_date) AS latest "
        f"FROM read_parquet([{files}]) AS state GROUP BY state.customer_key) "
        "WHERE NOT latest.is_gone"
    )


def write_closing(
    connection: duckdb.DuckDBPyConnection,
    zones: Zones,
    state_query: str,
    as_of: date,
    period: str,
) -> Closing:
    """Keep the state that ``state_query`` gives as the closing of ``as_of``.

    ``state_query`` gives one row per customer with the declared columns; it runs on ``connection``.
    """
    kept = closing_dates(zones)
    if kept and as_of < kept[-1]:
        return Closing(False, 0, f"the closing of {kept[-1]} is newer, and it counts from before")
    start = period_start(as_of, period)
    superseded = [day for day in kept if start <= day < as_of]
    target = _file(zones, as_of)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".tmp")
    columns = ", ".join(f"cast({n} as {kind}) as {n}" for n, kind in state_columns().items())
    gone = ", ".join(
        "customer_key" if name == "customer_key" else f"cast(null as {kind}) as {name}"
        for name, kind in state_columns().items()
    )
    opening = opening_sql(zones, start, "day")
    rows = connection.execute(f"""
        COPY (
            WITH state AS (SELECT {columns} FROM ({state_query})),
            opening AS (SELECT * EXCLUDE (closing_date) FROM ({opening}))
            SELECT *, DATE '{as_of}' AS closing_date, is_gone
            FROM (
                SELECT *, false AS is_gone FROM (FROM state EXCEPT FROM opening)
                UNION ALL
                SELECT {gone}, true AS is_gone FROM opening
                WHERE customer_key NOT IN (SELECT customer_key FROM state)
            )
            ORDER BY customer_key
        ) TO {_quoted(partial)} (FORMAT parquet)
    """).fetchone()
    partial.replace(target)
    for day in superseded:
        _file(zones, day).unlink()
    return Closing(True, rows[0] if rows else 0, f"changes since the period before {start}")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("closing_date=*.parquet"))


def _file(zones: Zones, day: date) -> Path:
    return zones.history / FOLDER / f"closing_date={day}.parquet"


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"
