"""A past day is computed again from raw, models and memory: equal to what was published, or the
difference is found, its cause named, and declared before a record is replaced."""

from collections.abc import Iterator
from dataclasses import replace as changed
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import duckdb
import pytest
from refreshing import LAST_DAY

from orchestration.contracts import load_extract_contracts
from orchestration.history.segment_memory import restatements_sql, segment_log
from orchestration.ingest.load import load_until
from orchestration.replay.days import Finding, ReplayError, replay
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
ORDERS = CONTRACTS["sales", "sales_orders"]
NEXT_DAY = LAST_DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def remembered(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The published home again; the tests of this file change it in their order."""
    home = tmp_path_factory.mktemp("remembered") / "home"
    copytree(published.home, home, symlinks=True)
    return changed(published, home=home)


def files(settings: Settings) -> Iterator[tuple[str, float]]:
    for path in sorted(settings.home.rglob("*")):
        if path.is_file():
            yield str(path), path.stat().st_mtime


def correct_orders_of(settings: Settings, day: date) -> None:
    """The delivery of a day comes again with one order only."""
    [landed] = _landed(settings, day)
    lines = landed.read_text("utf-8").splitlines(keepends=True)
    assert len(lines) > 3
    landed.write_text("".join(lines[:2]), "utf-8")
    load_until(ORDERS, settings.zones, day)


def _landed(settings: Settings, day: date) -> list[Path]:
    folder = settings.zones.landing / "sales" / "sales_orders" / f"extract_date={day}"
    return sorted(folder.iterdir())


def test_a_replay_gives_what_was_published_and_writes_nothing(remembered: Settings):
    before = list(files(remembered))

    [day] = replay(remembered, CONTRACTS, LAST_DAY, LAST_DAY)

    assert day.finding is Finding.EQUAL
    assert day.members > 0
    assert day.changed == ()
    assert list(files(remembered)) == before


def test_days_before_the_memory_are_passed_over_and_later_ones_may_be_recorded(
    remembered: Settings,
):
    earlier, last, new = replay(
        remembered, CONTRACTS, LAST_DAY - timedelta(days=1), NEXT_DAY, record=True
    )

    assert earlier.finding is Finding.PASSED_OVER
    assert last.finding is Finding.EQUAL
    assert new.finding is Finding.NEW
    assert new.is_written
    assert segment_log().dates(remembered.zones) == [LAST_DAY, NEXT_DAY]
    assert [d.finding for d in replay(remembered, CONTRACTS, NEXT_DAY, NEXT_DAY)] == [Finding.EQUAL]


def test_a_late_correction_is_found_and_only_declared_when_asked(remembered: Settings):
    correct_orders_of(remembered, LAST_DAY)

    found = replay(remembered, CONTRACTS, LAST_DAY, NEXT_DAY)

    assert [day.finding for day in found] == [Finding.DIFFERENT, Finding.DIFFERENT]
    for day in found:
        causes = [str(change) for change in day.changed or ()]
        assert causes == [f"raw sales.sales_orders {LAST_DAY} replaced"]
    assert restatements_sql(remembered.zones) is None
    with pytest.raises(ReplayError, match="would stand on it"):
        replay(remembered, CONTRACTS, LAST_DAY, NEXT_DAY + timedelta(days=1), record=True)
    with pytest.raises(ReplayError, match=f"replay until {NEXT_DAY}"):
        replay(remembered, CONTRACTS, LAST_DAY, LAST_DAY, restate=True)

    restated = replay(remembered, CONTRACTS, LAST_DAY, NEXT_DAY, restate=True)

    assert [day.is_written for day in restated] == [True, True]
    declared = restatements_sql(remembered.zones)
    assert declared is not None
    rows = duckdb.sql(
        "SELECT as_of_date, count(*), count(DISTINCT changed_inputs), min(changed_inputs) "
        f"FROM ({declared}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [row[:3] for row in rows] == [(day.as_of, day.differing, 1) for day in restated]
    assert "sales_orders" in rows[0][3]
    again = replay(remembered, CONTRACTS, LAST_DAY, NEXT_DAY)
    assert [day.finding for day in again] == [Finding.EQUAL, Finding.EQUAL]


def test_a_range_that_ends_before_it_begins_is_refused(remembered: Settings):
    with pytest.raises(ReplayError, match="is before --from"):
        replay(remembered, CONTRACTS, NEXT_DAY, LAST_DAY)
