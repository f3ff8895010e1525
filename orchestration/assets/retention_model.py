"""The retention model as a Dagster asset: its table of the models zone.

Belongs here: what Dagster shows of it. Does not belong here: gates, fit and writing
(``orchestration/retention``).
"""

from collections import Counter
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
from orchestration.model_zone import model_tables
from orchestration.retention.patterns import STATISTICS
from orchestration.retention.run import STEP, TABLE, run_retention_model
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

RETENTION_COEFFICIENT = AssetKey(["models", TABLE])


def build_retention_model_asset(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """The coefficients, made between the two dbt builds."""

    @multi_asset(
        name=STEP,
        specs=[
            AssetSpec(
                RETENTION_COEFFICIENT,
                deps=[AssetKey(table.split(".")) for table in STATISTICS],
                group_name="value",
                kinds={"statsmodels", "parquet"},
                owners=[DEFAULT_OWNER],
                description=model_tables()[TABLE].description,
            )
        ],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
    )
    def retention_model(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.write(settings) as connection,
        ):
            warehouse.require_as_of(connection, as_of)
            table = run_retention_model(connection, settings, as_of)
        parts = Counter(row["status"] for row in table.to_pylist() if row["term"] == "intercept")
        yield MaterializeResult(
            asset_key=RETENTION_COEFFICIENT,
            metadata={"dagster/row_count": table.num_rows, **parts},
        )

    return retention_model
