"""A candidate holds what the contracts declare, in key order, or is not built at all."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small_publication import CONTRACTS, build, write_warehouse

from orchestration.contracts import PublishedContract
from orchestration.publish import (
    PublicationError,
    ServingZone,
    build_candidate,
    read_candidate,
    read_manifest,
    verify_version,
)

DAY = date(2025, 6, 30)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return write_warehouse(tmp_path / "warehouse.duckdb", DAY)


@pytest.fixture
def writable(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse)) as connection:
        yield connection


def test_a_candidate_is_what_its_manifest_says(warehouse: Path, tmp_path: Path) -> None:
    candidate = build(warehouse, tmp_path / "serving", DAY)
    assert verify_version(candidate.folder) == []
    assert read_manifest(candidate.folder) == candidate.manifest
    assert read_candidate(tmp_path / "serving", candidate.manifest.publication_id) == candidate
    assert {table.name: table.rows for table in candidate.manifest.tables} == {
        "seg_customer": 50,
        "seg_summary": 1,
    }
    assert candidate.manifest.rows == 51
    assert candidate.manifest.extracts[0].table == "sales_orders"
    assert [table.contract_version for table in candidate.manifest.tables] == ["1.2.0", "1.0.0"]


def test_rows_come_in_key_order_in_both_forms(warehouse: Path, tmp_path: Path) -> None:
    candidate = build(warehouse, tmp_path / "serving", DAY)
    parquet = candidate.folder / "parquet" / "seg_customer.parquet"
    with duckdb.connect(str(candidate.database), read_only=True) as connection:
        for relation in ("seg_customer", f"read_parquet('{parquet}')"):
            keys = [
                k for (k,) in connection.execute(f"select customer_key from {relation}").fetchall()
            ]
            assert keys == sorted(keys)
        codecs = connection.execute(
            f"select distinct compression from parquet_metadata('{parquet}')"
        )
        assert codecs.fetchall() == [("ZSTD",)]


def test_descriptions_of_the_contract_stand_in_the_served_file(
    warehouse: Path, tmp_path: Path
) -> None:
    candidate = build(warehouse, tmp_path / "serving", DAY)
    with duckdb.connect(str(candidate.database), read_only=True) as connection:
        tables = dict(
            connection.execute("select table_name, comment from duckdb_tables()").fetchall()
        )
        columns = connection.execute(
            "select comment from duckdb_columns() where column_name = 'customer_key'"
        ).fetchall()
    assert tables["seg_customer"] == "One row for each customer. Grain: customer_key."
    assert columns == [("Our key of the customer; it's stable.",)]


def test_files_are_readable_by_everyone_and_writable_by_none(
    warehouse: Path, tmp_path: Path
) -> None:
    folder = build(warehouse, tmp_path / "serving", DAY).folder
    modes = {stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}
    assert modes == {0o444}
    for path in (folder, folder / "parquet", tmp_path / "serving"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o755


def test_the_same_content_gives_the_same_name_whatever_the_row_order(
    warehouse: Path, tmp_path: Path
) -> None:
    first = build(warehouse, tmp_path / "serving", DAY).manifest
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create or replace table segments.seg_customer as "
            "from segments.seg_customer order by order_count desc"
        )
    second = build(warehouse, tmp_path / "serving", DAY).manifest
    assert first.content_hash == second.content_hash
    assert first.publication_id == second.publication_id
    other_code = build(warehouse, tmp_path / "serving", DAY, code_version="def456").manifest
    assert other_code.content_hash == first.content_hash
    assert other_code.publication_id != first.publication_id


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("drop table segments.seg_summary", "segments.seg_summary is declared and missing"),
        (
            "alter table segments.seg_customer add column margin double",
            "segments.seg_customer has undeclared column margin",
        ),
        (
            "alter table segments.seg_customer drop column repeat_rate",
            "segments.seg_customer lacks column repeat_rate",
        ),
        (
            "alter table segments.seg_customer alter total_amount type double",
            r"total_amount is DOUBLE, declared DECIMAL\(18,2\)",
        ),
        (
            "create table segments.seg_extra as select 1 as k",
            "segments.seg_extra stands in the warehouse and has no contract",
        ),
    ],
)
def test_a_warehouse_that_differs_from_the_contracts_gives_no_candidate(
    writable: duckdb.DuckDBPyConnection, tmp_path: Path, change: str, complaint: str
) -> None:
    writable.execute(change)
    serving = tmp_path / "serving"
    with pytest.raises(PublicationError, match=complaint):
        build_candidate(writable, CONTRACTS, serving, as_of=DAY, code_version="abc")
    assert not serving.exists()


@pytest.mark.parametrize(
    ("contracts", "complaint"),
    [
        ({}, "no table is declared"),
        ({**CONTRACTS, "seg_customer": replace(CONTRACTS["seg_customer"], key=())}, "names no key"),
        (
            {
                **CONTRACTS,
                "seg_summary": replace(CONTRACTS["seg_summary"], columns=(("segment", "hugeint"),)),
            },
            "type 'hugeint' cannot be published",
        ),
    ],
)
def test_contracts_that_cannot_be_kept_are_refused(
    writable: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    contracts: dict[str, PublishedContract],
    complaint: str,
) -> None:
    with pytest.raises(PublicationError, match=complaint):
        build_candidate(writable, contracts, tmp_path / "s", as_of=DAY, code_version="abc")


def test_a_failure_half_way_leaves_no_candidate_and_a_usable_connection(
    writable: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    writable.execute("drop table segments.seg_summary")
    writable.execute(
        "create view segments.seg_summary as select cast(note as integer)::varchar as segment, "
        "as_of_date, 1::bigint as customer_count from segments.seg_customer"
    )
    with pytest.raises(duckdb.ConversionException):
        build_candidate(writable, CONTRACTS, tmp_path / "serving", as_of=DAY, code_version="abc")
    assert list(ServingZone(tmp_path / "serving").candidates.iterdir()) == []
    assert writable.execute(
        "select count(*) from duckdb_databases() where not internal"
    ).fetchall() == [(1,)]


def test_an_unreadable_manifest_is_named(warehouse: Path, tmp_path: Path) -> None:
    candidate = build(warehouse, tmp_path / "serving", DAY)
    document = json.loads((candidate.folder / "manifest.json").read_text())
    other = tmp_path / "manifest.json"
    for text in ("", "{", "[]", json.dumps({**document, "tables": [{}]})):
        other.write_text(text)
        with pytest.raises(PublicationError, match="no readable manifest"):
            read_manifest(other)
    other.write_text(json.dumps({**document, "format": 99}))
    with pytest.raises(PublicationError, match="format 99 is unknown; known: 1"):
        read_manifest(other)
    with pytest.raises(PublicationError, match="no readable manifest"):
        read_manifest(tmp_path / "absent.json")
