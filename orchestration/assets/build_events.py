"""What Dagster hears of a build: names of dbt's nodes there, and the events of a node.

Belongs here: asset and check keys, groups, owners, metadata. Does not belong here: which nodes a
step has (``dbt_models.py``) and running them (``orchestration/transform``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import duckdb
from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetKey,
    AssetRecordsFilter,
    DagsterEventType,
    MetadataValue,
    Output,
)
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.definitions.data_version import DataVersion, extract_data_version_from_entry
from dagster._core.execution.context.data_version_cache import InputAssetVersionInfo

from orchestration.assets.dbt_names import DagsterDbtTranslator, get_asset_check_key_for_test
from orchestration.event_log import made_here
from orchestration.settings import DEFAULT_OWNER
from orchestration.transform.compiled import CompiledProject
from orchestration.transform.results import NodeResult, Status

PREVIEW_ROWS = 5
PREVIEWED_SCHEMAS = ("marts", "segments")  # what stands before them is too raw to show


class PatronTranslator(DagsterDbtTranslator):
    """Asset key = relation; group = layer."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        meta = dbt_resource_props.get("config", {}).get("meta") or {}
        stated = (meta.get("dagster") or {}).get("asset_key")
        if stated:
            return AssetKey(stated)
        return AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return dbt_resource_props["fqn"][1]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str] | None:
        return [DEFAULT_OWNER]


class DagsterNames:
    """Dagster's keys of dbt's models, seeds and tests."""

    def __init__(self, manifest: Mapping[str, Any], translator: PatronTranslator) -> None:
        self.assets = {
            node: translator.get_asset_key(properties)
            for node, properties in manifest["nodes"].items()
            if properties["resource_type"] in ("model", "seed")
        }
        self.checks = {
            node: key
            for node, properties in manifest["nodes"].items()
            if properties["resource_type"] == "test"
            and (key := get_asset_check_key_for_test(manifest, translator, node, project=None))
        }


class StepEvents:
    """The events of one step."""

    def __init__(
        self,
        context: AssetExecutionContext,
        names: DagsterNames,
        connection: duckdb.DuckDBPyConnection,
        project: CompiledProject,
    ) -> None:
        self._context, self._names = context, names
        self._connection, self._project = connection, project
        self._judged: dict[AssetKey, AssetCheckEvaluationTargetMaterializationData | None] = {}
        _assets_of_step_kept(context)
        _inputs_made_here_known(context)

    def chosen_nodes(self) -> list[str]:
        """The nodes of the step, or of what was picked from it."""
        assets = self._context.selected_asset_keys
        checks = self._context.selected_asset_check_keys
        return [node for node, key in self._names.assets.items() if key in assets] + [
            node for node, key in self._names.checks.items() if key in checks
        ]

    def of_seeds(self, rows: Mapping[str, int], chosen: list[str]) -> Iterator[Output[None]]:
        for node in chosen:
            if node.startswith("seed."):
                key = self._names.assets[node]
                yield _output(key, {"dagster/row_count": rows[".".join(key.path)]})

    def of(self, result: NodeResult) -> Iterator[Output[None] | AssetCheckEvaluation]:
        """Nothing of a model that could not be made."""
        metadata: dict[str, Any] = {"seconds": round(result.seconds, 3)}
        if result.node in self._project.claims:
            yield from self._of_claim(result, metadata)
        elif not result.is_failure:
            key = self._names.assets[result.node]
            if result.rows is not None:
                metadata["dagster/row_count"] = result.rows
            if key.path[0] in PREVIEWED_SCHEMAS:
                metadata["preview"] = _preview(self._connection, ".".join(key.path))
            yield _output(key, metadata)

    def _of_claim(
        self, result: NodeResult, metadata: dict[str, Any]
    ) -> Iterator[AssetCheckEvaluation]:
        """The evaluation itself: of a mere result, Dagster goes through all checks of the step and
        looks up the table's last materialisation, for each of a thousand anew. A claim's output
        holds nothing, and as no step waits for it none is told."""
        check = self._names.checks[result.node]
        if result.rows is not None:
            metadata["failing_rows"] = result.rows
        yield AssetCheckEvaluation(
            asset_key=check.asset_key,
            check_name=check.name,
            passed=result.status == Status.HELD,
            severity=AssetCheckSeverity.ERROR if result.is_failure else AssetCheckSeverity.WARN,
            metadata=metadata,
            description=result.message or None,
            target_materialization_data=self._materialization(check.asset_key),
            blocking=False,
            partition=self._context.partition_key,  # as planned: else the plan stays open
        )

    def _materialization(
        self, asset: AssetKey
    ) -> AssetCheckEvaluationTargetMaterializationData | None:
        """What a check of ``asset`` judges: the table as it was made last on the step's date."""
        if asset not in self._judged:
            of_date = AssetRecordsFilter(asset, asset_partitions=[self._context.partition_key])
            found = self._context.instance.fetch_materializations(of_date, limit=1).records
            newest = next(iter(found), None)
            self._judged[asset] = newest and AssetCheckEvaluationTargetMaterializationData(
                storage_id=newest.storage_id, run_id=newest.run_id, timestamp=newest.timestamp
            )
        return self._judged[asset]


def _assets_of_step_kept(context: AssetExecutionContext) -> None:
    """Dagster asks which assets the step makes at each one made, and goes through all outputs."""
    step = context.get_step_execution_context()
    keys = step.get_output_asset_keys()
    step.get_output_asset_keys = lambda: keys


def _inputs_made_here_known(context: AssetExecutionContext) -> None:
    """Of each table that a step makes Dagster tells what it was made from, and looks up every one
    of those that the step itself has made. Tables have the same dates, each is made of its own."""
    step = context.get_step_execution_context()
    this = (context.run.run_id, context.partition_key)
    look_up = step.maybe_fetch_and_get_input_asset_version_info

    def version(key: AssetKey) -> InputAssetVersionInfo | None:
        made = made_here(context.instance, key)
        if made is None or (made.run_id, made.partition_key) != this:
            return look_up(key)
        of_date = extract_data_version_from_entry(made.event_log_entry)
        return InputAssetVersionInfo(
            made.storage_id,
            DagsterEventType.ASSET_MATERIALIZATION,
            of_date and DataVersion(sha256(of_date.value.encode()).hexdigest()),  # of all its dates
            made.run_id,
            made.timestamp,
        )

    step.maybe_fetch_and_get_input_asset_version_info = version


def _output(key: AssetKey, metadata: Mapping[str, Any]) -> Output[None]:
    return Output(None, key.to_python_identifier(), metadata=metadata)


def _preview(connection: duckdb.DuckDBPyConnection, relation: str) -> MetadataValue:
    """The first rows as a Markdown table."""
    found = connection.execute(f"SELECT * FROM {relation} LIMIT {PREVIEW_ROWS}")
    names = [column[0] for column in found.description or ()]
    shown = [place for place, name in enumerate(names) if not name.endswith("_hmac")]
    rows = [names, ["---"] * len(names), *found.fetchall()]
    lines = ["| " + " | ".join(_cell(row[place]) for place in shown) + " |" for row in rows]
    return MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
