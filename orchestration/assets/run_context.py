"""The hand-over from extracts to dbt: raw is registered in the warehouse as of one date.

Belongs here: the assets ``raw.run_context``, those that tell what has arrived (``raw.extract_*``)
and those of the dbt source ``history``. Does not belong here: how they are written
(``orchestration/warehouse.py``, ``orchestration/ingest/arrivals.py``).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    DailyPartitionsDefinition,
    MaterializeResult,
    multi_asset,
)

from orchestration import warehouse
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.extracts import Contracts, extract_key
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.history.declared import declared_tables, remembered_dates
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

RUN_CONTEXT = AssetKey(["raw", "run_context"])
EXTRACT_LOAD = AssetKey(["raw", "extract_load"])
EXTRACT_ACCOUNTS = {
    EXTRACT_LOAD: "Rows landed, accepted and quarantined of each visible file.",
    AssetKey(["raw", "extract_refusal"]): "Rows refused, by extract and reason.",
    AssetKey(["raw", "extract_contract"]): "What the contract of each active extract promises.",
}


def history_key(table: str) -> AssetKey:
    """Key of a table of the dbt source ``history``."""
    return AssetKey(["history", table])


def build_run_context_asset(
    settings: Settings, contracts: Contracts, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """``contracts`` are those of every known source system, active or not."""
    active = [
        extract_key(contract)
        for (source, _), contract in contracts.items()
        if source in settings.sources
    ]

    @multi_asset(
        name="run_context",
        specs=[
            AssetSpec(
                RUN_CONTEXT,
                deps=active,
                group_name="extracts",
                kinds={"duckdb"},
                owners=[DEFAULT_OWNER],
                description="One row: the as-of date of the refresh and its conventions.",
            ),
            *(
                AssetSpec(
                    key,
                    deps=active,
                    group_name="extracts",
                    kinds={"duckdb"},
                    owners=[DEFAULT_OWNER],
                    description=description,
                )
                for key, description in EXTRACT_ACCOUNTS.items()
            ),
            *(
                AssetSpec(
                    history_key(name),
                    group_name="history",
                    kinds={"duckdb"},
                    owners=[DEFAULT_OWNER],
                    description=table["description"],
                )
                for name, table in declared_tables().items()
            ),
        ],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
    )
    def run_context(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.write(settings) as connection,
        ):
            visible = warehouse.register_raw(connection, settings, contracts, as_of)
        yield MaterializeResult(
            asset_key=RUN_CONTEXT,
            metadata={
                "as_of_date": as_of.isoformat(),
                "source_systems": ", ".join(settings.sources),
                "business_time_zone": settings.timezone,
                "currency_code": settings.currency,
            },
        )
        for key in EXTRACT_ACCOUNTS:
            yield MaterializeResult(
                asset_key=key,
                metadata={
                    "visible_extracts": sum(visible.values()),
                    "tables_without_extract": sum(
                        count == 0 for (source, _), count in visible.items()
                        if source in settings.sources
                    ),
                },
            )  # fmt: skip
        for name in declared_tables():
            dates = remembered_dates(name, settings.zones, as_of, settings.value_period)
            yield MaterializeResult(
                asset_key=history_key(name),
                metadata={
                    "remembered_dates": len(dates),
                    "newest_date": dates[-1].isoformat() if dates else "none is kept yet",
                },
            )

    return run_context
