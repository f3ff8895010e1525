"""When the refresh runs and who hears when it does not: job, schedule, sensors, freshness.

Belongs here: triggers. Does not belong here: what a run does (``assets/``, ``checks/``).
"""

import hashlib
import subprocess
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.contracts import ExtractContract
from orchestration.ingest.landing import LandedExtract, find_extracts, newest_extract_date
from orchestration.refresh_tags import LAUNCHED_BY
from orchestration.settings import Settings

JOB_NAME = "daily_refresh"
SCHEDULE_HOUR = 4  # business time; extracts of the day before have landed by three at the latest
SENSOR_SECONDS = 60
SETTLE_SECONDS = 30  # a delivery is complete when nothing in it changed for this long
PUBLICATION_FRESH_HOURS = 30  # a day, and half a working morning to notice and mend


def build_partitions(settings: Settings) -> dg.DailyPartitionsDefinition:
    """The as-of dates: a day can be refreshed once it is over in the business time zone."""
    return dg.DailyPartitionsDefinition(
        start_date=settings.start_date.isoformat(), timezone=settings.timezone
    )


def build_job() -> UnresolvedAssetJobDefinition:
    """Everything, in one process: the warehouse file has one writer.

    Re-execution from the UI repeats what did not succeed; without the tag it repeats steps whose
    assets are already there.
    """
    return dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        tags={"dagster/retry_strategy": "FROM_ASSET_FAILURE"},
        description="Extracts to published segment tables, as of one date.",
    )


def build_schedule(job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Tonight's partition: the day that has just ended."""
    return dg.build_schedule_from_partitioned_job(
        job,
        name="daily_refresh_schedule",
        hour_of_day=SCHEDULE_HOUR,
        description="Refreshes the day before, every day, in the business time zone.",
    )  # type: ignore[return-value]


def build_landing_sensor(
    settings: Settings,
    contracts: dict[tuple[str, str], ExtractContract],
    job: UnresolvedAssetJobDefinition,
) -> dg.SensorDefinition:
    """Requests a run for the newest landed date once per state of the landing zone."""

    @dg.sensor(name="landing_sensor", job=job, minimum_interval_seconds=SENSOR_SECONDS)
    def landing_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        newest = newest_extract_date(settings.zones, settings.sources)
        if newest is None:
            return dg.SkipReason(f"nothing has landed in {settings.zones.landing}")
        delivered = [
            extract
            for source, table in contracts
            for extract in find_extracts(settings.zones, source, table)
        ]
        missing = _missing(contracts, delivered, newest)
        if missing:
            return dg.SkipReason(f"delivery of {newest} waits for {', '.join(missing)}")
        files = [file for extract in delivered for file in extract.files]
        if time.time() - max(file.stat().st_mtime for file in files) < SETTLE_SECONDS:
            return dg.SkipReason(f"delivery of {newest} is still arriving")
        state = _fingerprint(files)
        if state == context.cursor:
            return dg.SkipReason("nothing new has landed")
        context.update_cursor(state)
        return dg.RunRequest(run_key=f"{newest}-{state}", partition_key=newest.isoformat())

    return landing_sensor


def _missing(
    contracts: dict[tuple[str, str], ExtractContract],
    delivered: Iterable[LandedExtract],
    day: date,
) -> list[str]:
    present = {
        (extract.source, extract.table) for extract in delivered if extract.extract_date == day
    }
    return [
        f"{source}/{table}"
        for (source, table), contract in contracts.items()
        if contract.is_required and (source, table) not in present
    ]


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        stat = file.stat()
        digest.update(f"{file}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}\n".encode())
    return digest.hexdigest()[:16]


def publication_freshness() -> dg.FreshnessPolicy:
    """BI reads yesterday's numbers in the morning; a missed refresh shows before the next one."""
    return dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=PUBLICATION_FRESH_HOURS),
        warn_window=timedelta(hours=PUBLICATION_FRESH_HOURS - 4),
    )


def report_failure(settings: Settings, text: str) -> None:
    """Hands the report of a failed run to ``PATRON_FAILURE_COMMAND`` on standard input.

    Raises:
        subprocess.CalledProcessError: the command itself failed.
    """
    if settings.failure_command:
        subprocess.run(  # noqa: S602 -- the operator's own command line, from the environment
            settings.failure_command, shell=True, check=True, input=text.encode(), timeout=60
        )


def build_failure_sensor(settings: Settings) -> dg.SensorDefinition:
    """Reports failed runs, those too whose process died; `patron run` reports its own."""

    @dg.run_failure_sensor(name="failed_run_sensor", default_status=dg.DefaultSensorStatus.RUNNING)
    def failed_run_sensor(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        if run.tags.get(LAUNCHED_BY):
            return
        report_failure(
            settings,
            f"{run.job_name} failed as of {run.tags.get('dagster/partition', '?')} "
            f"(run {run.run_id}): {context.failure_event.message}\n",
        )

    return failed_run_sensor
