"""Assets of the extracts: landing -> raw and quarantine, one asset per contract.

Belongs here: which extracts a run loads and what Dagster shows of it. Does not belong here:
reading and judging rows (``orchestration/ingest``).
"""

import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    DailyPartitionsDefinition,
    Failure,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.faults import transient_faults_retried
from orchestration.contracts import ExtractContract
from orchestration.ingest.errors import ExtractError
from orchestration.ingest.load import LoadResult, load_until
from orchestration.ingest.partition import read_manifests
from orchestration.progress import tell
from orchestration.refresh_tags import FULL_TAG
from orchestration.run_lock import hold_run_lock
from orchestration.settings import Settings

Contracts = dict[tuple[str, str], ExtractContract]


def extract_key(contract: ExtractContract) -> AssetKey:
    """The asset key of an extract: the relation under which dbt knows it."""
    return AssetKey([contract.raw_schema, contract.table])


def build_extract_assets(
    settings: Settings, contracts: Contracts, partitions: DailyPartitionsDefinition
) -> list[AssetsDefinition]:
    """One multi-asset per active source system; its assets can be materialised singly."""
    return [
        _source_assets(
            settings,
            source,
            [contract for (owner, _), contract in contracts.items() if owner == source],
            partitions,
        )
        for source in settings.sources
    ]


def _source_assets(
    settings: Settings,
    source: str,
    contracts: list[ExtractContract],
    partitions: DailyPartitionsDefinition,
) -> AssetsDefinition:
    @multi_asset(
        name=f"{source}_extracts",
        specs=[_spec(contract) for contract in contracts],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        can_subset=True,
    )
    def extracts(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with transient_faults_retried():
            hold_run_lock(settings)
        reload = FULL_TAG in context.run.tags
        refused = []
        for contract in contracts:
            if extract_key(contract) not in context.selected_asset_keys:
                continue
            try:
                with transient_faults_retried():
                    results = load_until(
                        contract,
                        settings.zones,
                        as_of,
                        reload=reload,
                        memory_limit=settings.memory_limit,
                    )
                for result in results:
                    for warning in result.warnings:
                        tell(context.log, warning, logging.WARNING)
                metadata = _metadata(settings, contract, as_of, results)
            except ExtractError as error:
                refused.append(str(error))
                continue
            yield MaterializeResult(asset_key=extract_key(contract), metadata=metadata)
        if refused:  # after the others, so that one bad extract does not hide the next
            raise Failure("\n".join(refused), allow_retries=False)

    return extracts


def _spec(contract: ExtractContract) -> AssetSpec:
    return AssetSpec(
        key=extract_key(contract),
        group_name="extracts",
        description=f"{contract.description} Contract {contract.source}/{contract.table} "
        f"{contract.version}, delivered as {contract.delivery}.",
        owners=[f"team:{contract.owner}"] if contract.owner else [],
        kinds={"parquet"},
        tags={"source_system": contract.source},
    )


def _metadata(
    settings: Settings, contract: ExtractContract, as_of: date, results: list[LoadResult]
) -> dict[str, Any]:
    manifests = read_manifests(contract, settings.zones, as_of)
    files = [file for manifest in manifests for file in manifest.files]
    newest = max((manifest.extract_date for manifest in manifests), default=None)
    return {
        "dagster/row_count": sum(file.rows_accepted for file in files),
        "rows_landed": sum(file.rows_landed for file in files),
        "rows_quarantined": sum(file.rows_quarantined for file in files),
        "extracts": len(manifests),
        "newest_extract": newest.isoformat() if newest else "none has landed",
        "loaded_in_this_run": sum(result.was_loaded for result in results),
        "superseded_not_loaded": sum(result.superseded_by is not None for result in results),
        "path": MetadataValue.path(str(settings.zones.raw / contract.source / contract.table)),
    }
