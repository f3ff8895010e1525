"""What is published, how old it is, from what, and what failed last: the picture for a person.

Belongs here: reading manifests and the last run, and laying them out. Does not belong here:
deciding anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from rich.console import Console, RenderableType
from rich.table import Table

from orchestration.contracts import load_extract_contracts
from orchestration.ingest.partition import read_manifests
from orchestration.publish.manifest import Manifest
from orchestration.publish.serving_zone import how_to_open, served
from orchestration.publish.targets import PublicationTarget, TargetError, configured_targets
from orchestration.refresh import dagster_instance
from orchestration.settings import CONTRACTS_ROOT, Settings


@dataclass(frozen=True)
class LastRun:
    """The newest run of the daily job, however it was started."""

    run_id: str
    status: str
    as_of: str
    started: datetime | None
    failed_checks: tuple[str, ...]  # "asset: check", errors before warnings


def last_run(settings: Settings) -> LastRun | None:
    """Read from the Dagster instance; None before the first run."""
    from dagster import DagsterEventType, RunsFilter

    from orchestration.automation import JOB_NAME

    if not settings.zones.dagster_home.exists():
        return None
    with dagster_instance(settings) as instance:
        records = instance.get_run_records(RunsFilter(job_name=JOB_NAME), limit=1)
        if not records:
            return None
        run = records[0].dagster_run
        failed = []
        for entry in instance.all_logs(run.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION):
            event = entry.dagster_event
            check = event.asset_check_evaluation_data if event else None
            if check and not check.passed:
                name = f"{check.asset_key.to_user_string()}: {check.check_name}"
                failed.append((check.severity.value, name))
        return LastRun(
            run_id=run.run_id,
            status=run.status.value.lower(),
            as_of=run.tags.get("dagster/partition", "?"),
            started=records[0].create_timestamp,
            failed_checks=tuple(f"{severity.lower()}  {name}" for severity, name in sorted(failed)),
        )


def print_published(console: Console, manifest: Manifest, settings: Settings) -> None:
    """What was published: table, rows, as-of date, where; and how to open it."""
    table = Table(title=f"Published as of {manifest.as_of_date}", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("as of")
    table.add_column("where", overflow="fold")
    for entry in manifest.tables:
        table.add_row(
            entry.name,
            f"{entry.rows:,}",
            str(manifest.as_of_date),
            f"serving/current/{entry.parquet.path}",
        )
    console.print(table)
    console.print(f"content hash {manifest.content_hash[:16]}; open it with", highlight=False)
    for line in how_to_open(manifest, settings.zones.serving):
        console.print(f"  {line}", soft_wrap=True, highlight=False, markup=False)


def extracts_table(settings: Settings, as_of: date) -> RenderableType:
    """Which extracts the publication stands on."""
    table = Table(title="Extracts", title_justify="left")
    for column, justify in (("extract", "left"), ("newest", "left"), ("files", "right"),
                            ("accepted", "right"), ("quarantined", "right")):  # fmt: skip
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    contracts = load_extract_contracts(CONTRACTS_ROOT, settings.sources)
    for (source, name), contract in contracts.items():
        manifests = read_manifests(contract, settings.zones, as_of)
        files = [file for manifest in manifests for file in manifest.files]
        newest = max((str(manifest.extract_date) for manifest in manifests), default="never landed")
        table.add_row(
            f"{source}/{name}",
            newest,
            str(len(files)),
            f"{sum(file.rows_accepted for file in files):,}",
            f"{sum(file.rows_quarantined for file in files):,}",
        )
    return table


def print_status(settings: Settings, console: Console) -> bool:
    """Print the whole picture; True when something is published and the last run succeeded."""
    manifest = served(settings.zones.serving)
    run = last_run(settings)
    if manifest is None:
        console.print(f"Nothing is published yet in {settings.zones.serving}; start `patron run`.")
    else:
        age = datetime.now(UTC) - manifest.created_at_utc.replace(tzinfo=UTC)
        print_published(console, manifest, settings)
        console.print(f"published {_age(age.total_seconds())} ago by code {manifest.code_version}")
        for target in configured_targets(settings):
            line = _target_line(target, manifest)
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        console.print(extracts_table(settings, manifest.as_of_date))
    if run:
        console.print(f"last run: {run.status} as of {run.as_of} ({run.run_id[:8]})")
        console.print(f"checks not passed: {len(run.failed_checks)}")
        for line in run.failed_checks:
            console.print(f"  {line}", markup=False, highlight=False)
    return manifest is not None and (run is None or run.status == "success")


def _target_line(target: PublicationTarget, manifest: Manifest) -> str:
    where = f"{target.title} at {target.where}"
    try:
        shown = target.shown()
    except TargetError as error:
        return f"{target.title}: {error}"
    if shown is not None and shown.holds(manifest):
        return f"{where} shows the same"
    what = shown.publication_id if shown else "nothing yet"
    return f"{where} shows {what}; remedy: patron {target.name} sync"


def _age(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
