"""The statistical segments as Dagster assets: their tables of the models zone.

Belongs here: what Dagster shows of them. Does not belong here: clustering, labels and writing
(``orchestration/segmentation``).
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
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.model_zone import model_tables, tables_made_by
from orchestration.run_lock import held_run
from orchestration.segmentation.cells import STATISTICS
from orchestration.segmentation.rules import SEEDS
from orchestration.segmentation.run import STEP, run_statistical_segments
from orchestration.settings import DEFAULT_OWNER, Settings


def build_statistical_segments_asset(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """The clustering, made after the value models and before the second dbt build."""

    @multi_asset(
        name=STEP,
        specs=[
            AssetSpec(
                AssetKey(["models", table]),
                deps=[AssetKey(name.split(".")) for name in (*STATISTICS, *SEEDS)],
                group_name="segments",
                kinds={"scikitlearn", "parquet"},
                owners=[DEFAULT_OWNER],
                description=model_tables()[table].description,
            )
            for table in tables_made_by(STEP)
        ],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
    )
    def statistical_segments(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.write(settings) as connection,
        ):
            warehouse.require_as_of(connection, as_of)
            tables = run_statistical_segments(connection, settings, as_of)
        [run] = tables["statistical_run"].to_pylist()
        told = ("status", "reason", "segment_count", "silhouette", "adjusted_rand_index")
        for name, table in tables.items():
            yield MaterializeResult(
                asset_key=AssetKey(["models", name]),
                metadata={"dagster/row_count": table.num_rows}
                | {column: run[column] for column in told if run[column] is not None},
            )

    return statistical_segments
