"""The lists of customers that were exported, kept after publication: ``history.audience_export``.

Belongs here: what Dagster shows of it. Does not belong here: how it is remembered
(``orchestration/history``).
"""

from datetime import date
from typing import Any

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
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.assets.publication import PUBLICATION
from orchestration.history.export_memory import remember_export
from orchestration.progress import tell
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

AUDIENCE_EXPORT = AssetKey(["history", "audience_export"])
EXPORTED = AssetKey(["marts", "audience_export"])
LISTS = "SELECT * FROM marts.audience_export WHERE delta <> 'remove'"


def build_export_history_asset(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """The members of each audience, so that the next export says who comes and goes."""

    @asset(
        key=AUDIENCE_EXPORT,
        deps=[EXPORTED, PUBLICATION],
        group_name="history",
        kinds={"parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description="Members of the audiences who came or went since the export before.",
    )
    def audience_export_history(context: AssetExecutionContext) -> MaterializeResult[Any]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.read(settings) as connection,
        ):
            warehouse.require_as_of(connection, as_of)
            export = remember_export(connection, settings.zones, LISTS, as_of)
        if not export.is_written:
            tell(context.log, f"export not remembered: {export.reason}")
        return MaterializeResult(
            metadata={
                "dagster/row_count": export.rows,
                "is_written": export.is_written,
                "reason": export.reason,
            }
        )

    return audience_export_history
