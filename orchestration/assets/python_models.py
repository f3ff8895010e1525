"""The Python models as Dagster assets: one per table of the models zone, made by one step each.

Belongs here: what Dagster shows of them. Does not belong here: what they read and how they are run
(``orchestration/model_steps.py``).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
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

from orchestration import model_steps
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.step_warehouse import step_writes
from orchestration.model_steps import PythonStep
from orchestration.model_zone import model_tables, tables_made_by
from orchestration.settings import DEFAULT_OWNER, Settings
from orchestration.valuation.picture_files import DrawnPicture, draw_pictures
from orchestration.valuation.run import Valuation

Tables = Mapping[str, pa.Table]
Metadata = dict[str, dict[str, Any]]  # by table
MODEL_RUN = AssetKey(["models", "model_run"])


@dataclass(frozen=True)
class Shown:
    """How a step is shown: what it is made with, and what is told of the tables it made."""

    step: PythonStep
    library: str
    told: Callable[[Any, Settings, date], Metadata]
    group: str = "value"


def build_python_model_assets(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> list[AssetsDefinition]:
    """The steps between the two dbt builds."""
    return [
        _build(shown, settings, partitions)
        for shown in (
            Shown(model_steps.VALUE_MODELS, "scipy", _value_models_told),
            Shown(model_steps.RETENTION_MODEL, "statsmodels", _retention_model_told),
            Shown(model_steps.CHURN_CLASSIFIER, "scikitlearn", _churn_classifier_told),
            Shown(model_steps.STATISTICAL_SEGMENTS, "scikitlearn", _clusters_told, "segments"),
        )
    ]


def _build(
    shown: Shown, settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    @multi_asset(
        name=shown.step.name,
        specs=[
            AssetSpec(
                AssetKey(["models", table]),
                deps=[AssetKey(relation.split(".")) for relation in shown.step.reads],
                group_name=shown.group,
                kinds={shown.library, "parquet"},
                owners=[DEFAULT_OWNER],
                description=model_tables()[table].description,
            )
            for table in tables_made_by(shown.step.name)
        ],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
    )
    def python_model(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        as_of = date.fromisoformat(context.partition_key)
        with step_writes(settings, as_of) as connection:
            told = shown.told(shown.step.run(connection, settings, as_of), settings, as_of)
        for table, metadata in told.items():
            yield MaterializeResult(asset_key=AssetKey(["models", table]), metadata=metadata)

    return python_model


def _row_counts(tables: Tables) -> Metadata:
    return {name: {"dagster/row_count": table.num_rows} for name, table in tables.items()}


def _value_models_told(valuation: Valuation, settings: Settings, as_of: date) -> Metadata:
    """The chosen models in words and the pictures, where one looks first."""
    pictures = draw_pictures(settings.zones, as_of, valuation.scopes)
    told = _row_counts(valuation.tables)
    for table, metadata in told.items():
        metadata |= _pictures_told([picture for picture in pictures if picture.table == table])
    told[MODEL_RUN.path[-1]] |= {
        f"{run['scope']}: {run['role']}": f"{run['model']} ({run['choice_reason']})"
        for run in valuation.tables[MODEL_RUN.path[-1]].to_pylist()
        if run["is_chosen"]
    }
    return told


def _pictures_told(pictures: list[DrawnPicture]) -> dict[str, Any]:
    """The pictures of the largest scope, and where all files are."""
    if not pictures:
        return {}
    largest = [picture for picture in pictures if picture.scope == pictures[0].scope]
    return {"pictures": MetadataValue.path(str(pictures[0].path.parent))} | {
        picture.name: MetadataValue.md(picture.markdown) for picture in largest
    }


def _retention_model_told(table: pa.Table, *_: object) -> Metadata:
    """How many parts have which status."""
    [name] = tables_made_by(model_steps.RETENTION_MODEL.name)
    parts = Counter(row["status"] for row in table.to_pylist() if row["term"] == "intercept")
    return {name: {"dagster/row_count": table.num_rows, **parts}}


def _churn_classifier_told(tables: Tables, *_: object) -> Metadata:
    """What foretells silence, and why."""
    told = _row_counts(tables)
    [run] = tables["churn_run"].to_pylist()
    told["churn_run"] |= {"model": str(run["model"]), "why": run["choice_reason"]}
    return told


def _clusters_told(tables: Tables, *_: object) -> Metadata:
    """The outcome, beside every table of it."""
    [run] = tables["statistical_run"].to_pylist()
    columns = ("status", "reason", "segment_count", "silhouette", "adjusted_rand_index")
    outcome = {column: run[column] for column in columns if run[column] is not None}
    return {name: counts | outcome for name, counts in _row_counts(tables).items()}
