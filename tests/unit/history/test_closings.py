"""Closings of a period keep what changed, and open the next one."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from orchestration.history.closings import LOG, Closing, write_closing
from orchestration.history.declared import change_logs, period_start, view_sql
from orchestration.settings import Zones

Totals = Mapping[str, int | None]


def state_columns() -> Mapping[str, str]:
    return change_logs()[LOG].columns


def closing_dates(zones: Zones) -> list[date]:
    return change_logs()[LOG].dates(zones)


def opening(zones: Zones, as_of: date, period: str) -> str:
    return view_sql("customer_value_opening", zones, as_of, period)


def state(totals: Totals) -> str:
    """SQL of a state: customers with their total value, all else null."""
    columns = ", ".join(
        f"cast({'total' if name == 'total_amount' else name} as {kind}) as {name}"
        if name in {"customer_key", "total_amount"}
        else f"cast(null as {kind}) as {name}"
        for name, kind in state_columns().items()
    )
    rows = ", ".join(
        f"('{customer}', {'null' if total is None else total})"
        for customer, total in totals.items()
    )
    return f"SELECT {columns} FROM (VALUES {rows}) AS state (customer_key, total)"


@pytest.fixture
def close(connection, zones):
    """Close a period with these totals."""

    def write(as_of: date, totals: Totals, period: str = "month") -> Closing:
        return write_closing(connection, zones, state(totals), as_of, period)

    return write


@pytest.fixture
def opened(connection, zones):
    """Totals at the opening of the period of a date, and the closing they are of."""

    def read(as_of: date, period: str = "month") -> tuple[dict[str, Decimal], set[date]]:
        sql = opening(zones, as_of, period)
        rows = connection.execute(
            f"SELECT customer_key, total_amount, closing_date FROM ({sql})"
        ).fetchall()
        return {row[0]: row[1] for row in rows}, {row[2] for row in rows}

    return read


def file_of(zones: Zones, day: date):
    return change_logs()[LOG].file(zones, day)


JANUARY, FEBRUARY, MARCH = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)


def test_without_a_closing_the_opening_is_empty_and_typed(connection, zones):
    described = connection.execute(f"DESCRIBE {opening(zones, JANUARY, 'month')}").fetchall()
    assert [row[0] for row in described] == [*state_columns(), "closing_date"]
    assert dict((row[0], row[1]) for row in described)["total_amount"] == "DECIMAL(18,4)"
    assert connection.execute(opening(zones, JANUARY, "month")).fetchall() == []


def test_the_first_closing_keeps_everybody_and_opens_the_next_period_only(close, opened):
    assert close(JANUARY, {"a": 1, "b": 2}).rows == 2
    assert opened(JANUARY) == ({}, set())
    assert opened(FEBRUARY) == ({"a": 1, "b": 2}, {JANUARY})


def test_the_opening_has_the_columns_that_the_source_declares(connection, zones, close):
    close(JANUARY, {"a": 1})
    described = connection.execute(f"DESCRIBE {opening(zones, MARCH, 'month')}").fetchall()
    assert [row[0] for row in described] == [*state_columns(), "closing_date"]


def test_a_later_closing_keeps_what_changed(connection, zones, close, opened):
    close(JANUARY, {"a": 1, "b": 2, "c": None})
    assert close(FEBRUARY, {"a": 1, "b": 3, "c": None, "d": 4}).rows == 2
    kept = connection.execute(
        f"SELECT customer_key FROM '{str(file_of(zones, FEBRUARY)).replace(chr(39), chr(39) * 2)}'"
    )
    assert kept.fetchall() == [("b",), ("d",)]
    assert opened(MARCH) == ({"a": 1, "b": 3, "c": None, "d": 4}, {FEBRUARY})


def test_a_period_without_a_change_still_closes(close, opened):
    close(JANUARY, {"a": 1})
    assert close(FEBRUARY, {"a": 1}).rows == 0
    assert opened(MARCH) == ({"a": 1}, {FEBRUARY})


def test_a_later_day_of_the_period_replaces_its_closing(zones, close, opened):
    close(JANUARY, {"a": 1})
    close(date(2025, 2, 10), {"a": 5, "b": 5})
    closing = close(date(2025, 2, 20), {"a": 1, "b": 6})
    assert closing.rows == 1  # a is as it was in January, whatever it was on the tenth
    assert closing_dates(zones) == [JANUARY, date(2025, 2, 20)]
    assert opened(FEBRUARY) == ({"a": 1}, {JANUARY})
    assert opened(MARCH) == ({"a": 1, "b": 6}, {date(2025, 2, 20)})


def test_an_older_closing_is_refused_and_changes_nothing(zones, close, opened):
    close(JANUARY, {"a": 1})
    close(FEBRUARY, {"a": 2})
    before = {day: file_of(zones, day).read_bytes() for day in closing_dates(zones)}
    closing = close(date(2025, 2, 27), {"a": 99})
    assert not closing.is_written
    assert "2025-02-28 is newer" in closing.reason
    assert {day: file_of(zones, day).read_bytes() for day in closing_dates(zones)} == before
    assert opened(MARCH) == ({"a": 2}, {FEBRUARY})


def test_a_customer_who_is_gone_stays_gone_until_it_is_back(close, opened):
    close(JANUARY, {"a": 1, "b": 2})
    assert close(FEBRUARY, {"a": 1}).rows == 1
    assert opened(MARCH) == ({"a": 1}, {FEBRUARY})
    assert close(MARCH, {"a": 1}).rows == 0  # gone already, not once more
    assert close(date(2025, 4, 30), {"a": 1, "b": 2}).rows == 1
    assert opened(date(2025, 5, 31)) == ({"a": 1, "b": 2}, {date(2025, 4, 30)})


def test_the_opening_of_an_older_date_is_what_it_was(close, opened):
    close(JANUARY, {"a": 1, "b": 2})
    close(FEBRUARY, {"a": 10})
    close(MARCH, {"a": 100, "c": 3})
    assert opened(FEBRUARY) == ({"a": 1, "b": 2}, {JANUARY})
    assert opened(MARCH) == ({"a": 10}, {FEBRUARY})
    assert opened(date(2025, 12, 31)) == ({"a": 100, "c": 3}, {MARCH})


@pytest.mark.parametrize(
    ("period", "start"),
    [("day", date(2025, 3, 5)), ("week", date(2025, 3, 3)), ("month", date(2025, 3, 1))],
)
def test_a_period_starts_on_its_day_monday_or_first(period: str, start: date):
    wednesday = date(2025, 3, 5)
    assert period_start(wednesday, period) == start
    assert period_start(start, period) == start


@pytest.mark.parametrize(
    ("period", "kept", "opening"),
    [
        ("day", [date(2025, 3, 2), date(2025, 3, 3), date(2025, 3, 4)], date(2025, 3, 4)),
        ("week", [date(2025, 3, 2), date(2025, 3, 4)], date(2025, 3, 2)),
        ("month", [date(2025, 3, 4)], None),
    ],
)
def test_each_period_keeps_its_last_closing(zones, close, opened, period, kept, opening):
    for number, day in enumerate([date(2025, 3, 2), date(2025, 3, 3), date(2025, 3, 4)]):
        close(day, {"a": number}, period)
    assert closing_dates(zones) == kept
    _, opened_of = opened(date(2025, 3, 5), period)
    assert opened_of == ({opening} if opening else set())


def test_the_same_closing_twice_is_the_same_file(zones, close):
    close(JANUARY, {"a": 1, "b": 2})
    first = close(FEBRUARY, {"a": 3, "c": 4})
    written = file_of(zones, FEBRUARY).read_bytes()
    assert close(FEBRUARY, {"c": 4, "a": 3}) == first
    assert file_of(zones, FEBRUARY).read_bytes() == written
    assert list(change_logs()[LOG].folder(zones).glob("*.tmp")) == []
