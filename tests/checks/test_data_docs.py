"""Data Docs are complete, readable offline, and replaced as a whole."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.checks import great_expectations as gx

UNIQUE = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "id"}}
POSITIVE = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "amount", "min_value": 0},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data_docs")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 1 AS id, -5 AS amount")
    suites = {
        "sales.orders": gx.Suite("main.orders", (UNIQUE, POSITIVE)),
        "orders": gx.Suite("main.orders", (UNIQUE,)),
        "lost": gx.Suite("main.lost", (UNIQUE,)),
        "empty": gx.Suite("main.orders", ()),
        "odd": gx.Suite("main.orders", ({"type": "expect_the_moon", "kwargs": {}},)),
    }
    stale = folder / "docs" / "stale.html"
    stale.parent.mkdir()
    stale.write_text("old", encoding="utf-8")
    results = gx.validate(folder / "warehouse.duckdb", suites)
    gx.build_data_docs(folder / "docs", results, date(2025, 6, 30))
    return folder / "docs"


def test_the_index_tells_every_suite_and_why_it_failed(site: Path):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "2025-06-30" in index
    assert re.findall(r'class="(passed|failed)"', index) == [
        "failed",
        "passed",
        "failed",
        "failed",
        "failed",
    ]
    assert "observed 1 of 1 unexpected (100 %)" in index
    assert "the suite has no expectations" in index
    assert "expect_the_moon not found" in index


def test_every_link_leads_to_a_page_of_the_site(site: Path):
    pages = list(site.rglob("*.html"))
    assert len(pages) == 4  # the index and the three suites that Great Expectations can show
    for page in pages:
        for link in re.findall(r'(?:href|src)="([^"#]+)', page.read_text(encoding="utf-8")):
            assert (page.parent / link).resolve().is_relative_to(site.resolve()), link
            assert (page.parent / link).exists(), link


def test_pages_need_no_network(site: Path):
    for page in site.rglob("*"):
        if page.is_file():
            assert "://" not in page.read_text(encoding="utf-8"), page


def test_a_page_shows_expectations_and_counts(site: Path):
    (page,) = [p for p in site.rglob("result.html") if "sales/orders" in p.as_posix()]
    text = re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))
    assert "main.orders" in text
    assert "values must be greater than or equal to 0" in text
    assert re.search(r"Unsuccessful Expectations\s*1", text)


def test_old_pages_are_gone_and_no_half_site_remains(site: Path):
    assert not (site / "stale.html").exists()
    assert [path.name for path in site.parent.iterdir() if path.name.startswith(".")] == []
