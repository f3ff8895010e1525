"""The churn classifier as Dagster assets: its tables of the models zone, made by one step.

Belongs here: what Dagster shows of it. Does not belong here: learning, judging and scoring
(``orchestration/churn``).
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
from orchestration.churn.examples import INPUTS
from orchestration.churn.run import RUN, STEP, run_churn_classifier
from orchestration.model_zone import model_tables, tables_made_by
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings


def build_churn_classifier_assets(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """Scores, backtest and curves, made after the value models and before the second dbt build."""
    deps = [AssetKey(table.split(".")) for table in INPUTS]

    @multi_asset(
        name=STEP,
        specs=[
            AssetSpec(
                AssetKey(["models", name]),
                deps=deps,
                group_name="value",
                kinds={"scikitlearn", "parquet"},
                owners=[DEFAULT_OWNER],
                description=model_tables()[name].description,
            )
            for name in tables_made_by(STEP)
        ],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
    )
    def churn_classifier(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.write(settings) as connection,
        ):
            warehouse.require_as_of(connection, as_of)
            tables = run_churn_classifier(connection, settings, as_of)
        for name, table in tables.items():
            metadata: dict[str, Any] = {"dagster/row_count": table.num_rows}
            if name == RUN:
                [run] = table.to_pylist()
                metadata |= {"model": str(run["model"]), "why": run["choice_reason"]}
            yield MaterializeResult(asset_key=AssetKey(["models", name]), metadata=metadata)

    return churn_classifier
