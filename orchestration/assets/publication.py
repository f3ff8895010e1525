"""Publication as two assets with the checks between them: candidate, then what is served.

Belongs here: the order write, audit, publish. Does not belong here: copying, hashing and replacing
(``orchestration/publish``).
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    DagsterInstance,
    DailyPartitionsDefinition,
    MaterializeResult,
    MetadataValue,
    asset,
)

from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.extracts import Contracts
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.assets.step_warehouse import step_reads
from orchestration.automation import publication_freshness
from orchestration.code_version import code_version
from orchestration.contracts import PublishedContract
from orchestration.ingest.partition import read_manifests
from orchestration.progress import tell
from orchestration.publish.candidate import Candidate, build_candidate, read_candidate
from orchestration.publish.manifest import Manifest, PublicationError, UsedExtract
from orchestration.publish.replace import promote
from orchestration.publish.serving_zone import how_to_open
from orchestration.refresh_tags import FORCE_TAG
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

CANDIDATE = AssetKey(["serving", "candidate"])
PUBLICATION = AssetKey(["serving", "publication"])


def build_publication_assets(
    settings: Settings,
    extract_contracts: Contracts,
    published_contracts: Mapping[str, PublishedContract],
    upstream: Iterable[AssetKey],
    partitions: DailyPartitionsDefinition,
) -> list[AssetsDefinition]:
    """``upstream`` is everything that must have succeeded: all models, published or not."""

    @asset(
        key=CANDIDATE,
        deps=sorted(upstream),
        group_name="publication",
        kinds={"duckdb", "parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description="The published tables copied out of the warehouse, complete, not yet served.",
    )
    def candidate(context: AssetExecutionContext) -> MaterializeResult[Any]:
        as_of = date.fromisoformat(context.partition_key)
        with step_reads(settings, as_of) as connection:
            built = build_candidate(
                connection,
                published_contracts,
                settings.zones.serving,
                as_of=as_of,
                code_version=code_version(),
                extracts=used_extracts(settings, extract_contracts, as_of),
            )
        return MaterializeResult(metadata=_metadata(built.manifest))

    @asset(
        key=PUBLICATION,
        deps=[CANDIDATE],
        group_name="publication",
        kinds={"duckdb", "parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        freshness_policy=publication_freshness(),
        description="What BI tools read: replaced as a whole, the version before it kept.",
    )
    def publication(context: AssetExecutionContext) -> MaterializeResult[Any]:
        serving = settings.zones.serving
        with permanent_faults_final(), transient_faults_retried(), held_run(settings):
            done = promote(
                newest_candidate(context.instance, settings, context.partition_key),
                serving,
                force=FORCE_TAG in context.run.tags,
            )
        if done.reason == "older_as_of":
            tell(
                context.log,
                f"not served: {done.served.as_of_date} is newer and stays (--force replaces it)",
                logging.WARNING,
            )
        return MaterializeResult(
            metadata={
                "published": done.published,
                "reason": str(done.reason),
                **_metadata(done.served),
                "how_to_open": MetadataValue.md(
                    "\n".join(f"    {line}" for line in how_to_open(done.served, serving))
                ),
            }
        )

    return [candidate, publication]


def newest_candidate(
    instance: DagsterInstance, settings: Settings, partition_key: str
) -> Candidate:
    """The candidate that was built last.

    Raises:
        PublicationError: it is of another as-of date, or gone.
    """
    event = instance.get_latest_materialization_event(CANDIDATE)
    built = event.asset_materialization if event else None
    if built is None or built.partition != partition_key:
        raise PublicationError(
            f"the newest candidate is of {built.partition if built else 'no date'}, not "
            f"{partition_key}; materialise serving/candidate for {partition_key} first"
        )
    return read_candidate(settings.zones.serving, str(built.metadata["publication_id"].value))


def used_extracts(settings: Settings, contracts: Contracts, as_of: date) -> list[UsedExtract]:
    """The newest extract of each active table, so that a publication can be traced to its input."""
    used = []
    for (source, table), contract in contracts.items():
        manifests = read_manifests(contract, settings.zones, as_of)
        if source in settings.sources and manifests:
            newest = max(manifests, key=lambda manifest: manifest.extract_date)
            used.append(UsedExtract(source, table, newest.extract_date, newest.data_sha256))
    return used


def _metadata(manifest: Manifest) -> dict[str, Any]:
    return {
        "publication_id": manifest.publication_id,
        "as_of_date": manifest.as_of_date.isoformat(),
        "content_hash": manifest.content_hash,
        "dagster/row_count": manifest.rows,
        "tables": MetadataValue.json({table.name: table.rows for table in manifest.tables}),
    }
