"""What each customer was worth at the close of a period, kept for the next.

Belongs here: when a closing is written and which one it replaces. Does not belong here: how a log
is kept (``change_log``), and what became of the values since (``customer_value_change`` in the dbt
project).

A closing that is older than the newest one is not written. Within the running period the newest
closing replaces the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.history.change_log import commit, stage
from orchestration.history.declared import change_logs, period_start
from orchestration.settings import Zones

LOG = "customer_value"


@dataclass(frozen=True)
class Closing:
    """What writing a closing did."""

    is_written: bool
    rows: int
    reason: str


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
    log = change_logs()[LOG]
    kept = log.dates(zones)
    if kept and as_of < kept[-1]:
        return Closing(False, 0, f"the closing of {kept[-1]} is newer, and it counts from before")
    start = period_start(as_of, period)
    staged, rows = stage(connection, log, zones, state_query, as_of, before=start)
    commit(log, zones, staged, as_of)
    for day in kept:
        if start <= day < as_of:
            log.file(zones, day).unlink()
    return Closing(True, rows, f"changes since the period before {start}")
