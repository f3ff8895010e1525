"""Each expectation of each contract: a table that keeps it, and one that breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import duckdb
import pytest
from breaking_tables import (
    BREAKERS,
    SQL_BREAKERS,
    Row,
    Table,
    breaking_rows,
    of_extract,
    of_published,
    passing_rows,
)

from orchestration.checks import great_expectations as gx
from orchestration.contracts import load_extract_contracts, load_published_contracts
from orchestration.settings import CONTRACTS_ROOT, known_sources


def _tables() -> Iterator[Table]:
    for extract in load_extract_contracts(CONTRACTS_ROOT, known_sources()).values():
        yield of_extract(extract, gx.suite_of(extract))
    for published in load_published_contracts(CONTRACTS_ROOT).values():
        yield of_published(published, gx.published_suite(published))


TABLES = {table.name: table for table in _tables()}
CASES = [
    (name, number)
    for name, table in TABLES.items()
    for number in range(len(table.suite.expectations))
]


def _case_id(case: tuple[str, int]) -> str:
    name, number = case
    return f"{name}-{number}-{TABLES[name].suite.expectations[number]['type']}"


def _can_be_broken(table: Table, number: int) -> bool:
    expectation = table.suite.expectations[number]
    if expectation["type"] == "unexpected_rows_expectation":
        return (table.name, expectation["kwargs"].get("description")) in SQL_BREAKERS
    return expectation["type"] in BREAKERS


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, gx.SuiteResult]:
    """All suites on all tables in one call: the passing one under its name, others numbered."""
    database = tmp_path_factory.mktemp("expectations") / "tables.duckdb"
    suites = {}
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE SCHEMA tried")
        for name, table in TABLES.items():
            suites[name] = _create(connection, table, name, passing_rows(table))
            for number, expectation in enumerate(table.suite.expectations):
                if _can_be_broken(table, number):
                    variant, rows = f"{name}__{number}", breaking_rows(table, expectation)
                    suite = _create(connection, table, variant, rows)
                    judged = suite.expectations if table.breaks_alone else (expectation,)
                    suites[variant] = replace(suite, expectations=judged)
    return gx.validate(database, suites)


def _create(
    connection: duckdb.DuckDBPyConnection, table: Table, name: str, rows: list[Row]
) -> gx.Suite:
    columns = ", ".join(f'"{column}" {kind}' for column, kind in table.types.items())
    connection.execute(f'CREATE TABLE tried."{name}" ({columns})')
    marks = ", ".join("?" for _ in table.types)
    for row in rows:
        connection.execute(f'INSERT INTO tried."{name}" VALUES ({marks})', list(row.values()))
    return replace(table.suite, relation=f"tried.{name}")


@pytest.mark.parametrize("name", TABLES)
def test_a_right_table_passes_every_expectation(results: Mapping[str, gx.SuiteResult], name: str):
    result = results[name]
    assert len(result.expectations) == len(TABLES[name].suite.expectations) > 0
    assert result.passed, result.failures


@pytest.mark.parametrize("case", CASES, ids=_case_id)
def test_an_expectation_fails_on_its_breaking_table(
    results: Mapping[str, gx.SuiteResult], case: tuple[str, int]
):
    name, number = case
    expectation = TABLES[name].suite.expectations[number]
    assert _can_be_broken(TABLES[name], number), (
        f"{name}: say in breaking_*_tables.py what breaks {expectation}"
    )
    outcomes = results[f"{name}__{number}"].expectations
    (outcome,) = [outcome for outcome in outcomes if not outcome.passed]
    assert (outcome.type, outcome.kwargs) == (expectation["type"], expectation["kwargs"])
    assert outcome.exception is None
    assert outcome.expected
    assert outcome.observed != "nothing reported"


def test_no_breaking_row_is_left_over():
    described = {
        (name, expectation["kwargs"].get("description"))
        for name, table in TABLES.items()
        for expectation in table.suite.expectations
    }
    assert set(SQL_BREAKERS) <= described
