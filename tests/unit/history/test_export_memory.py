"""The lists of an export are what the next export is compared with."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.history.declared import view_sql
from orchestration.history.export_memory import Export, remember_export
from orchestration.settings import Zones

MONDAY, TUESDAY, WEDNESDAY = date(2025, 6, 2), date(2025, 6, 3), date(2025, 6, 4)


@pytest.fixture
def zones(tmp_path) -> Zones:
    return Zones(tmp_path)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def export(connection, zones):
    """Remember that these customers are in the one list of a day."""

    def write(as_of: date, *customers: str) -> Export:
        rows = ", ".join(f"('{customer}')" for customer in customers) or "(NULL)"
        lists = (
            "SELECT 'rescue' AS audience, customer_key, DATE '2025-06-01' AS member_since_date, "
            f"false AS is_hold_out FROM (VALUES {rows}) AS list (customer_key) "
            "WHERE customer_key IS NOT NULL"
        )
        return remember_export(connection, zones, lists, as_of)

    return write


@pytest.fixture
def opened(connection, zones):
    """The members of the last export before a date, and its date."""

    def read(as_of: date) -> tuple[list[str], set[date]]:
        sql = view_sql("audience_opening", zones, as_of, "month")
        rows = connection.execute(
            f"SELECT customer_key, as_of_date FROM ({sql}) ORDER BY customer_key"
        ).fetchall()
        return [customer for customer, _ in rows], {day for _, day in rows}

    return read


def test_before_the_first_export_nobody_is_remembered(opened):
    assert opened(MONDAY) == ([], set())


def test_an_export_opens_the_next_one_and_not_itself(export, opened):
    assert export(MONDAY, "ann", "bob").rows == 2
    assert opened(MONDAY) == ([], set())
    assert opened(TUESDAY) == (["ann", "bob"], {MONDAY})


def test_who_comes_and_goes_is_all_that_is_kept(export, opened):
    export(MONDAY, "ann", "bob")
    assert export(TUESDAY, "bob", "cleo").rows == 2  # ann goes, cleo comes
    assert opened(WEDNESDAY) == (["bob", "cleo"], {TUESDAY})


def test_a_day_run_again_is_compared_with_the_day_before_as_at_first(export, opened):
    export(MONDAY, "ann")
    export(TUESDAY, "ann", "bob")
    assert opened(TUESDAY) == (["ann"], {MONDAY})
    assert export(TUESDAY, "bob").is_written
    assert opened(WEDNESDAY) == (["bob"], {TUESDAY})


def test_an_export_older_than_what_the_tools_hold_is_not_remembered(export, opened):
    export(TUESDAY, "ann")
    assert not export(MONDAY, "bob").is_written
    assert opened(WEDNESDAY) == (["ann"], {TUESDAY})
