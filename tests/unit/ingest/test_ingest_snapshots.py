"""Whole snapshots: only the newest is loaded, those passed over are noted."""

from datetime import date

import pytest

from orchestration.ingest import errors, partition
from orchestration.ingest.load import load_until

DAYS = [date(2025, 6, day) for day in (1, 2, 3)]


@pytest.fixture
def snapshots(make_lake):
    """Three snapshots have landed; the day of each stands in ``qty``."""
    lake = make_lake(deliveryMode="full")
    for day in DAYS:
        lake.land(f"id,qty\n1,{day.day}\n", day=day)
    return lake


def load(lake, as_of=date.max, **options):
    return load_until(lake.contract, lake.zones, as_of, **options)


def superseded(lake):
    return partition.superseded_dates(lake.contract, lake.zones)


def visible(lake, as_of):
    [path] = partition.visible_partitions(lake.contract, lake.zones, as_of)
    return path.parent.name


def test_only_the_newest_is_loaded_and_the_others_are_noted(snapshots):
    results = load(snapshots)
    assert [(r.extract_date, r.was_loaded, r.superseded_by) for r in results] == [
        (DAYS[0], False, DAYS[2]), (DAYS[1], False, DAYS[2]), (DAYS[2], True, None),
    ]  # fmt: skip
    assert superseded(snapshots) == DAYS[:2]
    assert snapshots.rows("qty") == [(3,)]
    assert [r.was_loaded for r in load(snapshots, reload=True)] == [False, False, True]


@pytest.mark.parametrize("delivery", ["delta", "events"])
def test_other_deliveries_are_all_loaded(make_lake, delivery):
    lake = make_lake(deliveryMode=delivery)
    for day in DAYS:
        lake.land("id\n1\n", day=day)
    assert [(r.was_loaded, r.superseded_by) for r in load(lake)] == [(True, None)] * 3
    assert superseded(lake) == []


def test_one_that_was_passed_over_is_never_silently_replaced_by_an_older_one(snapshots):
    load(snapshots, DAYS[0])
    load(snapshots)
    assert visible(snapshots, DAYS[0]) == f"extract_date={DAYS[0]}"
    with pytest.raises(errors.SnapshotNotLoaded, match=f"as of {DAYS[1]}"):
        visible(snapshots, DAYS[1])
    assert visible(snapshots, DAYS[2]) == f"extract_date={DAYS[2]}"


def test_a_run_of_its_own_date_loads_it(snapshots):
    load(snapshots)
    results = load(snapshots, DAYS[1])
    assert [(r.was_loaded, r.superseded_by) for r in results] == [(False, DAYS[1]), (True, None)]
    assert superseded(snapshots) == [DAYS[0]]
    assert visible(snapshots, DAYS[1]) == f"extract_date={DAYS[1]}"
    assert [r.superseded_by for r in load(snapshots)] == [DAYS[2], None, None]


def test_all_are_loaded_where_every_snapshot_is_asked_for(snapshots):
    load(snapshots)
    assert [r.was_loaded for r in load(snapshots, every_snapshot=True)] == [True, True, False]
    assert superseded(snapshots) == []
    assert [visible(snapshots, day)[-2:] for day in DAYS] == ["01", "02", "03"]


def test_an_older_one_that_was_loaded_and_comes_again_changed_is_noted(snapshots):
    load(snapshots, every_snapshot=True)
    snapshots.land("id,qty\n1,99\n", day=DAYS[1])
    assert [r.superseded_by for r in load(snapshots)] == [None, DAYS[2], None]
    with pytest.raises(errors.SnapshotNotLoaded):
        visible(snapshots, DAYS[1])
    load(snapshots, DAYS[1])
    assert visible(snapshots, DAYS[1]) == f"extract_date={DAYS[1]}"


def test_a_note_that_a_killed_load_left_behind_goes_with_the_next_load(snapshots):
    load(snapshots)
    partition.mark_superseded(snapshots.zones, snapshots.contract, DAYS[2], DAYS[2])
    with pytest.raises(errors.SnapshotNotLoaded):
        visible(snapshots, DAYS[2])
    assert not load(snapshots)[-1].was_loaded
    assert visible(snapshots, DAYS[2]) == f"extract_date={DAYS[2]}"
