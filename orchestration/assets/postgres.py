"""PostgreSQL as an asset behind the publication; exists where ``PATRON_POSTGRES_DSN`` is set.

Belongs here: its place in the graph. Does not belong here: loading and swapping
(``orchestration/publish/postgres``).
"""

from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    DailyPartitionsDefinition,
    MaterializeResult,
    asset,
)

from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.assets.publication import PUBLICATION
from orchestration.contracts import PublishedContract
from orchestration.progress import tell
from orchestration.publish.postgres import Target, sync
from orchestration.refresh_tags import FORCE_TAG
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

POSTGRES = AssetKey(["serving", "postgres"])


def build_postgres_asset(
    settings: Settings,
    target: Target,
    contracts: dict[str, PublishedContract],
    partitions: DailyPartitionsDefinition,
) -> AssetsDefinition:
    """Shows in PostgreSQL what is served, which an older as-of date does not change."""

    @asset(
        key=POSTGRES,
        deps=[PUBLICATION],
        group_name="publication",
        kinds={"postgres"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description="The served publication in PostgreSQL: all its tables at once, or as before.",
    )
    def postgres(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with permanent_faults_final(), transient_faults_retried(), held_run(settings):
            done = sync(
                target,
                settings.zones.serving,
                contracts,
                settings.duckdb_limits,
                force=FORCE_TAG in context.run.tags,
            )
        tell(context.log, f"PostgreSQL at {target.address}: {done}")
        return MaterializeResult(
            metadata={
                "where": str(target.address),
                "action": str(done.action),
                "publication_id": done.manifest.publication_id,
                "as_of_date": done.manifest.as_of_date.isoformat(),
                "content_hash": done.manifest.content_hash,
                "dagster/row_count": done.manifest.rows,
                "replaced": done.replaced.publication_id if done.replaced else "nothing",
                "seconds": round(done.seconds, 1),
            }
        )

    return postgres
