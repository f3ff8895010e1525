"""What a run remembers for the runs to come: the changes of values, segments and exported lists.

Belongs here: the order, after publication, so that only what was published is remembered. Does not
belong here: how it is remembered (``orchestration/history``).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    DailyPartitionsDefinition,
    MaterializeResult,
    asset,
)

from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.dbt_process import project_digest
from orchestration.assets.publication import PUBLICATION
from orchestration.assets.step_warehouse import step_reads
from orchestration.history import run_inputs
from orchestration.history.closings import Closing, write_closing
from orchestration.history.export_memory import Export, remember_export
from orchestration.history.segment_memory import MEMBERSHIPS, Declaration, Outcome, remember
from orchestration.progress import tell
from orchestration.settings import DEFAULT_OWNER, Settings

STATE = "SELECT * FROM intermediate.int_customers_value_closed"
LISTS = "SELECT * FROM marts.audience_export WHERE delta <> 'remove'"

Metadata = dict[str, Any]


@dataclass(frozen=True)
class Memory:
    """A table of the history: what it remembers of which relation, and the function that does."""

    table: str
    of: str
    description: str
    remember: Callable[[AssetExecutionContext, duckdb.DuckDBPyConnection, Settings, date], Metadata]


def build_history_assets(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> list[AssetsDefinition]:
    """What is kept for what comes after: the running period's closing, segments and lists."""
    return [
        _build(memory, settings, partitions)
        for memory in (
            Memory(
                "customer_value",
                "intermediate.int_customers_value_closed",
                "Customers whose value changed since the close of the period before.",
                _remember_values,
            ),
            Memory(
                "segment_membership",
                "intermediate.int_segments_held",
                "Customers whose segment, held or by the facts of the day, is another one.",
                _remember_segments,
            ),
            Memory(
                "audience_export",
                "marts.audience_export",
                "Members of the audiences who came or went since the export before.",
                _remember_lists,
            ),
        )
    ]


def _build(
    memory: Memory, settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    @asset(
        key=["history", memory.table],
        deps=[AssetKey(memory.of.split(".")), PUBLICATION],
        group_name="history",
        kinds={"parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description=memory.description,
    )
    def history(context: AssetExecutionContext) -> MaterializeResult[Any]:
        as_of = date.fromisoformat(context.partition_key)
        with step_reads(settings, as_of) as connection:
            return MaterializeResult(metadata=memory.remember(context, connection, settings, as_of))

    return history


def _remember_values(
    context: AssetExecutionContext,
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
) -> Metadata:
    closing = write_closing(connection, settings.zones, STATE, as_of, settings.value_period)
    return _told(context, closing, "not remembered")


def _remember_lists(
    context: AssetExecutionContext,
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
) -> Metadata:
    export = remember_export(connection, settings.zones, LISTS, as_of)
    return _told(context, export, "export not remembered")


def _told(context: AssetExecutionContext, kept: Closing | Export, otherwise: str) -> Metadata:
    if not kept.is_written:
        tell(context.log, f"{otherwise}: {kept.reason}")
    return {
        "dagster/row_count": kept.rows,
        "is_written": kept.is_written,
        "reason": kept.reason,
    }


def _remember_segments(
    context: AssetExecutionContext,
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
) -> Metadata:
    zones, rules = settings.zones, project_digest()
    changes = run_inputs.changed_inputs(connection, zones, as_of, rules)
    declaration = Declaration.of_now(f"refresh, run {context.run.run_id}", changes)
    done = remember(connection, zones, MEMBERSHIPS, as_of, declaration)
    if done.outcome is not Outcome.TOO_OLD:
        run_inputs.remember_inputs(connection, zones, as_of, rules)
    if done.outcome in (Outcome.RESTATED, Outcome.DECLARED):
        tell(
            context.log,
            f"restated segments: {done.differing} members differ. {done.reason}. "
            f"Changed since: {declaration.changed_inputs}",
            logging.WARNING,
        )
    elif done.outcome is Outcome.TOO_OLD:
        tell(context.log, f"segments not remembered: {done.reason}", logging.WARNING)
    return {
        "dagster/row_count": done.rows,
        "outcome": str(done.outcome),
        "differing_members": done.differing,
        "reason": done.reason,
    }
