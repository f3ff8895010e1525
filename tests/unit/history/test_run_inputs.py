"""The inputs of a remembered day: kept as changes, compared with those of now."""

from datetime import date

import pytest

from orchestration.history.run_inputs import (
    LOG,
    ChangedInput,
    changed_inputs,
    in_words,
    remember_inputs,
)
from orchestration.model_zone import model_file

MONDAY, TUESDAY = date(2025, 6, 2), date(2025, 6, 3)


@pytest.fixture
def registered(connection):
    """Register partitions of sales_orders by extract date and content hash."""
    connection.execute("CREATE SCHEMA raw")

    def register(**partitions: str) -> None:
        connection.execute(
            "CREATE OR REPLACE TABLE raw.registered_extract "
            "(source VARCHAR, table_name VARCHAR, extract_date DATE, content_hash VARCHAR)"
        )
        for day, content in partitions.items():
            connection.execute(
                "INSERT INTO raw.registered_extract VALUES ('sales', 'sales_orders', ?, ?)",
                [f"2025-06-{day[1:]}", content],
            )

    return register


def test_a_day_adds_what_it_has_more(connection, zones, registered):
    registered(d01="aa", d02="bb")
    assert remember_inputs(connection, zones, MONDAY, "rules")
    registered(d01="aa", d02="bb", d03="cc")
    assert remember_inputs(connection, zones, TUESDAY, "rules")
    rows = connection.execute(f"SELECT part FROM '{_file(zones, TUESDAY)}'").fetchall()
    assert rows == [("2025-06-03",)]


def test_equal_inputs_have_not_changed(connection, zones, registered):
    registered(d01="aa")
    remember_inputs(connection, zones, MONDAY, "rules")
    assert changed_inputs(connection, zones, MONDAY, "rules") == []


def test_replaced_added_and_removed_inputs_are_named(connection, zones, registered):
    registered(d01="aa", d02="bb")
    remember_inputs(connection, zones, MONDAY, "rules")
    registered(d01="a2", d03="cc")
    assert changed_inputs(connection, zones, MONDAY, "other rules") == [
        ChangedInput("raw", "sales.sales_orders", "2025-06-01", "replaced"),
        ChangedInput("raw", "sales.sales_orders", "2025-06-02", "removed"),
        ChangedInput("raw", "sales.sales_orders", "2025-06-03", "added"),
        ChangedInput("rules", "dbt_project", "", "replaced"),
    ]


def test_a_model_table_is_an_input_unless_it_says_how_long_it_took(connection, zones, registered):
    registered()
    for table in ("model_parameter", "model_run"):
        file = model_file(zones, table, MONDAY)
        file.parent.mkdir(parents=True)
        file.write_text("one fit")
    remember_inputs(connection, zones, MONDAY, "rules")
    for table in ("model_parameter", "model_run"):
        model_file(zones, table, MONDAY).write_text("another fit")
    assert [str(c) for c in changed_inputs(connection, zones, MONDAY, "rules")] == [
        "models model_parameter replaced"
    ]


def test_an_older_day_is_not_kept_and_its_inputs_stay(connection, zones, registered):
    registered(d01="aa")
    remember_inputs(connection, zones, MONDAY, "rules")
    remember_inputs(connection, zones, TUESDAY, "rules")
    registered(d01="a2")
    assert not remember_inputs(connection, zones, MONDAY, "rules")
    assert len(changed_inputs(connection, zones, MONDAY, "rules")) == 1
    not_recorded = changed_inputs(connection, zones, date(2025, 6, 1), "rules")
    assert not_recorded is None
    assert in_words(not_recorded) == "the inputs of the day are not recorded"


def test_many_changes_are_told_in_one_line():
    changes = [ChangedInput("raw", "sales.sales_orders", f"day {n}", "added") for n in range(25)]
    assert in_words([]) == "no input changed that is recorded"
    assert in_words(changes[:2]) == (
        "raw sales.sales_orders day 0 added; raw sales.sales_orders day 1 added"
    )
    assert in_words(changes).endswith("day 19 added; and 5 more")


def _file(zones, day: date) -> str:
    return str(LOG.file(zones, day)).replace("'", "''")
