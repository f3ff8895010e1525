"""The dbt project as Dagster assets and checks.

Belongs here: names, groups and metadata of dbt nodes in Dagster. Does not belong here: running them
(``orchestration/transform``) and SQL (``dbt_project/``).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    DailyPartitionsDefinition,
    Failure,
    MetadataValue,
    Output,
)
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.assets import dbt_process
from orchestration.assets.build_report import BuildReport
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.faults import permanent_faults_final
from orchestration.assets.step_warehouse import step_writes
from orchestration.progress import tell
from orchestration.settings import DEFAULT_OWNER, Settings
from orchestration.transform.build import NodeResult, Status, load_seeds
from orchestration.transform.build import build as run_build
from orchestration.transform.compiled import CompiledProject, compiled_project

PREVIEW_ROWS = 5
PREVIEWED_SCHEMAS = ("marts", "segments")  # what stands before them is too raw to show
COMPILING = "compiling the dbt project, of which a file changed (half a minute)"
PROGRESS_STEP = 25  # nodes between two progress lines


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


def build_dbt_assets(
    settings: Settings, manifest: Path, partitions: DailyPartitionsDefinition
) -> list[AssetsDefinition]:
    """All models, seeds and data tests of the project, as the builds that make them."""
    nodes = claims_attached(validate_manifest(manifest))
    return [_dbt_build(settings, nodes, partitions, name) for name in dbt_process.BUILDS]


def _dbt_build(
    settings: Settings,
    nodes: Mapping[str, Any],
    partitions: DailyPartitionsDefinition,
    name: str,
) -> AssetsDefinition:
    """The nodes of one build, run by what dbt compiled of them."""
    keys = _Keys(nodes)

    @dbt_assets(
        manifest=nodes,
        name=name,
        dagster_dbt_translator=PatronTranslator(),
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        **dbt_process.BUILDS[name],  # type: ignore[arg-type]
    )
    def build(context: AssetExecutionContext) -> Iterator[Any]:
        as_of = date.fromisoformat(context.partition_key)
        failed = []
        report = BuildReport(settings, f"{context.run.run_id}-{name}")
        with permanent_faults_final():
            project = compiled_project(settings, lambda: tell(context.log, COMPILING))
        with step_writes(settings, as_of) as connection, report:
            chosen = keys.chosen(context)
            if any(node.startswith("seed.") for node in chosen):
                yield from keys.seeds_told(load_seeds(connection, project), chosen)
            in_order = [node for node in chosen if not node.startswith("seed.")]
            results = run_build(connection, settings, project, in_order)
            for done, result in enumerate(results, start=1):
                report.add(project, result)
                if result.is_failure:
                    failed.append(f"{result.node.split('.')[2]}: {result.message}")
                yield from keys.told(connection, project, result)
                if done % PROGRESS_STEP == 0:
                    tell(context.log, f"{done} of {len(in_order)} models and tests")
        if failed:
            raise Failure(
                f"dbt: {len(failed)} failed\n" + "\n".join(failed),
                metadata={"report": MetadataValue.path(str(report.folder))},
                allow_retries=False,
            )

    return build


def claims_attached(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """The manifest with every singular test attached to a model, so that it is an asset check.

    dbt attaches a test of one model to it; a claim about several is attached here to the one that
    is built last, which is where it can first be judged.
    """
    nodes = dict(manifest["nodes"])
    order = {unique_id: place for place, unique_id in enumerate(_build_order(manifest))}
    for unique_id, node in nodes.items():
        tested = [upstream for upstream in node["depends_on"].get("nodes", []) if upstream in order]
        if node["resource_type"] == "test" and not node.get("attached_node") and tested:
            last = nodes[max(tested, key=order.__getitem__)]
            reference = {"dagster": {"ref": {"name": last["name"]}}}
            config = node["config"] | {"meta": (node["config"].get("meta") or {}) | reference}
            nodes[unique_id] = node | {"config": config}
    return {**manifest, "nodes": nodes}


def _build_order(manifest: Mapping[str, Any]) -> list[str]:
    """Models and seeds, upstream first; those that need the Python models after all others."""
    graph = {
        unique_id: sorted(node["depends_on"].get("nodes", []))
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] in ("model", "seed")
    }
    upstream_first = list(TopologicalSorter(graph).static_order())
    late = {
        unique_id
        for unique_id, source in manifest["sources"].items()
        if source["source_name"] == "models"
    }
    for unique_id in upstream_first:
        if late.intersection(graph.get(unique_id, [])):
            late.add(unique_id)
    return sorted((name for name in upstream_first if name in graph), key=late.__contains__)


class _Keys:
    """dbt's nodes and Dagster's names of them, in both directions."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        translator = PatronTranslator()
        self._assets = {
            node: translator.get_asset_key(properties)
            for node, properties in manifest["nodes"].items()
            if properties["resource_type"] in ("model", "seed")
        }
        self._checks = {
            node: key
            for node, properties in manifest["nodes"].items()
            if properties["resource_type"] == "test"
            and (key := get_asset_check_key_for_test(manifest, translator, node, project=None))
        }

    def chosen(self, context: AssetExecutionContext) -> list[str]:
        """The nodes of the step, or of what was picked from it."""
        assets, checks = context.selected_asset_keys, context.selected_asset_check_keys
        return [node for node, key in self._assets.items() if key in assets] + [
            node for node, key in self._checks.items() if key in checks
        ]

    def seeds_told(self, rows: Mapping[str, int], chosen: list[str]) -> Iterator[Output[None]]:
        for node in chosen:
            if node.startswith("seed."):
                key = self._assets[node]
                yield _output(key, {"dagster/row_count": rows[".".join(key.path)]})

    def told(
        self, connection: duckdb.DuckDBPyConnection, project: CompiledProject, result: NodeResult
    ) -> Iterator[Output[None] | AssetCheckResult]:
        """What Dagster hears of a result: nothing of a model that could not be made."""
        metadata: dict[str, Any] = {"seconds": round(result.seconds, 3)}
        claim = project.claims.get(result.node)
        if claim is None and not result.is_failure:
            key = self._assets[result.node]
            if result.rows is not None:
                metadata["dagster/row_count"] = result.rows
            if key.path[0] in PREVIEWED_SCHEMAS:
                metadata["preview"] = _preview(connection, (key.path[0], key.path[1]))
            yield _output(key, metadata)
        elif claim is not None:
            check = self._checks[result.node]
            if result.rows is not None:
                metadata["failing_rows"] = result.rows
            yield AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=result.status == Status.HELD,
                severity=AssetCheckSeverity.ERROR if result.is_failure else AssetCheckSeverity.WARN,
                metadata=metadata,
                description=result.message or None,
            )


def _output(key: AssetKey, metadata: Mapping[str, Any]) -> Output[None]:
    return Output(None, key.to_python_identifier(), metadata=metadata)


def _preview(connection: Any, relation: tuple[str, str]) -> MetadataValue:
    schema, table = relation
    frame = connection.sql(f"SELECT * FROM {schema}.{table} LIMIT {PREVIEW_ROWS}").df()
    shown = frame[[name for name in frame.columns if not name.endswith("_hmac")]]
    return MetadataValue.md(shown.to_markdown(index=False))
