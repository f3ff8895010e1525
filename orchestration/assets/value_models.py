"""The value models as Dagster assets: one per table of the models zone, made by one step.

Belongs here: what Dagster shows of them. Does not belong here: fitting, scoring and writing
(``orchestration/valuation``).
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
    MetadataValue,
    multi_asset,
)

from orchestration import warehouse
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.model_zone import model_tables, tables_made_by
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings
from orchestration.valuation.picture_files import DrawnPicture, draw_pictures
from orchestration.valuation.run import STEP, Valuation, run_value_models
from orchestration.valuation.statistics import STATISTICS

MODEL_RUN = AssetKey(["models", "model_run"])


def build_value_model_assets(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """The tables of the value models, as one step between the two dbt builds."""
    deps = [AssetKey(table.split(".")) for table in STATISTICS]

    @multi_asset(
        name=STEP,
        specs=[
            AssetSpec(
                AssetKey(["models", name]),
                deps=deps,
                group_name="value",
                kinds={"scipy", "parquet"},
                owners=[DEFAULT_OWNER],
                description=model_tables()[name].description,
            )
            for name in tables_made_by(STEP)
        ],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
    )
    def value_models(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.write(settings) as connection,
        ):
            warehouse.require_as_of(connection, as_of)
            valuation = run_value_models(connection, settings, as_of)
            pictures = draw_pictures(settings.zones, as_of, valuation.scopes)
        for name, table in valuation.tables.items():
            metadata: dict[str, Any] = {"dagster/row_count": table.num_rows}
            metadata |= _shown([picture for picture in pictures if picture.table == name])
            if name == MODEL_RUN.path[-1]:
                metadata |= _chosen(valuation)
            yield MaterializeResult(asset_key=AssetKey(["models", name]), metadata=metadata)

    return value_models


def _shown(pictures: list[DrawnPicture]) -> dict[str, Any]:
    """The pictures of the largest scope, and where all files are."""
    if not pictures:
        return {}
    largest = [picture for picture in pictures if picture.scope == pictures[0].scope]
    return {"pictures": MetadataValue.path(str(pictures[0].path.parent))} | {
        picture.name: MetadataValue.md(picture.markdown) for picture in largest
    }


def _chosen(valuation: Valuation) -> dict[str, Any]:
    """The chosen models in words, where one looks first."""
    runs = valuation.tables["model_run"].to_pylist()
    return {
        f"{run['scope']}: {run['role']}": f"{run['model']} ({run['choice_reason']})"
        for run in runs
        if run["is_chosen"]
    }
