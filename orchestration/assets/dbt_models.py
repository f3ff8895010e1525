"""The dbt project as Dagster assets and checks.

Belongs here: which nodes a step has and in what order. Does not belong here: what Dagster hears of
them (``build_events.py``), running them (``orchestration/transform``) and SQL (``dbt_project/``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckSpec,
    AssetExecutionContext,
    AssetsDefinition,
    AssetSpec,
    DailyPartitionsDefinition,
    Failure,
    MetadataValue,
    multi_asset,
)

from orchestration.assets import dbt_process
from orchestration.assets.build_events import DagsterNames, PatronTranslator, StepEvents
from orchestration.assets.build_report import BuildReport
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.dbt_names import build_dbt_specs, validate_manifest
from orchestration.assets.faults import permanent_faults_final
from orchestration.assets.step_warehouse import step_writes
from orchestration.progress import tell
from orchestration.refresh_tags import FULL_TAG
from orchestration.settings import Settings
from orchestration.transform.build import build as run_build
from orchestration.transform.build import load_seeds
from orchestration.transform.compiled import compiled_project

COMPILING = "compiling the dbt project, of which a file changed (half a minute)"
PROGRESS_STEP = 25  # nodes between two progress lines
Specs = tuple[list[AssetSpec], list[AssetCheckSpec]]


def build_dbt_assets(
    settings: Settings,
    manifest: Path,
    partitions: DailyPartitionsDefinition,
    other_assets: Iterable[AssetsDefinition],
) -> list[AssetsDefinition]:
    """All models, seeds and data tests of the project, as the builds that make them.

    ``other_assets`` are those that read tables of the warehouse, which then stay there.
    """
    nodes = claims_attached(validate_manifest(manifest))
    read = {
        ".".join(dep.asset_key.path)
        for asset in other_assets
        for spec in asset.specs
        for dep in spec.deps
    }
    translator = PatronTranslator()  # one, as it keeps what it has translated
    names = DagsterNames(nodes, translator)
    parts = _specs_of_builds(nodes, translator, names)
    return [
        _dbt_build(settings, part, names, partitions, name, read) for name, part in parts.items()
    ]


def _specs_of_builds(
    nodes: Mapping[str, Any], translator: PatronTranslator, names: DagsterNames
) -> dict[str, Specs]:
    """What each build makes. A check stands with its asset, which is the last that it judges."""
    specs, check_specs = build_dbt_specs(
        translator=translator,
        manifest=nodes,
        select="fqn:*",
        exclude="",
        selector="",
        io_manager_key=None,
        project=None,
    )
    valued = {names.assets[node] for node in _needing_python_models(nodes)}
    return {
        name: (
            [spec for spec in specs if (spec.key in valued) == ("select" in arguments)],
            [spec for spec in check_specs if (spec.asset_key in valued) == ("select" in arguments)],
        )
        for name, arguments in dbt_process.BUILDS.items()
    }


def _dbt_build(
    settings: Settings,
    specs: Specs,
    names: DagsterNames,
    partitions: DailyPartitionsDefinition,
    name: str,
    read_elsewhere: Collection[str],
) -> AssetsDefinition:
    """The nodes of one build, run by what dbt compiled of them."""

    @multi_asset(
        name=name,
        specs=specs[0],
        check_specs=specs[1],
        can_subset=True,
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        allow_arbitrary_check_specs=True,  # about tables of the build before too
    )
    def build(context: AssetExecutionContext) -> Iterator[Any]:
        as_of = date.fromisoformat(context.partition_key)
        failed = []
        report = BuildReport(settings, f"{context.run.run_id}-{name}")
        with permanent_faults_final():
            project = compiled_project(settings, lambda: tell(context.log, COMPILING))
        with step_writes(settings, as_of) as connection, report:
            events = StepEvents(context, names, connection, project)
            chosen = events.chosen_nodes()
            if any(node.startswith("seed.") for node in chosen):
                yield from events.of_seeds(load_seeds(connection, project), chosen)
            in_order = [node for node in chosen if not node.startswith("seed.")]
            read = None if settings.keep_intermediate else read_elsewhere
            results = run_build(
                connection,
                settings,
                project,
                in_order,
                read,
                anew=FULL_TAG in context.run.tags,
                told=lambda message: tell(context.log, message),
            )
            for done, result in enumerate(results, start=1):
                report.add(project, result)
                if result.is_failure:
                    failed.append(f"{result.node.split('.')[2]}: {result.message}")
                yield from events.of(result)
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
    upstream_first = _upstream_first(manifest)
    late = _needing_python_models(manifest)
    return sorted(upstream_first, key=late.__contains__)


def _needing_python_models(manifest: Mapping[str, Any]) -> set[str]:
    """The models that stand on a table of the Python models: what dbt calls ``source:models+``."""
    late = {
        unique_id
        for unique_id, source in manifest["sources"].items()
        if source["source_name"] == "models"
    }
    models = set()
    for unique_id in _upstream_first(manifest):
        if late.intersection(manifest["nodes"][unique_id]["depends_on"].get("nodes", [])):
            late.add(unique_id)
            models.add(unique_id)
    return models


def _upstream_first(manifest: Mapping[str, Any]) -> list[str]:
    graph = {
        unique_id: sorted(node["depends_on"].get("nodes", []))
        for unique_id, node in sorted(manifest["nodes"].items())
        if node["resource_type"] in ("model", "seed")
    }
    return [node for node in TopologicalSorter(graph).static_order() if node in graph]
