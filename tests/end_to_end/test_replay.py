"""A past day is computed again from raw, models and memory: equal to what was published, or the
difference is found, its cause named, and declared before a record is replaced."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest
from refreshing import LAST_DAY

from orchestration.contracts import load_extract_contracts
from orchestration.history.segment_memory import restatements_sql, segment_log
from orchestration.ingest.load import load_until
from orchestration.replay.days import Finding, ReplayError, replay
from orchestration.sample_world import write_world
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
FIRST = LAST_DAY - timedelta(days=2)
MIDDLE = LAST_DAY - timedelta(days=1)
NEXT_DAY = LAST_DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three remembered days of a small world; the tests of this file change it in their order."""
    settings = Settings(home=tmp_path_factory.mktemp("remembered"))
    write_world(settings.home, customers=300, days=200, seed=5, last_day=LAST_DAY, daily_extracts=4)
    for (source, _), contract in CONTRACTS.items():
        if source in settings.sources:
            load_until(contract, settings.zones, LAST_DAY)
    recorded = replay(settings, CONTRACTS, FIRST, LAST_DAY, record=True)
    assert [(day.finding, day.is_written) for day in recorded] == [(Finding.NEW, True)] * 3
    return settings


def files(settings: Settings) -> Iterator[tuple[str, float]]:
    for path in sorted(settings.home.rglob("*")):
        if path.is_file():
            yield str(path), path.stat().st_mtime


def correct_orders_of(settings: Settings, day: date) -> None:
    """The delivery of a day comes again, with its first order only."""
    contract = CONTRACTS["sales", "sales_orders"]
    folder = settings.zones.landing / "sales" / "sales_orders" / f"extract_date={day}"
    [landed] = folder.iterdir()
    lines = landed.read_text("utf-8").splitlines(keepends=True)
    assert len(lines) > 3
    landed.write_text("".join(lines[:2]), "utf-8")
    load_until(contract, settings.zones, day)


def findings(settings: Settings, first: date, last: date) -> list[Finding]:
    return [day.finding for day in replay(settings, CONTRACTS, first, last)]


def test_a_replay_gives_what_the_refresh_published_and_writes_nothing(published: Settings):
    before = list(files(published))

    [day] = replay(published, CONTRACTS, LAST_DAY, LAST_DAY)

    assert day.finding is Finding.EQUAL
    assert day.members > 0
    assert day.changed == ()
    assert list(files(published)) == before


def test_what_was_recorded_is_given_again_from_any_day_on(remembered: Settings):
    assert findings(remembered, FIRST, LAST_DAY) == [Finding.EQUAL] * 3
    assert findings(remembered, MIDDLE, LAST_DAY) == [Finding.EQUAL] * 2


def test_days_before_the_memory_are_passed_over(remembered: Settings):
    before = FIRST - timedelta(days=1)
    assert findings(remembered, before, before) == [Finding.PASSED_OVER]


def test_a_late_correction_is_found_and_declared_before_records_are_replaced(
    remembered: Settings,
):
    correct_orders_of(remembered, MIDDLE)

    equal, *found = replay(remembered, CONTRACTS, FIRST, LAST_DAY)

    assert equal.finding is Finding.EQUAL
    assert [day.finding for day in found] == [Finding.DIFFERENT] * 2
    for day in found:
        assert [str(change) for change in day.changed or ()] == [
            f"raw sales.sales_orders {MIDDLE} replaced"
        ]
    assert restatements_sql(remembered.zones) is None
    with pytest.raises(ReplayError, match="would stand on it"):
        replay(remembered, CONTRACTS, FIRST, NEXT_DAY, record=True)
    with pytest.raises(ReplayError, match=f"replay until {LAST_DAY}"):
        replay(remembered, CONTRACTS, FIRST, MIDDLE, restate=True)

    kept, *restated, new = replay(remembered, CONTRACTS, FIRST, NEXT_DAY, record=True, restate=True)

    assert not kept.is_written
    assert [day.is_written for day in (*restated, new)] == [True] * 3
    assert segment_log().dates(remembered.zones) == [FIRST, MIDDLE, LAST_DAY, NEXT_DAY]
    declared = restatements_sql(remembered.zones)
    assert declared is not None
    rows = duckdb.sql(
        "SELECT as_of_date, count(*), count(DISTINCT changed_inputs), min(changed_inputs) "
        f"FROM ({declared}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [row[:3] for row in rows] == [(day.as_of, day.differing, 1) for day in restated]
    assert all("sales_orders" in row[3] for row in rows)
    assert findings(remembered, FIRST, NEXT_DAY) == [Finding.EQUAL] * 4


def test_a_range_that_ends_before_it_begins_is_refused(remembered: Settings):
    with pytest.raises(ReplayError, match="is before --from"):
        replay(remembered, CONTRACTS, LAST_DAY, FIRST)
