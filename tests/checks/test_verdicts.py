"""Verdicts of checks stand with the plan that Dagster made of them."""

import os
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from orchestration.checks.results import Verdicts, of_date
from orchestration.refresh import dagster_instance
from orchestration.settings import Settings

DAY = "2025-06-30"
DAYS = dg.DailyPartitionsDefinition("2025-06-29")
PASSES, FAILS = (
    dg.AssetCheckSpec(name, asset="daily", blocking=True) for name in ("passes", "fails")
)


@dg.asset(partitions_def=DAYS)
def daily() -> None: ...


@dg.multi_asset_check(specs=[PASSES, FAILS])
def checks(context: dg.AssetCheckExecutionContext) -> Verdicts:
    results = [
        dg.AssetCheckResult(passed=spec is PASSES, check_name=spec.name) for spec in (PASSES, FAILS)
    ]
    yield from of_date(context, results)


def test_a_verdict_is_of_the_date_that_was_planned_and_blocks_as_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))  # restored afterwards
    with dagster_instance(Settings(home=tmp_path)) as instance:
        run = dg.materialize(
            [daily, checks], partition_key=DAY, instance=instance, raise_on_error=False
        )
        assert not run.success  # a blocking check failed
        log = instance.event_log_storage
        for spec, status in (
            (PASSES, AssetCheckExecutionRecordStatus.SUCCEEDED),
            (FAILS, AssetCheckExecutionRecordStatus.FAILED),
        ):
            [record] = log.get_asset_check_execution_history(spec.key, limit=9)
            assert (record.partition, record.status) == (DAY, status)
            latest = log.get_latest_asset_check_execution_by_key([spec.key])[spec.key]
            assert latest.event is not None
            verdict = latest.event.get_dagster_event().asset_check_evaluation_data
            assert verdict.target_materialization_data is not None
