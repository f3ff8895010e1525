"""A log of changes: what it keeps, what it gives back, and what it refuses."""

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.history.change_log import (
    ChangeLog,
    ChangeLogError,
    changes_sql,
    commit,
    opening_sql,
    stage,
)
from orchestration.history.declared import SOURCES_FILE, change_logs, declared_tables
from orchestration.settings import Zones

LOG = ChangeLog(
    "colour", ("house", "room"), {"house": "varchar", "room": "integer", "tint": "varchar"}
)
FIRST = date(2025, 6, 1)


def colours(rows: dict[tuple[str, int], str | None]) -> str:
    values = ", ".join(
        f"('{house}', {room}, {'null' if tint is None else repr(tint)})"
        for (house, room), tint in rows.items()
    )
    if not values:
        return "SELECT cast(null as varchar) AS house, 1 AS room, 'x' AS tint WHERE false"
    return f"SELECT * FROM (VALUES {values}) AS state (house, room, tint)"


@pytest.fixture
def write(connection, zones):
    def write(day: date, rows: dict[tuple[str, int], str | None]) -> int:
        staged, count = stage(connection, LOG, zones, colours(rows), day)
        commit(LOG, zones, staged, day)
        return count

    return write


@pytest.fixture
def opened(connection, zones):
    def read(before: date) -> dict[tuple[str, int], str]:
        rows = connection.execute(f"SELECT * FROM ({opening_sql(LOG, zones, before)})").fetchall()
        return {(house, room): tint for house, room, tint, _ in rows}

    return read


def test_an_empty_log_is_typed(connection, zones):
    for sql in (opening_sql(LOG, zones, FIRST), changes_sql(LOG, zones, FIRST)):
        assert connection.execute(sql).fetchall() == []
    described = connection.execute(f"DESCRIBE {changes_sql(LOG, zones, FIRST)}").fetchall()
    assert [row[:2] for row in described] == [
        ("house", "VARCHAR"), ("room", "INTEGER"), ("tint", "VARCHAR"),
        ("as_of_date", "DATE"), ("is_gone", "BOOLEAN"),
    ]  # fmt: skip


def test_a_row_that_is_gone_stands_as_it_last_was(connection, zones, write, opened):
    write(FIRST, {("a", 1): "red", ("a", 2): "blue"})
    assert write(FIRST + timedelta(1), {("a", 1): "red"}) == 1
    changes = connection.execute(
        f"FROM ({changes_sql(LOG, zones, FIRST + timedelta(9))}) WHERE is_gone"
    ).fetchall()
    assert changes == [("a", 2, "blue", FIRST + timedelta(1), True)]
    assert opened(FIRST + timedelta(9)) == {("a", 1): "red"}


def test_null_is_a_value_like_any_other(write, opened):
    write(FIRST, {("a", 1): "red", ("a", 2): None})
    assert write(FIRST + timedelta(1), {("a", 1): None, ("a", 2): None}) == 1
    assert opened(FIRST + timedelta(2)) == {("a", 1): None, ("a", 2): None}


def test_a_state_with_a_key_twice_is_refused_and_leaves_nothing(connection, zones):
    query = f"{colours({('a', 1): 'red'})} UNION ALL {colours({('a', 1): 'blue'})}"
    with pytest.raises(ChangeLogError, match="colour has more than one row, or no key, for a 1"):
        stage(connection, LOG, zones, query, FIRST)
    assert list(LOG.folder(zones).iterdir()) == []


def test_what_is_staged_is_no_part_of_the_log(connection, zones, opened):
    stage(connection, LOG, zones, colours({("a", 1): "red"}), FIRST)
    assert LOG.dates(zones) == []
    assert opened(FIRST + timedelta(1)) == {}


houses = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(1, 2)),
    st.sampled_from(["red", "blue", None]),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(states=st.lists(houses, min_size=1, max_size=6), gaps=st.lists(st.integers(1, 9)))
def test_every_state_can_be_read_again_and_only_changes_are_kept(states, gaps, tmp_path_factory):
    zones, day, known, before = Zones(tmp_path_factory.mktemp("home")), FIRST, {}, {}
    with duckdb.connect() as connection:
        for number, rows in enumerate(states):
            staged, count = stage(connection, LOG, zones, colours(rows), day)
            commit(LOG, zones, staged, day)
            changed = {key for key in {*rows, *before} if (key in rows) != (key in before)}
            changed |= {key for key in {*rows} & {*before} if rows[key] != before[key]}
            assert count == len(changed)
            known[day], before = rows, rows
            day += timedelta(gaps[number] if number < len(gaps) else 1)
        for written, rows in known.items():
            sql = opening_sql(LOG, zones, written + timedelta(1))
            read = connection.execute(f"SELECT * FROM ({sql})").fetchall()
            assert {(house, room): tint for house, room, tint, _ in read} == rows


def test_logs_are_those_that_the_source_declares():
    tables = declared_tables()
    for name, table in tables.items():
        assert ("log" in table) != ("changes_of" in table), f"{name} in {SOURCES_FILE.name}"
        assert set(table["key"]) <= set(table["columns"]), name
        if "changes_of" in table:
            log = change_logs()[table["changes_of"]]
            declared = {**log.columns, log.date_column: "date", "is_gone": "boolean"}
            assert table["columns"] == declared, name
            assert table["key"] == [*log.key, log.date_column], name
