"""What a run makes of extracts that it cannot use: all of them are told before it stops."""

from datetime import date

from conftest import COLUMNS, Lake, write_contract
from dagster import DailyPartitionsDefinition, materialize

from orchestration.assets.extracts import build_extract_assets
from orchestration.ingest.load import load_until
from orchestration.run_lock import release_run_lock
from orchestration.settings import Settings

DAYS = [date(2025, 6, day) for day in (1, 2, 3)]


def test_a_snapshot_that_left_landing_does_not_hide_the_next_refusal(make_lake, tmp_path):
    snapshots = make_lake(deliveryMode="full")
    _, passed_over, _ = [snapshots.land("id\n1\n", day=day) for day in DAYS]
    load_until(snapshots.contract, snapshots.zones, date.max)
    passed_over.unlink()
    others = Lake(snapshots.zones.home, write_contract(tmp_path, COLUMNS, "parts"))
    others.land("without the key\n1\n")
    settings = Settings(home=snapshots.zones.home, sources=("shop",))
    done = materialize(
        build_extract_assets(
            settings,
            {("shop", lake.contract.table): lake.contract for lake in (snapshots, others)},
            DailyPartitionsDefinition("2025-06-01"),
        ),
        partition_key=DAYS[1].isoformat(),
        raise_on_error=False,
    )
    release_run_lock(settings)
    [failure] = [event for event in done.all_events if event.is_step_failure]
    told = failure.step_failure_data.error.message
    assert "this snapshot of things was not loaded" in told
    assert "required column id is missing" in told
