"""The lists of customers that were exported last, so that the next export says what changed.

Belongs here: when an export is remembered. Does not belong here: how a log is kept
(``change_log``), and who is in a list (``audience_export`` in the dbt project).

An export older than the newest is not remembered: the tools hold the newer lists, and what they
have to change counts from those. The newest may be run again; it counts from the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.history.change_log import commit, stage
from orchestration.history.declared import change_logs
from orchestration.settings import Zones

LOG = "audience_export"


@dataclass(frozen=True)
class Export:
    """What remembering an export did: ``rows`` of members that came, went or changed."""

    is_written: bool
    rows: int
    reason: str


def remember_export(
    connection: duckdb.DuckDBPyConnection, zones: Zones, lists_query: str, as_of: date
) -> Export:
    """Keep the lists that ``lists_query`` gives as those exported on ``as_of``.

    ``lists_query`` gives one row per audience and member with the declared columns; it runs on
    ``connection``.
    """
    log = change_logs()[LOG]
    kept = log.dates(zones)
    if kept and as_of < kept[-1]:
        return Export(False, 0, f"the export of {kept[-1]} is newer, and is what the tools hold")
    staged, rows = stage(connection, log, zones, lists_query, as_of)
    commit(log, zones, staged, as_of)
    return Export(True, rows, "changes since the export before")
