"""What a person hears of extracts: all that are refused, and what left landing, on both engines."""

import logging
from datetime import date

from conftest import COLUMNS, Lake, write_contract
from dagster import DailyPartitionsDefinition, materialize

from orchestration.assets import extracts
from orchestration.ingest.load import load_until
from orchestration.run_lock import release_run_lock
from orchestration.settings import Settings
from orchestration.spark.ingest import load_extracts

DAYS = [date(2025, 6, day) for day in (1, 2, 3)]


def settings_of(lake):
    return Settings(home=lake.zones.home, sources=("shop",))


def contracts_of(*lakes):
    return {("shop", lake.contract.table): lake.contract for lake in lakes}


def run_on_duckdb(as_of, *lakes):
    settings = settings_of(lakes[0])
    assets = extracts.build_extract_assets(
        settings, contracts_of(*lakes), DailyPartitionsDefinition("2025-06-01")
    )
    try:
        return materialize(assets, partition_key=as_of.isoformat(), raise_on_error=False)
    finally:
        release_run_lock(settings)


def test_a_snapshot_that_left_landing_does_not_hide_the_next_refusal(make_lake, tmp_path):
    snapshots = make_lake(deliveryMode="full")
    _, passed_over, _ = [snapshots.land("id\n1\n", day=day) for day in DAYS]
    load_until(snapshots.contract, snapshots.zones, date.max)
    passed_over.unlink()
    others = Lake(snapshots.zones.home, write_contract(tmp_path, COLUMNS, "parts"))
    others.land("without the key\n1\n")
    done = run_on_duckdb(DAYS[1], snapshots, others)
    [failure] = [event for event in done.all_events if event.is_step_failure]
    told = failure.step_failure_data.error.message
    assert "this snapshot of things was not loaded" in told
    assert "required column id is missing" in told


def test_both_engines_tell_what_left_landing(lake, monkeypatch):
    _, left, _ = [lake.land("id\n1\n", day=day) for day in DAYS]
    load_until(lake.contract, lake.zones, date.max)
    left.unlink()
    on_duckdb, on_spark = [], []
    monkeypatch.setattr(
        extracts,
        "tell",
        lambda _, text, level: on_duckdb.append(f"{logging.getLevelName(level).lower()}: {text}"),
    )
    assert run_on_duckdb(DAYS[2], lake).success
    load_extracts(settings_of(lake), contracts_of(lake), DAYS[2], on_spark.append)
    assert on_spark == on_duckdb
    assert f"landing has no more what was loaded for {DAYS[1]}" in on_spark[0]


def test_on_spark_too_everything_can_be_read_again(lake):
    _, left, _ = [lake.land("id\n1\n", day=day) for day in DAYS]
    load_until(lake.contract, lake.zones, date.max)
    left.unlink()
    told = []
    load_extracts(settings_of(lake), contracts_of(lake), DAYS[2], told.append, full=True)
    assert told[0] == f"warning: shop/things of {DAYS[1]} has left landing: taken out of raw"
