"""What each remembered day was computed from, so that a later difference has a known cause.

Belongs here: keeping the inputs of a day, and comparing them with those of now. Does not belong
here: what differs in the result (``segment_memory``).

The inputs are the raw partitions as they were registered, by the content hash in their file names,
what Python models wrote, and the rules (the files of the dbt project). They are a log of changes
too, so that a day adds what it has more than the day before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from orchestration.history.change_log import ChangeLog, commit, opening_sql, stage
from orchestration.model_zone import model_file, model_tables
from orchestration.publish.durable import file_sha256
from orchestration.settings import Zones

LOG = ChangeLog(
    name="run_input",
    key=("zone", "name", "part"),
    columns={
        "zone": "varchar",  # raw, models or rules
        "name": "varchar",  # <source>.<table>, table, or dbt_project
        "part": "varchar",  # extract date of raw, else empty
        "content_hash": "varchar",
    },
)

SHOWN_CHANGES = 20  # a line that a person still reads


@dataclass(frozen=True)
class ChangedInput:
    """An input that is another one now; ``change`` is replaced, added or removed."""

    zone: str
    name: str
    part: str
    change: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.zone, self.name, self.part, self.change)))


def remember_inputs(
    connection: duckdb.DuckDBPyConnection, zones: Zones, as_of: date, rules_digest: str
) -> bool:
    """Keep the inputs of ``as_of``, as registered in the warehouse of ``connection``.

    A day before the newest one is not kept: the newer ones count without it. Returns whether it
    was kept.
    """
    kept = LOG.dates(zones)
    if kept and as_of < kept[-1]:
        return False
    query = _present_sql(zones, as_of, rules_digest)
    staged, _ = stage(connection, LOG, zones, query, as_of)
    commit(LOG, zones, staged, as_of)
    return True


def changed_inputs(
    connection: duckdb.DuckDBPyConnection, zones: Zones, as_of: date, rules_digest: str
) -> list[ChangedInput] | None:
    """Inputs of the day ``as_of`` that are others now; None where they are not recorded.

    ``connection`` has raw registered as of that day.
    """
    if as_of not in LOG.dates(zones):
        return None
    rows = connection.execute(f"""
        SELECT zone, name, part,
            CASE
                WHEN present.content_hash IS NULL THEN 'removed'
                WHEN recorded.content_hash IS NULL THEN 'added'
                ELSE 'replaced'
            END
        FROM ({opening_sql(LOG, zones, as_of + timedelta(days=1))}) AS recorded
        FULL JOIN ({_present_sql(zones, as_of, rules_digest)}) AS present USING (zone, name, part)
        WHERE recorded.content_hash IS DISTINCT FROM present.content_hash
        ORDER BY zone, name, part
    """).fetchall()
    return [ChangedInput(*row) for row in rows]


def in_words(changes: Sequence[ChangedInput] | None) -> str:
    """The changes in one line; of many the first ones and how many more."""
    if changes is None:
        return "the inputs of the day are not recorded"
    if not changes:
        return "no input changed that is recorded"
    shown = "; ".join(map(str, changes[:SHOWN_CHANGES]))
    more = len(changes) - SHOWN_CHANGES
    return f"{shown}; and {more} more" if more > 0 else shown


def _present_sql(zones: Zones, as_of: date, rules_digest: str) -> str:
    others = [
        ("models", name, file_sha256(file))
        for name, table in sorted(model_tables().items())
        # A table that says how long a fit took is another one every time.
        if not any(column.endswith("_seconds") for column in table.columns)
        and (file := model_file(zones, name, as_of)).exists()
    ] + [("rules", "dbt_project", rules_digest)]
    values = ", ".join(f"('{zone}', '{name}', '', '{content}')" for zone, name, content in others)
    return (
        "SELECT 'raw' AS zone, source || '.' || table_name AS name, "
        "cast(extract_date AS varchar) AS part, content_hash FROM raw.registered_extract "
        f"UNION ALL SELECT * FROM (VALUES {values})"
    )
