"""What a run remembers for the runs to come: ``history.customer_value`` and
``history.segment_membership``.

Belongs here: the order, after publication, so that only what was published is remembered. Does not
belong here: how it is remembered (``orchestration/history``).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
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

from orchestration import warehouse
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.dbt_process import project_digest
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.assets.publication import PUBLICATION
from orchestration.history import run_inputs
from orchestration.history.closings import write_closing
from orchestration.history.segment_memory import Declaration, Outcome, remember
from orchestration.progress import tell
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

CUSTOMER_VALUE = AssetKey(["history", "customer_value"])
CLOSED = AssetKey(["intermediate", "int_customers_value_closed"])
STATE = "SELECT * FROM intermediate.int_customers_value_closed"

SEGMENT_MEMBERSHIP = AssetKey(["history", "segment_membership"])
HELD = AssetKey(["intermediate", "int_segments_held"])
MEMBERSHIPS = "SELECT * FROM intermediate.int_segments_held"


def build_history_assets(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> list[AssetsDefinition]:
    """The closing of the running period and the day's segments, kept for what comes after."""

    @asset(
        key=CUSTOMER_VALUE,
        deps=[CLOSED, PUBLICATION],
        group_name="history",
        kinds={"parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description="Customers whose value changed since the close of the period before.",
    )
    def customer_value_history(context: AssetExecutionContext) -> MaterializeResult[Any]:
        as_of = date.fromisoformat(context.partition_key)
        with _reading(settings, as_of) as connection:
            closing = write_closing(connection, settings.zones, STATE, as_of, settings.value_period)
        if not closing.is_written:
            tell(context.log, f"not remembered: {closing.reason}")
        return MaterializeResult(
            metadata={
                "dagster/row_count": closing.rows,
                "is_written": closing.is_written,
                "reason": closing.reason,
            }
        )

    @asset(
        key=SEGMENT_MEMBERSHIP,
        deps=[HELD, PUBLICATION],
        group_name="history",
        kinds={"parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description="Customers whose segment, held or by the facts of the day, is another one.",
    )
    def segment_membership_history(context: AssetExecutionContext) -> MaterializeResult[Any]:
        as_of = date.fromisoformat(context.partition_key)
        zones, rules = settings.zones, project_digest()
        with _reading(settings, as_of) as connection:
            declaration = _declaration(connection, settings, as_of, context.run_id, rules)
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
        return MaterializeResult(
            metadata={
                "dagster/row_count": done.rows,
                "outcome": str(done.outcome),
                "differing_members": done.differing,
                "reason": done.reason,
            }
        )

    return [customer_value_history, segment_membership_history]


def _declaration(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    run_id: str,
    rules_digest: str,
) -> Declaration:
    """What is declared if the day has a record that says otherwise."""
    if as_of in run_inputs.LOG.dates(settings.zones):
        changes = run_inputs.changed_inputs(connection, settings.zones, as_of, rules_digest)
        changed = run_inputs.in_words(changes)
    else:
        changed = "the inputs of the day are not recorded"
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return Declaration(f"refresh, run {run_id}", now, changed)


@contextmanager
def _reading(settings: Settings, as_of: date) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        permanent_faults_final(),
        transient_faults_retried(),
        held_run(settings),
        warehouse.read(settings) as connection,
    ):
        warehouse.require_as_of(connection, as_of)
        yield connection
