"""Neither results nor logs nor Data Docs tell a value of a personal column."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import pytest

from orchestration.checks import great_expectations as gx
from orchestration.checks.gx_results import in_words, masked

PERSONAL = frozenset({"full_name", "email", "birth_date"})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT * FROM (VALUES "
            "('Ann Oakley', 'ann@shop.example', DATE '1901-02-03'), "
            "('Bob Birch', 'bob@shop.example', DATE '1902-03-04'), "
            "('Bob Birch', 'bob@shop.example', DATE '1903-04-05')) "
            "AS t(full_name, email, birth_date)"
        )
    return path


def validate_people(database: Path, *expectations: dict) -> gx.SuiteResult:
    suite = gx.Suite("main.people", expectations, PERSONAL)
    return gx.validate(database, {"people": suite})["people"]


# Each breaks on the personal columns, or makes the engine quote a value in its error.
TELLTALE = (
    {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "email"}},
    {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "email", "value_set": ["nobody"]},
    },
    {
        "type": "expect_column_max_to_be_between",
        "kwargs": {"column": "birth_date", "max_value": "1900-01-01"},
    },
    {
        "type": "expect_column_distinct_values_to_be_in_set",
        "kwargs": {"column": "email", "value_set": ["nobody"]},
    },
    {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select email, birth_date from {batch}"},
    },
    {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select cast(email as integer) as n from {batch}"},
    },
    {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": "select error('about ' || full_name) from {batch}"},
    },
)


def test_no_personal_value_is_told(
    database: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
):
    caplog.set_level(logging.DEBUG)
    result = validate_people(database, *TELLTALE)
    gx.build_data_docs(tmp_path / "docs", {"people": result})
    assert [outcome.passed for outcome in result.expectations] == [False] * len(TELLTALE)
    pages = [page.read_text(encoding="utf-8") for page in (tmp_path / "docs").rglob("*.html")]
    told = [repr(result), caplog.text, *capfd.readouterr(), *pages]
    for value in ("Oakley", "Birch", "ann@", "bob@", "shop.example", "1901-02", "1902-03"):
        assert not any(value in text for text in told), value


def test_counts_on_personal_columns_are_told(database: Path):
    result = validate_people(database, TELLTALE[0], TELLTALE[4], TELLTALE[2])
    observed = [outcome.observed for outcome in result.expectations]
    assert observed == [
        "2 of 3 unexpected (66.67 %)",
        "3 unexpected rows",
        "hidden (personal column)",
    ]


def test_errors_about_data_are_withheld_and_errors_about_names_are_told():
    about_data = "(_duckdb.InvalidInputException) Invalid Input Error: Ann Smith [SQL: select 1]"
    assert masked(about_data) == "InvalidInputException (message withheld: it may quote data)"
    about_names = "(_duckdb.BinderException) Binder Error: column \"lost\" [SQL: select 'Ann']"
    assert masked(about_names) == '(_duckdb.BinderException) Binder Error: column "lost"'
    assert masked("ValueError: 'Ann' and ann@shop.example") == "ValueError: '...' and ..."


def test_an_expectation_in_sql_is_told_by_its_description():
    kwargs = {"description": "Nobody is older than 120.", "unexpected_rows_query": "select 1"}
    assert in_words("unexpected_rows_expectation", kwargs) == "Nobody is older than 120."
    del kwargs["description"]
    assert in_words("unexpected_rows_expectation", kwargs) == "no row from: select 1"
