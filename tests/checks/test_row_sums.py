"""Sums over parts of the rows say what Great Expectations says of all rows, for every contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

import duckdb
import pytest
from breaking_tables import Row, Table, breaking_rows, of_extract, passing_rows

from orchestration.checks import great_expectations as gx
from orchestration.checks import row_sums
from orchestration.contracts import load_extract_contracts
from orchestration.settings import CONTRACTS_ROOT, known_sources

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
EXPECTATIONS = {name: contract.expectations for (_, name), contract in CONTRACTS.items()}
DAY = date(2025, 6, 1)
SQL = row_sums.SQL_EXPECTATION


def counting(table: str) -> dict[int, tuple[row_sums.Expectation, ...]]:
    [contract] = [contract for (_, name), contract in CONTRACTS.items() if name == table]
    return {
        number: row_sums.counting(expectation, contract.delivery == "full")
        for number, expectation in enumerate(contract.expectations)
    }


def parts_of(table: Table, one_part: bool) -> list[list[Row]]:
    """Rows that break every expectation, dealt out to parts of a date each; one stays empty, and
    one has nothing but nulls."""
    kept = passing_rows(table)
    some, others = (
        [row for expectation in expectations for row in breaking_rows(table, expectation)]
        for expectations in (table.suite.expectations[::2], table.suite.expectations[1::2])
    )
    nothing = dict.fromkeys(table.types)
    parts = [kept + some, [], kept * 5 + others, [nothing, nothing]]
    if one_part:
        return [list(chain(*parts))]
    return [
        [row | {"extract_date": DAY + timedelta(days=number)} for row in rows]
        for number, rows in enumerate(parts)
    ]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, gx.SuiteResult]:
    """All suites over all rows under their table's name, and what is counted in each part."""
    database = tmp_path_factory.mktemp("sums") / "tables.duckdb"
    suites = {}
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE SCHEMA tried")
        for (_, name), contract in CONTRACTS.items():
            table = of_extract(contract, gx.suite_of(contract))
            parts = parts_of(table, contract.delivery == "full")
            _create(connection, name, table.types, list(chain(*parts)))
            suites[name] = gx.Suite(f"tried.{name}", contract.expectations)
            questions = [one for asked in counting(name).values() for one in asked]
            for number, rows in enumerate(parts):
                _create(connection, f"{name}_{number}", table.types, rows)
                suites[f"{name}_{number}"] = gx.Suite(f"tried.{name}_{number}", questions)
    return gx.validate(database, suites)


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], rows: list[Row]
) -> None:
    columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
    connection.execute(f'CREATE TABLE tried."{name}" ({columns})')
    marks = ", ".join("?" for _ in types)
    for row in rows:
        connection.execute(f'INSERT INTO tried."{name}" VALUES ({marks})', list(row.values()))


@pytest.mark.parametrize("name", [name for _, name in CONTRACTS])
def test_sums_say_what_all_rows_say(answers: Mapping[str, gx.SuiteResult], name: str):
    parts = [answers[part].expectations for part in answers if part.rpartition("_")[0] == name]
    counts = [[row_sums.counts_of(result) for result in part] for part in parts]
    sums = [row_sums.added(of_parts) for of_parts in zip(*counts, strict=True)]
    for number, asked in counting(name).items():
        expected = answers[name].expectations[number]
        assert expected.exception is None
        found, sums = sums[: len(asked)], sums[len(asked) :]
        assert row_sums.result_of(EXPECTATIONS[name][number], found, frozenset()) == expected
    assert not sums


def test_rows_that_break_a_contract_are_among_those_compared(answers):
    failed = sum(not r.passed for name in EXPECTATIONS for r in answers[name].expectations)
    assert failed > 100


@pytest.mark.parametrize("name", [name for _, name in CONTRACTS])
def test_every_expectation_of_an_extract_is_a_sum(name: str):
    """Else a daily run reads all rows of the table again: then say so here."""
    assert all(counting(name).values())


@pytest.mark.parametrize("wrong", [0, 1, 2, 100])
def test_limits_are_those_of_great_expectations(tmp_path, wrong: int):
    """A share of rows that is just allowed, just not, all, and none."""
    share = (
        "select count(*) as negative from {batch} where amount < 0 "
        "having count(*) > 0.01 * (select count(amount) from {batch} where id > 0)"
    )
    column = {"column": "amount"}
    pair = {"column_A": "amount", "column_B": "id", "ignore_row_if": "either_value_is_missing"}
    suite: Sequence[row_sums.Expectation] = [
        {"type": SQL, "kwargs": {"unexpected_rows_query": share}},
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {**column, "min_value": 0, "mostly": 0.99},
        },
        {
            "type": "expect_column_values_to_be_in_set",
            "kwargs": {**column, "value_set": [1000], "mostly": 0.98},
        },
        {
            "type": "expect_column_pair_values_a_to_be_greater_than_b",
            "kwargs": {**pair, "mostly": 0.99},
        },
        {
            "type": "expect_table_row_count_to_be_between",
            "kwargs": {"min_value": 102, "max_value": 102},
        },
        {"type": "expect_table_row_count_to_be_between", "kwargs": {"max_value": 101}},
    ]
    questions = [question for one in suite for question in row_sums.counting(one, False)]
    with duckdb.connect(str(tmp_path / "tables.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE whole AS SELECT id, CASE WHEN id <= 0 THEN NULL "
            f"WHEN id <= {wrong} THEN -1 ELSE 1000 END AS amount FROM range(-1, 101) AS t(id)"
        )
        connection.execute("CREATE VIEW a AS FROM whole WHERE id % 2 = 0")
        connection.execute("CREATE VIEW b AS FROM whole WHERE id % 2 <> 0")
    suites = {"whole": gx.Suite("main.whole", suite)}
    suites |= {part: gx.Suite(f"main.{part}", questions) for part in "ab"}
    told = gx.validate(tmp_path / "tables.duckdb", suites)
    sums = [
        row_sums.added(row_sums.counts_of(result) for result in of_parts)
        for of_parts in zip(told["a"].expectations, told["b"].expectations, strict=True)
    ]
    for expectation, expected in zip(suite, told["whole"].expectations, strict=True):
        asked = row_sums.counting(expectation, False)
        found, sums = sums[: len(asked)], sums[len(asked) :]
        assert row_sums.result_of(expectation, found, frozenset()) == expected


@pytest.mark.parametrize(
    "query",
    [
        "select id from {batch} where id = (select max(id) from {batch})",
        "select distinct id from {batch} where id > 0",
        "select id from {batch} where id > 0 limit 1",
        "select id from {batch} where ordered_at > current_date",
        "select id from {batch} where random() > 0.5",
        "select id from {batch} where id > 0 -- and so on",
        "select id, count(*) from {batch} group by id having count(*) > 1",
        "select count(*) as n from {batch} where id > 0",
        "select count(*) as n from {batch} where id > 0 having count(*) > 5",
        "select a.id from {batch} as a join {batch} as b using (id)",
        "select id from {batch}",
        "select count(*) as n from {batch} where id > 0 "
        "having count(*) > 0.1 * (select count(*) from {batch} where id in (select 1))",
    ],
)
def test_a_query_beyond_single_rows_is_no_sum(query: str):
    kwargs = {"unexpected_rows_query": query}
    assert row_sums.counting({"type": SQL, "kwargs": kwargs}, False) == ()


def test_what_is_not_known_is_no_sum():
    for type_ in ("expect_column_max_to_be_between", "expect_the_moon", None):
        assert row_sums.counting({"type": type_, "kwargs": {"column": "id"}}, True) == ()
    unique = {
        "type": "expect_compound_columns_to_be_unique",
        "kwargs": {"column_list": ["id", "at"]},
    }
    assert row_sums.counting(unique, one_part=False) == ()
    assert row_sums.counting(unique, one_part=True) == (unique,)
