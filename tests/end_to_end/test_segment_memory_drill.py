"""Long form: segments are remembered day by day, found again, and flap less than the facts do.

Sixty days of the sample world, some by the whole refresh and the others by replay, so that each way
goes on from what the other remembered; and six months of Online Retail II, replayed every day.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as changed
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from refreshing import LAST_DAY, refresh

from orchestration import warehouse
from orchestration.contracts import load_extract_contracts
from orchestration.history.change_log import opening_sql
from orchestration.history.segment_memory import restatements_sql, segment_log
from orchestration.ingest.load import load_until
from orchestration.replay.days import Finding, ReplayedDay, opened_replay, replay
from orchestration.replay.plan import plan_for
from orchestration.replay.steps import python_steps
from orchestration.sample_world import write_world
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, Settings, known_sources
from orchestration.transform.compiled import compiled_project

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
DAYS = [LAST_DAY - timedelta(days=days_before) for days_before in range(59, -1, -1)]
REFRESHED = {DAYS[0], DAYS[20], DAYS[40], DAYS[59]}
CORRECTED = DAYS[44]

RETAIL_FILE = (
    PROJECT_ROOT.parent / "shared" / "data" / "online_retail_ii" / "online_retail_ii.parquet"
)
RETAIL_DAYS = [date(2011, 6, 10) + timedelta(days=n) for n in range(183)]  # to 2011-12-09
# Purchase models are chosen anew once a month and fitted every day: judging them daily would be
# most of the work, and what flaps here are customers.
CHOOSE_EVERY_DAYS = 30


def load_all(settings: Settings, until: date) -> None:
    for (source, _), contract in CONTRACTS.items():
        if source in settings.sources:
            load_until(contract, settings.zones, until)


def remember_each(settings: Settings) -> None:
    """The days in order: some by the refresh, those between by replay."""
    waiting: list[date] = []
    for day in DAYS:
        if day not in REFRESHED:
            waiting.append(day)
            continue
        if waiting:
            recorded = replay(settings, CONTRACTS, waiting[0], waiting[-1], record=True)
            assert all(own.is_written for own in recorded)
            waiting = []
        outcome = refresh(settings, day)
        assert outcome.success, (day, outcome.failures)


def members_of(connection: duckdb.DuckDBPyConnection, settings: Settings, day: date) -> str:
    """A table of the segments that are remembered of a day."""
    state = opening_sql(segment_log(), settings.zones, day + timedelta(days=1))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE remembered AS {state}")
    return "remembered"


def assert_everybody_has_one_segment_in_each_scheme(
    connection: duckdb.DuckDBPyConnection, members: str
) -> None:
    [[rows, pairs, customers, schemes, nameless]] = connection.execute(
        "SELECT count(*), count(DISTINCT (customer_key, scheme)), count(DISTINCT customer_key), "
        f"count(DISTINCT scheme), count(*) FILTER (segment IS NULL) FROM {members}"
    ).fetchall()
    assert schemes > 10
    assert rows == pairs == customers * schemes
    assert nameless == 0


def assert_intervals_tell_the_day(
    connection: duckdb.DuckDBPyConnection, members: str, day: date
) -> None:
    """Each member stands in exactly one interval that holds the day, with the same segment."""
    wrong = connection.execute(
        f"""
        WITH of_day AS (
            SELECT customer_key, scheme, segment FROM marts.segment_membership
            WHERE valid_from_date <= ? AND coalesce(valid_to_date >= ?, true)
        )
        (SELECT customer_key, scheme, segment FROM {members} EXCEPT ALL FROM of_day)
        UNION ALL
        (FROM of_day EXCEPT ALL SELECT customer_key, scheme, segment FROM {members})
        LIMIT 3
        """,
        [day, day],
    ).fetchall()
    assert wrong == [], day


def correct_orders_of(settings: Settings, day: date) -> None:
    """The delivery of a day comes again, with its first order only."""
    folder = settings.zones.landing / "sales" / "sales_orders" / f"extract_date={day}"
    [landed] = folder.iterdir()
    lines = landed.read_text("utf-8").splitlines(keepends=True)
    landed.write_text("".join(lines[:2]), "utf-8")
    load_until(CONTRACTS["sales", "sales_orders"], settings.zones, day)


@pytest.mark.drill
def test_sixty_days_are_remembered_and_given_again(tmp_path: Path):
    settings = Settings(home=tmp_path)
    write_world(
        settings.home,
        customers=500,
        days=400,
        seed=8,
        last_day=LAST_DAY,
        daily_extracts=len(DAYS) + 1,
    )
    load_all(settings, LAST_DAY)

    remember_each(settings)

    with warehouse.read(settings) as connection:
        for day in DAYS:
            members = members_of(connection, settings, day)
            assert_everybody_has_one_segment_in_each_scheme(connection, members)
            assert_intervals_tell_the_day(connection, members, day)

    again = replay(settings, CONTRACTS, DAYS[0], DAYS[-1], tell=show)
    assert [day.as_of for day in again if day.finding is not Finding.EQUAL] == []

    correct_orders_of(settings, CORRECTED)
    found = replay(settings, CONTRACTS, DAYS[0], DAYS[-1], restate=True, tell=show)
    different = [day for day in found if day.finding is Finding.DIFFERENT]
    assert different[0].as_of == CORRECTED
    for day in different:
        assert f"raw sales.sales_orders {CORRECTED} replaced" in map(str, day.changed or ())
    declared = restatements_sql(settings.zones)
    assert declared is not None
    rows = duckdb.sql(f"SELECT as_of_date, count(*) FROM ({declared}) GROUP BY 1 ORDER BY 1")
    assert rows.fetchall() == [(day.as_of, day.differing) for day in different]
    again = replay(settings, CONTRACTS, CORRECTED, DAYS[-1])
    assert {day.finding for day in again} == {Finding.EQUAL}


def show(day: ReplayedDay) -> None:
    """Seconds of each day, shown by ``pytest -s``."""
    sys.stdout.write(f"\n{day.as_of} {day.finding}: {day.differing} of {day.members} differ, "
                     f"{day.seconds:.1f} s")  # fmt: skip


FIGURES = """
    SELECT scheme, customer_count, raw_change_count, move_count, raw_flap_count, held_flap_count,
        event_move_count, median_move_delay_days
    FROM marts.segment_stability
    WHERE raw_change_count > 0
    ORDER BY scheme
"""


@contextmanager
def stability_after(settings: Settings, days: list[date]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A scratch warehouse in which every day was lived through, with the last day's stability."""
    steps = python_steps(CHOOSE_EVERY_DAYS)
    with opened_replay(settings, CONTRACTS, days[0], steps) as lived:
        for day in days:
            show(lived.day(day))
        plan = plan_for(compiled_project(settings), ["segment_stability"], steps)
        lived.scratch.make_more(plan, days[-1])
        yield lived.scratch.connection


@pytest.mark.drill
@pytest.mark.skipif(
    not RETAIL_FILE.exists(),
    reason=f"the shared data are not here: no {RETAIL_FILE.name} in ../shared/data",
)
def test_held_segments_flap_at_most_a_quarter_as_often_as_the_facts(tmp_path: Path):
    settings = Settings(
        home=tmp_path, sources=("online_retail",), assumed_margin_rate=Decimal("0.3")
    )
    # Landed as one early delivery, so that every as-of date sees the file and cuts it by itself.
    folder = settings.zones.landing / "online_retail" / "online_retail_lines"
    delivery = folder / f"extract_date={RETAIL_DAYS[0]}"
    delivery.mkdir(parents=True)
    (delivery / RETAIL_FILE.name).symlink_to(RETAIL_FILE)
    load_all(settings, RETAIL_DAYS[-1])
    settings = changed(settings, memory_limit="6GB")

    with stability_after(settings, RETAIL_DAYS) as connection:
        figures = connection.execute(FIGURES).fetchall()

    sys.stdout.write("".join(f"\n{row}" for row in figures))
    raw, held = (sum(row[column] for row in figures) for column in (4, 5))
    assert raw > 1_000  # else there is nothing to hold
    assert held <= raw / 4
