"""The event log that keeps its connections open: Dagster finds all that it stored."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import DATA_VERSION_TAG
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.event_log import OPEN_SHARDS, KeptOpenEventLogStorage, made_here
from orchestration.refresh import dagster_instance
from orchestration.settings import Settings


@dg.asset(check_specs=[dg.AssetCheckSpec("is_small", asset="number")])
def number() -> Iterator[object]:
    yield dg.Output(1, metadata={"dagster/row_count": 7})
    yield dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))  # restored afterwards
    with dagster_instance(Settings(home=tmp_path)) as opened:
        yield opened


def run_of(instance: dg.DagsterInstance) -> str:
    return dg.materialize([number], instance=instance).run_id


def own_log(instance: dg.DagsterInstance) -> KeptOpenEventLogStorage:
    log = instance.event_log_storage
    assert isinstance(log, KeptOpenEventLogStorage)
    return log


def test_a_deployment_logs_here_and_dagster_reads_the_files_as_its_own(
    instance: dg.DagsterInstance, tmp_path: Path
):
    run_id = run_of(instance)

    folder = tmp_path / "dagster" / "history" / "runs"
    assert (folder / f"{run_id}.db").exists()
    theirs = SqliteEventLogStorage(str(folder))
    kinds = [record.dagster_event_type for record in theirs.get_logs_for_run(run_id)]
    assert kinds == [
        record.dagster_event_type for record in own_log(instance).get_logs_for_run(run_id)
    ]
    assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in kinds
    [found] = theirs.get_asset_records([dg.AssetKey("number")])
    materialization = found.asset_entry.last_materialization
    assert materialization is not None
    assert materialization.run_id == run_id


def test_files_stay_open_up_to_a_bound(instance: dg.DagsterInstance):
    run_ids = [run_of(instance) for _ in range(OPEN_SHARDS + 2)]

    log = own_log(instance)
    assert len(log._engines) <= OPEN_SHARDS
    for run_id in run_ids:  # also those whose file was closed in between
        assert log.get_logs_for_run(run_id)


def test_wiping_and_disposing_close_what_is_open(instance: dg.DagsterInstance):
    run_id = run_of(instance)
    log = own_log(instance)
    log.wipe()
    assert log.get_logs_for_run(run_id) == []
    assert run_of(instance)
    log.dispose()
    assert not log._engines


def test_a_table_that_is_there_is_looked_up_once(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    looked_up: list[str] = []
    has_table = SqliteEventLogStorage.has_table
    monkeypatch.setattr(
        SqliteEventLogStorage,
        "has_table",
        lambda log, name: looked_up.append(name) or has_table(log, name),
    )
    run_of(instance)
    run_of(instance)
    log = own_log(instance)
    assert log.has_table("asset_check_executions")
    assert not log.has_table("no_such_table")
    assert sorted(looked_up) == sorted(set(looked_up))


def test_an_event_is_stored_wholly_or_not_at_all(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    """Its row in the run's file, the one in the index and the asset's own are one matter."""
    run_id = run_of(instance)
    log = own_log(instance)
    before = len(log.get_logs_for_run(run_id))
    [materialized] = [
        entry
        for entry in log.get_logs_for_run(run_id)
        if entry.dagster_event_type == dg.DagsterEventType.ASSET_MATERIALIZATION
    ]

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(KeptOpenEventLogStorage, "_store_asset_event", fails)
    with pytest.raises(OSError, match="the disk is full"):
        log.store_event_batch([materialized, materialized])
    assert len(log.get_logs_for_run(run_id)) == before
    monkeypatch.undo()
    log.store_event_batch([materialized, materialized])
    assert len(log.get_logs_for_run(run_id)) == before + 2


def test_what_a_run_made_is_known_without_asking_the_file(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
):
    run_id = run_of(instance)
    key = dg.AssetKey("number")
    made = made_here(instance, key)
    assert made is not None
    assert made.run_id == run_id
    [stored] = instance.fetch_materializations(key, limit=1).records
    assert (made.storage_id, made.timestamp) == (stored.storage_id, stored.timestamp)
    assert made_here(instance, dg.AssetKey("other")) is None


def test_versions_of_a_date_are_told_as_dagster_stores_them(instance: dg.DagsterInstance):
    days = dg.DailyPartitionsDefinition("2025-06-29")

    @dg.asset(partitions_def=days)
    def daily() -> None: ...

    for day in ("2025-06-29", "2025-06-30"):
        dg.materialize([daily], instance=instance, partition_key=day)
    log = own_log(instance)
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    asked = [
        (daily.key, kind, [DATA_VERSION_TAG], [day])
        for day in ("2025-06-29", "2025-06-30", "2025-06-28")
    ]
    ours = [log.get_latest_tags_by_partition(*question) for question in asked]
    theirs = [SqliteEventLogStorage.get_latest_tags_by_partition(log, *q) for q in asked]
    assert ours == theirs
    assert [set(found) for found in ours] == [{"2025-06-29"}, {"2025-06-30"}, set()]


def test_the_newest_of_a_date_is_told_as_dagster_stored_it(instance: dg.DagsterInstance):
    @dg.asset(partitions_def=dg.DailyPartitionsDefinition("2025-06-29"))
    def daily() -> None: ...

    for day in ("2025-06-29", "2025-06-30"):
        dg.materialize([daily], instance=instance, partition_key=day)
    dg.materialize([number], instance=instance)
    log = own_log(instance)
    asked: list[dg.AssetKey | dg.AssetRecordsFilter] = [
        dg.AssetRecordsFilter(daily.key, asset_partitions=[day])
        for day in ("2025-06-29", "2025-06-30", "2025-06-28")
    ]
    asked += [daily.key, number.key, dg.AssetKey("other")]
    ours = [log.fetch_materializations(question, 1).records for question in asked]
    theirs = [SqliteEventLogStorage.fetch_materializations(log, q, 1).records for q in asked]
    assert ours == theirs
    assert [len(records) for records in ours] == [1, 1, 0, 1, 1, 0]


STORED = {
    "event_logs": "id, run_id, event, dagster_event_type, timestamp, step_key, asset_key, "
    "partition",
    "asset_keys": "asset_key, last_materialization, last_run_id, last_materialization_timestamp",
    "asset_event_tags": "event_id, asset_key, key, value, event_timestamp",
    "asset_check_executions": "asset_key, check_name, partition, run_id, execution_status, "
    "evaluation_event, evaluation_event_timestamp, evaluation_event_storage_id, "
    "materialization_event_storage_id",
}


def stored(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every file of a log, without the time at which it was written."""
    found = {}
    for file in sorted(folder.glob("*.db")):
        with closing(sqlite3.connect(file)) as connection:
            for table, columns in STORED.items():
                rows = connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
                found[f"{file.name} {table}"] = rows
    return found


@pytest.mark.parametrize("planned", [True, False])
def test_what_is_stored_together_is_what_dagster_stores_one_by_one(
    instance: dg.DagsterInstance, tmp_path: Path, planned: bool
):
    days = dg.DailyPartitionsDefinition("2025-06-29")
    specs = [dg.AssetCheckSpec(name, asset="daily") for name in ("first", "second")]

    @dg.asset(partitions_def=days, check_specs=specs)
    def daily() -> Iterator[object]:
        yield dg.Output(1)
        yield dg.Output(None, specs[0].get_python_identifier())
        yield dg.AssetCheckEvaluation(
            daily.key, "first", passed=True, metadata={}, partition="2025-06-30"
        )
        yield dg.AssetCheckResult(check_name="second", passed=False)

    run_ids = [dg.materialize([daily], instance=instance, partition_key="2025-06-30").run_id]
    run_ids += [run_of(instance), run_of(instance)]
    told = [entry for run_id in run_ids for entry in own_log(instance).get_logs_for_run(run_id)]
    if not planned:
        no_plan = dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
        told = [entry for entry in told if entry.dagster_event_type != no_plan]
    told += [entry._replace(run_id="") for entry in told if is_verdict(entry)]

    theirs = SqliteEventLogStorage(str(tmp_path / "theirs"))
    for entry in told:
        theirs.store_event(entry)
    one_by_one = KeptOpenEventLogStorage(str(tmp_path / "one_by_one"))
    for entry in told:
        one_by_one.store_event(entry)
    together = KeptOpenEventLogStorage(str(tmp_path / "together"))
    together.store_event_batch(told)

    expected = stored(tmp_path / "theirs")
    assert {row[4] for row in expected["index.db asset_check_executions"]} >= {
        "SUCCEEDED",
        "FAILED",
    }
    assert stored(tmp_path / "one_by_one") == expected
    assert stored(tmp_path / "together") == expected


def is_verdict(entry: EventLogEntry) -> bool:
    return entry.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION


def test_who_reads_sees_verdicts_that_wait(instance: dg.DagsterInstance):
    run_id = run_of(instance)
    log = own_log(instance)
    before = log.get_logs_for_run(run_id)
    [verdict] = [entry for entry in before if is_verdict(entry)]
    log.store_event(verdict)
    assert log._waiting == [verdict]
    assert [*before, verdict] == list(log.get_logs_for_run(run_id))
    assert not log._waiting
