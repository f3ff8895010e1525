"""The dbt project as Dagster assets and checks.

Belongs here: names, groups and metadata of dbt nodes in Dagster. Does not belong here: running the
dbt process (``dbt_process.py``) and SQL (``dbt_project/``).
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    DailyPartitionsDefinition,
    Failure,
    MetadataValue,
    Output,
)
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, dbt_assets
from dagster_dbt.dbt_manifest import validate_manifest
from packaging.version import Version

from orchestration import warehouse
from orchestration.assets import dbt_process
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.faults import permanent_faults_final
from orchestration.assets.step_warehouse import step_reads
from orchestration.progress import tell
from orchestration.settings import DBT_PROJECT_ROOT, DEFAULT_OWNER, Settings

DBT_VERSION = Version("1.11")  # spares one `dbt --version` process per run (2 CPU seconds)
PREVIEW_ROWS = 5
PREVIEWED_SCHEMAS = ("marts", "segments")  # what stands before them is too raw to show
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
    """The nodes of one build, run by one dbt process."""

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
        with step_reads(settings, as_of):
            pass  # raw is of the date; dbt opens the warehouse itself
        target_path = dbt_process.new_log_folder(settings, f"{context.run.run_id}-{name}")
        target_path.mkdir(parents=True)
        try:
            with (target_path / "stdout.log").open("w") as chatter:
                selection = _selection(context, name)
                events = list(_run(context, settings, nodes, selection, target_path, chatter))
        finally:
            tell(context.log, f"dbt's own log: {target_path / 'dbt.log'}")
        yield from _with_metadata(settings, events)
        failed = dbt_process.failed_nodes(target_path)
        if failed:
            raise Failure(
                f"dbt: {len(failed)} failed\n" + "\n".join(failed),
                metadata={"log": MetadataValue.path(str(target_path / "dbt.log"))},
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


def _selection(context: AssetExecutionContext, name: str) -> list[str]:
    """dbt's arguments for the whole build, or for the assets that were picked from it."""
    if not context.is_subset:
        return dbt_process.selection(name)
    return ["--select", " ".join(sorted(key.path[-1] for key in context.selected_asset_keys))]


def _run(
    context: AssetExecutionContext,
    settings: Settings,
    manifest: Mapping[str, Any],
    selection: list[str],
    target_path: Path,
    chatter: Any,
) -> Iterator[Any]:
    """The Dagster events of one ``dbt build``, as dbt reports them."""
    with permanent_faults_final(), contextlib.redirect_stdout(chatter):
        invocation = DbtCliInvocation.run(
            args=[
                *dbt_process.DBT_CHILD,
                *dbt_process.build_arguments(settings.target, selection),
            ],
            env=dbt_process.process_environment(settings, target_path),
            manifest=manifest,
            dagster_dbt_translator=PatronTranslator(),
            project_dir=DBT_PROJECT_ROOT,
            target_path=target_path,
            raise_on_error=False,  # what failed is read from dbt's results, with its message
            context=context,
            adapter=None,  # only needed for metadata that dagster-dbt would query row by row
            cli_version=DBT_VERSION,
        )
        for event in invocation.stream_raw_events():
            yield from event.to_default_asset_events(
                manifest=invocation.manifest,
                dagster_dbt_translator=invocation.dagster_dbt_translator,
                context=context,
                target_path=target_path,
            )
            _report_progress(context, event.raw_event)
    if invocation.process.returncode not in (0, 1):  # 1: nodes failed; 2: dbt itself did
        raise Failure(
            f"dbt ended with code {invocation.process.returncode}; see {target_path / 'dbt.log'}"
        )


def _report_progress(context: AssetExecutionContext, event: Mapping[str, Any]) -> None:
    data = event["data"]
    index, total = data.get("index"), data.get("total") or data.get("num_models")
    if event["info"]["name"].endswith("Result") and index and index % PROGRESS_STEP == 0:
        tell(context.log, f"{index} of {total} models, seeds and tests")


def _with_metadata(settings: Settings, events: list[Any]) -> Iterator[Any]:
    """The events, each output with its row count and, for marts and segments, a preview.

    One connection at the end: counting inside dagster-dbt costs 10 to 19 CPU seconds on 60 models.
    """
    if not any(isinstance(event, Output) for event in events):
        yield from events
        return
    with warehouse.read(settings) as connection:
        rows = connection.execute(
            "SELECT schema_name, table_name, estimated_size FROM duckdb_tables()"
        ).fetchall()
        counts = {(schema, table): size for schema, table, size in rows}
        by_output = {
            AssetKey([schema, table]).to_python_identifier(): (schema, table)
            for schema, table in counts
        }
        for event in events:
            relation = by_output.get(getattr(event, "output_name", ""))
            if not isinstance(event, Output) or relation is None:
                yield event
                continue
            metadata: dict[str, Any] = {"dagster/row_count": counts[relation]}
            if relation[0] in PREVIEWED_SCHEMAS:
                metadata["preview"] = _preview(connection, relation)
            yield Output(event.value, event.output_name, metadata={**event.metadata, **metadata})


def _preview(connection: Any, relation: tuple[str, str]) -> MetadataValue:
    schema, table = relation
    frame = connection.sql(f"SELECT * FROM {schema}.{table} LIMIT {PREVIEW_ROWS}").df()
    shown = frame[[name for name in frame.columns if not name.endswith("_hmac")]]
    return MetadataValue.md(shown.to_markdown(index=False))
