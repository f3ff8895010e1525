"""Each target as an asset behind the publication; one that is not configured does not exist.

Belongs here: its place in the graph. Does not belong here: the work (``publish/postgres``,
``publish/object_store``). Targets depend on the publication alone: one that is down fails itself.
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
from orchestration.progress import tell
from orchestration.publish.targets import PublicationTarget
from orchestration.refresh_tags import FORCE_TAG
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings


def key_of(target: PublicationTarget) -> AssetKey:
    """The asset of a target."""
    return AssetKey(["serving", identifier_of(target)])


def identifier_of(target: PublicationTarget) -> str:
    return target.name.replace("-", "_")


def build_target_asset(
    settings: Settings, target: PublicationTarget, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """Shows there what is served, which an older as-of date does not change."""

    @asset(
        key=key_of(target),
        deps=[PUBLICATION],
        group_name="publication",
        kinds={target.kind},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description=(
            f"The served publication in {target.title}: all its tables at once, or as before."
        ),
    )
    def follow(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with permanent_faults_final(), transient_faults_retried(), held_run(settings):
            done = target.sync(force=FORCE_TAG in context.run.tags)
        tell(context.log, f"{target.title} at {target.where}: {done}")
        return MaterializeResult(
            metadata={
                "where": target.where,
                "action": str(done.action),
                "publication_id": done.manifest.publication_id,
                "as_of_date": done.manifest.as_of_date.isoformat(),
                "content_hash": done.manifest.content_hash,
                "dagster/row_count": done.manifest.rows,
                "replaced": done.replaced.publication_id if done.replaced else "nothing",
                "seconds": round(done.seconds, 1),
            }
        )

    return follow
