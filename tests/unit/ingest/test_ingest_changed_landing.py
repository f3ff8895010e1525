"""What happens in landing after a load: files replaced behind its back, and files that leave."""

import os
import shutil
from datetime import date

import pytest

from orchestration.ingest import load, partition
from orchestration.ingest.errors import QuarantineLimitExceeded, SnapshotNotLoaded
from orchestration.ingest.load import load_until

DAYS = [date(2025, 6, day) for day in (1, 2, 3)]
FIRST, OTHER = "id,qty\n1,1\n", "id,qty\n1,9\n"  # of the same size


def loaded(lake, as_of=date.max):
    return [result.was_loaded for result in load_until(lake.contract, lake.zones, as_of)]


def withdrawn(lake, as_of=date.max):
    results = load_until(lake.contract, lake.zones, as_of, reload=True)
    return [result.extract_date for result in results if result.was_withdrawn]


def withdraw(lake, day):
    """Take the file out of landing; its folder stays."""
    for path in (lake.zones.landing / f"shop/things/extract_date={day}").iterdir():
        path.unlink()


@pytest.fixture
def three_days(lake):
    for day in DAYS:
        lake.land(f"id,qty\n{day.day},1\nx,x\n", day=day)
    load_until(lake.contract, lake.zones, date.max)
    return lake


def test_a_correction_of_the_same_size_and_time_is_loaded(lake):
    path = lake.land(FIRST)
    stamp = path.stat()
    assert loaded(lake) == [True]
    lake.land(OTHER)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # as `cp -p` and `rsync -t` do
    assert loaded(lake) == [True]
    assert lake.rows("qty") == [(9,)]


def test_a_file_replaced_while_it_is_read_is_loaded_next_time(lake, monkeypatch):
    lake.land(FIRST)
    split = load.split_extract

    def replaced_meanwhile(work, files, zones):
        done = split(work, files, zones)
        lake.land(OTHER)
        return done

    monkeypatch.setattr(load, "split_extract", replaced_meanwhile)
    assert loaded(lake) == [True]
    monkeypatch.undo()
    assert loaded(lake) == [True]
    assert lake.rows("qty") == [(9,)]


def test_a_file_replaced_while_it_is_compared_is_loaded_next_time(lake, monkeypatch):
    path = lake.land(FIRST)
    assert loaded(lake) == [True]
    os.utime(path, (1, 1))
    compare = load._sha256

    def replaced_meanwhile(path):
        digest = compare(path)
        lake.land(OTHER)
        return digest

    monkeypatch.setattr(load, "_sha256", replaced_meanwhile)
    assert loaded(lake) == [False]
    monkeypatch.undo()
    assert loaded(lake) == [True]


def test_a_blocked_extract_that_is_taken_back_leaves_no_refused_rows(make_lake):
    lake = make_lake(quarantineLimit=0.5)
    lake.land("id,qty\n1,1\n2,2\nx,x\n")
    load_until(lake.contract, lake.zones, date.max)
    lake.land("id,qty\ny,y\n")
    with pytest.raises(QuarantineLimitExceeded):
        load_until(lake.contract, lake.zones, date.max)
    assert len(lake.refused()) == 2  # of what raw holds, and of what was blocked
    lake.land("id,qty\n1,1\n2,2\nx,x\n")
    assert loaded(lake) == [False]
    assert lake.refused("delivered") == [(b"x,x",)]


@pytest.mark.parametrize("left", [DAYS[:1], DAYS[1:2], DAYS[:2], DAYS])
def test_what_leaves_landing_stays_in_raw_and_is_told(three_days, left):
    for day in left:
        withdraw(three_days, day)
    [told] = [
        result
        for result in load_until(three_days.contract, three_days.zones, date.max)
        if result.left_landing
    ]
    folder = three_days.zones.raw / f"shop/things/extract_date={left[-1]}"
    assert told.left_landing == tuple(left)
    assert f"what was loaded for {left[-1]}" in told.warnings[0]
    assert told.warnings[0].endswith(f"or remove {folder}")
    assert len(three_days.rows()) == 3


def test_with_everything_read_again_it_leaves_raw_and_quarantine(three_days):
    withdraw(three_days, DAYS[1])
    [told] = [
        result
        for result in load_until(three_days.contract, three_days.zones, date.max, reload=True)
        if result.was_withdrawn
    ]
    assert told.warnings == ("shop/things of 2025-06-02 has left landing: taken out of raw",)
    assert three_days.rows("id") == [("1",), ("3",)]
    assert len(three_days.refused()) == 2
    assert withdrawn(three_days) == []


def test_a_later_extract_waits_for_a_run_of_its_date(three_days):
    withdraw(three_days, DAYS[2])
    assert withdrawn(three_days, DAYS[1]) == []
    assert withdrawn(three_days) == [DAYS[2]]


def test_one_that_is_being_delivered_again_stays_until_it_has_come(three_days):
    withdraw(three_days, DAYS[1])
    arriving = three_days.land("id,qty\n2,5\n", "things.csv.part", DAYS[1])
    assert withdrawn(three_days) == []
    arriving.rename(arriving.with_suffix(""))
    assert loaded(three_days) == [False, True, False]
    assert three_days.rows("qty") == [(1,), (5,), (1,)]


@pytest.mark.parametrize("left", [DAYS[:1], DAYS[:2], DAYS])
def test_what_is_tidied_away_from_the_old_end_stays_even_then(three_days, left):
    for day in left:
        withdraw(three_days, day)
    assert withdrawn(three_days) == []
    assert len(three_days.rows()) == 3


def test_with_the_folder_removed_as_told_what_was_refused_goes_too(three_days):
    withdraw(three_days, DAYS[1])
    shutil.rmtree(three_days.zones.raw / f"shop/things/extract_date={DAYS[1]}")
    assert loaded(three_days) == [False, False]
    assert three_days.rows("id") == [("1",), ("3",)]
    assert len(three_days.refused()) == 2


def test_a_withdrawn_newest_snapshot_gives_way_to_the_one_before(make_lake):
    lake = make_lake(deliveryMode="full")
    for day in DAYS:
        lake.land(f"id,qty\n1,{day.day}\n", day=day)
    load_until(lake.contract, lake.zones, date.max)
    withdraw(lake, DAYS[2])
    load_until(lake.contract, lake.zones, date.max, reload=True)
    assert lake.rows("qty") == [(2,)]


@pytest.fixture
def passed_over(make_lake):
    """Of three snapshots the first and the newest are loaded, the one between has left landing."""
    lake = make_lake(deliveryMode="full")
    for day in DAYS:
        lake.land(f"id,qty\n1,{day.day}\n", day=day)
    load_until(lake.contract, lake.zones, DAYS[0])
    load_until(lake.contract, lake.zones, date.max)
    withdraw(lake, DAYS[1])
    return lake


def test_a_snapshot_that_was_passed_over_and_tidied_away_is_never_replaced_by_an_older(passed_over):
    load_until(passed_over.contract, passed_over.zones, date.max)
    load_until(passed_over.contract, passed_over.zones, DAYS[1])
    with pytest.raises(SnapshotNotLoaded, match="run with --full"):
        partition.visible_partitions(passed_over.contract, passed_over.zones, DAYS[1])
    assert passed_over.rows("qty") == [(3,)]


def test_one_that_was_withdrawn_is_not_asked_for_after_everything_is_read_again(passed_over):
    assert withdrawn(passed_over, DAYS[1]) == []
    [path] = partition.visible_partitions(passed_over.contract, passed_over.zones, DAYS[1])
    assert path.parent.name == f"extract_date={DAYS[0]}"


def test_one_that_is_older_than_all_of_landing_is_asked_for_even_then(passed_over):
    withdraw(passed_over, DAYS[0])
    assert withdrawn(passed_over) == []
    with pytest.raises(SnapshotNotLoaded) as told:
        partition.visible_partitions(passed_over.contract, passed_over.zones, DAYS[1])
    folder = passed_over.zones.raw / f"shop/things/extract_date={DAYS[1]}"
    assert str(told.value).endswith(f"remove {folder}")
    shutil.rmtree(folder)
    [path] = partition.visible_partitions(passed_over.contract, passed_over.zones, DAYS[1])
    assert path.parent.name == f"extract_date={DAYS[0]}"


def test_of_a_blocked_one_that_was_passed_over_and_left_nothing_refused_stays(make_lake):
    lake = make_lake(deliveryMode="full", quarantineLimit=0.5)
    lake.land("id,qty\n1,1\n", day=DAYS[0])
    lake.land("id,qty\nx,x\n", day=DAYS[1])
    with pytest.raises(QuarantineLimitExceeded):
        load_until(lake.contract, lake.zones, DAYS[1])
    lake.land("id,qty\n1,3\n", day=DAYS[2])
    load_until(lake.contract, lake.zones, date.max)
    withdraw(lake, DAYS[1])
    assert len(lake.refused()) == 1
    load_until(lake.contract, lake.zones, date.max)
    assert lake.refused() == []
    assert partition.superseded_dates(lake.contract, lake.zones) == DAYS[:2]
