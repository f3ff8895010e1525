"""Rows of Dagster's event log, many in one statement.

Belongs here: what Dagster's ``SqlEventLogStorage`` writes of an event, from the text that its row
holds already. Does not belong here: files and transactions (``event_log.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy
from dagster import DagsterEventType
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationPlanned,
)
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    SqlEventLogStorageTable,
)
from sqlalchemy.engine import Connection

Row = dict[str, Any]
EVALUATION = DagsterEventType.ASSET_CHECK_EVALUATION
CHECKS = AssetCheckExecutionsTable
KEY = ("asset_key", "check_name", "run_id", "partition")
OF_KEY = [CHECKS.c[name].is_not_distinct_from(sqlalchemy.bindparam(f"this_{name}")) for name in KEY]
VERDICT = CHECKS.update().where(*OF_KEY)


def insert_numbered(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert into the index, each row told its ``id``: SQLite has one writer, so after the first
    row the numbers that follow are ours until the transaction ends."""
    if not rows:
        return
    first = connection.execute(SqlEventLogStorageTable.insert(), rows[0]).lastrowid
    for number, row in enumerate(rows, first):
        row["id"] = number
    if len(rows) > 1:
        connection.execute(SqlEventLogStorageTable.insert(), rows[1:])


def insert_planned(connection: Connection, events: Sequence[tuple[EventLogEntry, Row]]) -> None:
    """Checks that a run will make."""
    rows = [planned for event, row in events for planned in _planned(event, row)]
    if rows:
        connection.execute(CHECKS.insert(), rows)


def update_judged(
    connection: Connection, events: Sequence[tuple[EventLogEntry, Row]]
) -> Sequence[tuple[EventLogEntry, Row]]:
    """Verdicts of planned checks. Returns what Dagster has to store itself: verdicts of no run, and
    all of them where one had not been planned."""
    verdicts = [one for one in events if one[0].dagster_event_type == EVALUATION]
    of_runs = [one for one in verdicts if one[0].run_id]
    if of_runs:
        changed = connection.execute(VERDICT, [_verdict(*one) for one in of_runs]).rowcount
        if changed == len(of_runs):
            return [one for one in verdicts if not one[0].run_id]
    return verdicts


def _planned(event: EventLogEntry, row: Row) -> Iterator[Row]:
    planned = event.dagster_event and event.dagster_event.event_specific_data
    if not isinstance(planned, AssetCheckEvaluationPlanned):
        return
    subset = planned.partitions_subset
    for partition in subset.get_partition_keys() if subset else (None,):
        yield {
            "asset_key": planned.asset_key.to_string(),
            "check_name": planned.check_name,
            "partition": partition,
            "run_id": event.run_id,
            "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
            **_of_event(row),
        }


def _verdict(event: EventLogEntry, row: Row) -> Row:
    verdict = event.get_dagster_event().asset_check_evaluation_data
    status = AssetCheckExecutionRecordStatus
    judged = verdict.target_materialization_data
    return {
        "this_asset_key": verdict.asset_key.to_string(),
        "this_check_name": verdict.check_name,
        "this_run_id": event.run_id,
        "this_partition": verdict.partition,
        "execution_status": (status.SUCCEEDED if verdict.passed else status.FAILED).value,
        "materialization_event_storage_id": judged.storage_id if judged else None,
        **_of_event(row),
    }


def _of_event(row: Row) -> Row:
    return {
        "evaluation_event": row["event"],
        "evaluation_event_timestamp": row["timestamp"],
        "evaluation_event_storage_id": row["id"],
    }
