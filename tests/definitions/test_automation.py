"""Triggers: tonight's partition, each landing once, each failure heard once."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from orchestration import automation
from orchestration.contracts import load_extract_contracts
from orchestration.refresh_tags import LAUNCHED_BY
from orchestration.settings import CONTRACTS_ROOT, Settings

REQUIRED = (("crm", "crm_customers"), ("sales", "sales_orders"), ("sales", "sales_order_lines"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, timezone="Europe/London")


def land(settings: Settings, source: str, table: str, day: str, age_seconds: int = 600) -> Path:
    file = settings.zones.landing / source / table / f"extract_date={day}" / f"{table}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("header only\n")
    landed = time.time() - age_seconds
    os.utime(file, (landed, landed))
    return file


def location(settings: Settings) -> dg.Definitions:
    """The triggers over one small asset instead of the whole system."""

    @dg.asset(partitions_def=automation.build_partitions(settings))
    def anything() -> None: ...

    contracts = load_extract_contracts(CONTRACTS_ROOT, settings.sources)
    job = automation.build_job()
    return dg.Definitions(
        assets=[anything],
        jobs=[job],
        schedules=[automation.build_schedule(job)],
        sensors=[automation.build_landing_sensor(settings, contracts, job)],
    )


def tick(settings: Settings, cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    repository = location(settings).get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance, cursor=cursor, repository_def=repository)
        data = repository.get_sensor_def("landing_sensor").evaluate_tick(context)
    return list(data.run_requests or []), data.cursor


@pytest.mark.parametrize(
    ("now", "partition"),
    [
        (datetime(2025, 1, 15, 4, tzinfo=UTC), "2025-01-14"),
        (datetime(2025, 7, 15, 3, tzinfo=UTC), "2025-07-14"),  # four o'clock in London
    ],
)
def test_the_schedule_requests_the_day_that_has_just_ended(settings, now, partition):
    definitions = location(settings)
    resolved = definitions.resolve_schedule_def("daily_refresh_schedule")
    assert resolved.execution_timezone == "Europe/London"
    assert resolved.cron_schedule == "0 4 * * *"
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance, scheduled_execution_time=now, repository_def=definitions.get_repository_def()
        )
        data = resolved.evaluate_tick(context)
    assert [request.partition_key for request in data.run_requests or []] == [partition]


def test_a_landed_delivery_fires_exactly_once(settings):
    for source, table in REQUIRED:
        land(settings, source, table, "2025-06-30")
    requests, cursor = tick(settings, None)
    assert [request.partition_key for request in requests] == ["2025-06-30"]
    assert tick(settings, cursor) == ([], cursor)

    land(settings, "sales", "sales_returns", "2025-06-30")  # one more file of the same day
    again, later = tick(settings, cursor)
    assert [request.partition_key for request in again] == ["2025-06-30"]
    assert again[0].run_key != requests[0].run_key
    assert tick(settings, later) == ([], later)


def test_a_correction_of_the_same_size_and_time_fires(settings):
    for source, table in REQUIRED:
        file = land(settings, source, table, "2025-06-30")
    [_], cursor = tick(settings, None)
    stat = file.stat()
    file.write_text("HEADER ONLY\n")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as `cp -p` and `rsync -t` do
    assert len(tick(settings, cursor)[0]) == 1


def test_a_delivery_without_its_required_extracts_waits(settings):
    land(settings, "crm", "crm_customers", "2025-06-30")
    requests, cursor = tick(settings, None)
    assert requests == []
    for source, table in REQUIRED:
        land(settings, source, table, "2025-06-30")
    assert len(tick(settings, cursor)[0]) == 1


def test_a_delivery_that_still_arrives_waits(settings):
    for source, table in REQUIRED:
        land(settings, source, table, "2025-06-30", age_seconds=0)
    assert tick(settings, None)[0] == []


def test_an_empty_landing_zone_is_no_error(settings):
    assert tick(settings, None)[0] == []


@pytest.mark.parametrize(("tags", "heard"), [({}, True), ({LAUNCHED_BY: "cli"}, False)])
def test_a_failed_run_is_reported_once(settings, tmp_path, tags, heard):
    report = tmp_path / "report.txt"
    settings = Settings(home=tmp_path, failure_command=f"cat > '{report}'")

    @dg.op
    def breaks() -> None:
        raise ValueError("the disk is full")

    @dg.job
    def daily_refresh() -> None:
        breaks()

    with dg.DagsterInstance.ephemeral() as instance:
        result = daily_refresh.execute_in_process(
            instance=instance, raise_on_error=False, tags=tags
        )
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run_sensor",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        automation.build_failure_sensor(settings)(context)
    assert report.exists() is heard
    if heard:
        assert "daily_refresh failed" in report.read_text()


def test_a_failing_report_command_raises(settings, tmp_path):
    settings = Settings(home=tmp_path, failure_command="false")
    with pytest.raises(Exception, match="non-zero"):
        automation.report_failure(settings, "anything")
