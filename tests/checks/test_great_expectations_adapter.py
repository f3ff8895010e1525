"""The adapter is fail-closed, says what it saw, and leaves the database and the home alone."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pytest

from orchestration.checks import great_expectations as gx
from orchestration.settings import PROJECT_ROOT

NOT_NULL = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id"}}
UNIQUE = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "id"}}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT * FROM (VALUES "
            "(1, 10), (2, 20), (3, -1)) AS t(id, amount)"
        )
    return path


@pytest.fixture
def batch_class() -> Iterator[type]:
    gx.import_gx()
    from great_expectations.datasource.fluent.interfaces import Batch

    yield Batch


def people(*expectations: dict) -> gx.Suite:
    return gx.Suite("main.people", expectations)


def validate_one(database: Path, suite: gx.Suite) -> gx.SuiteResult:
    return gx.validate(database, {"people": suite})["people"]


def test_the_module_imports_neither_great_expectations_nor_dagster():
    program = (
        "import sys, orchestration.checks.great_expectations\n"
        "sys.exit(any(m in sys.modules for m in ('great_expectations', 'dagster', 'pandas')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PROJECT_ROOT)


def test_results_say_what_was_expected_and_observed(database: Path):
    between = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "amount", "min_value": 0, "mostly": 0.9},
    }
    right, wrong = validate_one(database, people(UNIQUE, between)).expectations
    assert (right.passed, right.column, right.observed) == (True, "id", "0 of 3 unexpected (0 %)")
    assert (wrong.passed, wrong.column) == (False, "amount")
    assert wrong.expected == "column values to be between (min_value 0, mostly 0.9)"
    assert wrong.observed == "1 of 3 unexpected (33.33 %)"
    assert wrong.exception is None


def test_what_is_spared_changes_no_result(database: Path, monkeypatch: pytest.MonkeyPatch):
    amount = {"column": "amount"}
    suite = people(
        NOT_NULL,
        UNIQUE,
        {"type": "expect_column_values_to_be_between", "kwargs": {**amount, "min_value": 0}},
        {"type": "expect_column_values_to_be_in_set", "kwargs": {**amount, "value_set": [10]}},
        {"type": "expect_column_max_to_be_between", "kwargs": {**amount, "max_value": 15}},
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "absent"}},
        {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["id", "id"]}},
        {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 4}},
        {
            "type": "unexpected_rows_expectation",
            "kwargs": {"unexpected_rows_query": "SELECT * FROM {batch} WHERE amount < 0"},
        },
    )
    spared = validate_one(database, suite)
    monkeypatch.setattr(gx, "repetition_spared", nullcontext)
    assert spared == validate_one(database, suite)
    assert sum(result.passed for result in spared.expectations) == 3


def test_rows_that_share_columns_are_counted_as_by_a_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nulls, ignored rows, conditions, names in need of quotes, no rows, and an absent column."""
    path = tmp_path / "twice.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE rows AS FROM (VALUES (1, 'a', 1), (1, 'a', 2), (1, NULL, 3), "
            "(1, NULL, 4), (NULL, NULL, 5), (NULL, NULL, 6), (2, 'b', 7), (3, 'c', 8), "
            """(3, 'c', 8), (3, 'c', 9)) AS t("Select", "b c", d)"""
        )
        connection.execute("CREATE TABLE no_rows AS FROM rows LIMIT 0")
    two = ["Select", "b c"]
    condition = {"row_condition": 'col("d") > 4', "condition_parser": "great_expectations"}
    asked: list[dict] = [
        {"column_list": two},
        {"column_list": [*two, "d"]},
        {"column_list": two, "ignore_row_if": "any_value_is_missing"},
        {"column_list": two, "ignore_row_if": "never"},
        {"column_list": two, "mostly": 0.2},
        {"column_list": two, **condition},
        {"column_list": ["d", "absent"]},
    ]
    unique = [{"type": "expect_compound_columns_to_be_unique", "kwargs": each} for each in asked]
    unique += [
        {"type": UNIQUE["type"], "kwargs": {"column": "b c", **more}}
        for more in ({}, {"mostly": 0.2}, condition)
    ]
    suites = {table: gx.Suite(f"main.{table}", unique) for table in ("rows", "no_rows")}
    counted = gx.validate(path, suites)
    monkeypatch.setattr(gx, "repetition_spared", nullcontext)
    assert counted == gx.validate(path, suites)
    observed = [result.observed.split()[0] for result in counted["rows"].expectations]
    assert observed == ["5", "2", "5", "5", "5", "3", "not", "5", "5", "3"]


def test_duckdb_stays_a_dialect_with_a_persisted_connection():
    gx.import_gx()
    gx.import_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    assert engine._PERSISTED_CONNECTION_DIALECTS.count("duckdb") == 1
    assert engine._dialect_requires_persisted_connection(connection_string="duckdb:///x.duckdb")
    assert not engine._dialect_requires_persisted_connection(connection_string="mysql://x")


def test_without_that_dialect_validation_fails(database: Path, monkeypatch: pytest.MonkeyPatch):
    """When this passes without the trick, Great Expectations has learnt DuckDB: remove it."""
    module = gx.import_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    without = tuple(d for d in engine._PERSISTED_CONNECTION_DIALECTS if d != "duckdb")
    monkeypatch.setattr(engine, "_PERSISTED_CONNECTION_DIALECTS", without)
    monkeypatch.setattr(gx, "import_gx", lambda: module)
    assert not validate_one(database, people(NOT_NULL)).passed


def test_a_missing_great_expectations_raises(database: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "great_expectations", None)
    with pytest.raises(gx.CheckCannotRunError, match="cannot be imported"):
        gx.validate(database, {"people": people(NOT_NULL)})


def test_a_great_expectations_changed_inside_raises(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    gx.import_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    monkeypatch.delattr(engine, "_PERSISTED_CONNECTION_DIALECTS")
    with pytest.raises(gx.CheckCannotRunError, match="_PERSISTED_CONNECTION_DIALECTS"):
        gx.validate(database, {"people": people(NOT_NULL)})


def test_a_missing_database_raises_and_is_not_created(tmp_path: Path):
    with pytest.raises(gx.CheckCannotRunError, match=r"nowhere\.duckdb cannot be opened"):
        gx.validate(tmp_path / "nowhere.duckdb", {"people": people(NOT_NULL)})
    assert list(tmp_path.iterdir()) == []


def test_a_database_held_by_a_writer_raises(database: Path):
    with (
        duckdb.connect(str(database)),
        pytest.raises(gx.CheckCannotRunError, match="cannot be opened"),
    ):
        gx.validate(database, {"people": people(NOT_NULL)})


def test_no_suite_at_all_raises(database: Path):
    with pytest.raises(gx.CheckCannotRunError, match="no suite"):
        gx.validate(database, {})


def test_an_empty_suite_fails(database: Path):
    result = validate_one(database, people())
    assert not result.passed
    assert result.problem == "the suite has no expectations"


def test_a_missing_relation_fails_its_suite_and_no_other(database: Path):
    suites = {"lost": gx.Suite("main.lost", (NOT_NULL, UNIQUE)), "people": people(NOT_NULL)}
    results = gx.validate(database, suites)
    assert list(results) == ["lost", "people"]
    assert results["people"].passed
    assert not results["lost"].passed
    assert len(results["lost"].failures) == 2
    assert "main.lost" in (results["lost"].problem or "")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"type": "expect_the_moon", "kwargs": {}}, "expect_the_moon not found"),
        ({"type": "expect_column_values_to_not_be_null", "kwargs": {}}, "ValidationError"),
        (
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "lost"}},
            '"lost"',
        ),
        (
            {
                "type": "unexpected_rows_expectation",
                "kwargs": {"unexpected_rows_query": "select nonsense from {batch}"},
            },
            "nonsense",
        ),
    ],
    ids=["unknown type", "missing argument", "unknown column", "broken SQL"],
)
def test_an_expectation_that_cannot_run_fails_beside_those_that_can(
    database: Path, wrong: dict, message: str
):
    result = validate_one(database, people(UNIQUE, wrong, NOT_NULL))
    assert not result.passed
    assert [outcome.passed for outcome in result.expectations] == [True, False, True]
    assert message in (result.expectations[1].exception or "")
    assert result.expectations[1].observed == "not evaluated"


def test_an_exception_while_validating_fails_the_suite(
    database: Path, monkeypatch: pytest.MonkeyPatch, batch_class: type
):
    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(batch_class, "validate", explode)
    result = validate_one(database, people(NOT_NULL, UNIQUE))
    assert not result.passed
    assert result.problem == "RuntimeError: out of order"
    assert len(result.failures) == 2


def test_a_result_that_is_missing_has_failed(
    database: Path, monkeypatch: pytest.MonkeyPatch, batch_class: type
):
    whole = batch_class.validate

    def drop_first(*arguments: object, **options: object) -> object:
        validation = whole(*arguments, **options)
        validation.results = validation.results[1:]
        return validation

    monkeypatch.setattr(batch_class, "validate", drop_first)
    result = validate_one(database, people(NOT_NULL, UNIQUE))
    assert [outcome.passed for outcome in result.expectations] == [False, True]
    assert result.expectations[0].exception == "Great Expectations gave no result"
    assert not result.passed


@pytest.mark.parametrize("verdict", [None, "true", 1])
def test_only_a_plain_true_is_a_success(
    database: Path, monkeypatch: pytest.MonkeyPatch, batch_class: type, verdict: object
):
    whole = batch_class.validate

    def vague(*arguments: object, **options: object) -> object:
        validation = whole(*arguments, **options)
        validation.results[0].success = verdict
        return validation

    monkeypatch.setattr(batch_class, "validate", vague)
    assert not validate_one(database, people(NOT_NULL)).passed


def test_the_database_is_unchanged_and_free_afterwards(database: Path):
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    options = {"threads": 1, "memory_limit": "1GB"}
    assert gx.validate(database, {"people": people(UNIQUE)}, duckdb_config=options)
    assert gx.validate(database, {"people": people(UNIQUE)})
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
    with duckdb.connect(str(database)) as connection:
        connection.execute("DELETE FROM people")
    assert gx.validate(database, {"people": people(NOT_NULL)})["people"].expectations


def test_paths_may_hold_spaces_and_signs(database: Path, tmp_path: Path):
    folder = tmp_path / "a b%20c#d?e"
    folder.mkdir()
    moved = database.rename(folder / "ware house.duckdb")
    assert validate_one(moved, people(UNIQUE)).passed


def test_the_home_folder_stays_untouched(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    results = gx.validate(database, {"people": people(UNIQUE)})
    gx.build_data_docs(tmp_path / "docs", results)
    assert list(home.iterdir()) == []
