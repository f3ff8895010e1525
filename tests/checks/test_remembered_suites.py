"""What passed on the same rows is not run again; everything else is, and what failed always."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.checks import great_expectations as gx
from orchestration.checks import remembered

DAY = date(2025, 6, 30)
UNIQUE = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "id"}}
POSITIVE = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "amount", "min_value": 0},
}
COUNT = {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 1}}
SUITES = {
    "good": gx.Suite("main.orders", (UNIQUE, COUNT)),
    "bad": gx.Suite("main.orders", (UNIQUE, POSITIVE)),
}
ROWS = {"good": "hash of orders", "bad": "hash of orders"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 1 AS id, -5 AS amount")
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The suites that Great Expectations ran."""
    seen: list[str] = []
    real = gx.validate

    def spy(database: Path, suites: dict, **options: object) -> dict:
        seen.extend(suites)
        return real(database, suites, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(gx, "validate", spy)
    return seen


def judge(home: Path, suites=SUITES, rows=ROWS, as_of=DAY) -> dict[str, gx.SuiteResult]:
    return remembered.validate_and_document(
        home / "warehouse.duckdb", suites, rows, home / "docs", as_of, duckdb_config={}
    )


def test_what_passed_is_remembered_with_its_results_and_what_failed_is_run_again(home, run):
    first = judge(home)
    assert run == ["good", "bad"]
    assert judge(home) == first
    assert run == ["good", "bad", "bad"]
    assert first["good"].passed
    assert not first["bad"].passed
    assert list(first) == list(SUITES)


def test_nothing_is_run_and_no_page_written_when_all_is_known(home, run, monkeypatch):
    good = {"good": SUITES["good"]}
    first = judge(home, good, {"good": "same"})
    monkeypatch.setattr(gx, "build_data_docs", None)
    assert judge(home, good, {"good": "same"}) == first
    assert run == ["good"]


def test_another_date_has_pages_of_its_own_from_what_is_known(home, run):
    good = {"good": SUITES["good"]}
    judge(home, good, {"good": "same"})
    judge(home, good, {"good": "same"}, date(2025, 7, 1))
    assert run == ["good"]
    assert "2025-07-01" in (home / "docs" / "index.html").read_text()


@pytest.mark.parametrize("changed", ["rows", "suite", "code", "docs", "unnamed"])
def test_other_rows_suites_and_code_are_run(home, run, monkeypatch, changed):
    good, rows = {"good": SUITES["good"]}, {"good": "same"}
    judge(home, good, rows)
    if changed == "rows":
        rows = {"good": "other"}
    elif changed == "suite":
        good = {"good": gx.Suite("main.orders", (UNIQUE,))}
    elif changed == "code":
        monkeypatch.setattr(remembered, "code_version", lambda: "newer")
    elif changed == "docs":
        shutil.rmtree(home / "docs")
    else:
        rows = {}
    judge(home, good, rows)
    assert run == ["good", "good"]


def test_no_suite_at_all_raises(home):
    with pytest.raises(gx.CheckCannotRunError):
        judge(home, {}, {})
