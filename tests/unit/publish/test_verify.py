"""Reading back finds every kind of difference between a publication and its manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small_publication import publish

from orchestration.publish import verify_served, verify_version

DAY = date(2025, 6, 30)
NEGATIVE_ZERO = """
    create temp table rows as
    select * replace (case when repeat_rate = 0 then -repeat_rate else repeat_rate end
        as repeat_rate)
    from seg_customer;
    delete from seg_customer;
    insert into seg_customer from rows
"""


def edit_database(version: Path, statement: str) -> None:
    database = version / "patron.duckdb"
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute(statement)


def edit_parquet(version: Path, columns: str) -> None:
    file = version / "parquet" / "seg_summary.parquet"
    rows = duckdb.sql(f"select {columns} from read_parquet('{file}')").to_arrow_table()  # noqa: F841
    file.unlink()
    duckdb.sql(f"copy (from rows) to '{file}' (format parquet)")


def edit_manifest(version: Path) -> None:
    file = version / "manifest.json"
    document = json.loads(file.read_text())
    document["content_hash"] = "0" * 64
    file.unlink()
    file.write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (
            lambda v: edit_database(v, "update seg_summary set customer_count = 51"),
            "seg_summary in DuckDB: content hash",
        ),
        (lambda v: edit_database(v, "delete from seg_customer"), "seg_customer in DuckDB: rows"),
        (
            lambda v: edit_database(v, "update seg_customer set note = '' where note is null"),
            "seg_customer in DuckDB: content hash",
        ),
        (
            lambda v: edit_database(v, NEGATIVE_ZERO),
            "seg_customer in DuckDB: content hash",
        ),
        (
            lambda v: edit_database(v, "insert into seg_summary values (null, null, null)"),
            "seg_summary in DuckDB: rows",
        ),
        (lambda v: edit_database(v, "drop table seg_summary"), "tables"),
        (lambda v: edit_database(v, "create table surplus (a integer)"), "tables"),
        (
            lambda v: edit_database(v, "alter table seg_summary rename segment to name"),
            "seg_summary in DuckDB: columns",
        ),
        (
            lambda v: edit_parquet(v, "segment, as_of_date, customer_count + 1"),
            "seg_summary in Parquet: columns",
        ),
        (
            lambda v: edit_parquet(v, "'' as segment, as_of_date, customer_count"),
            "seg_summary in Parquet: content hash",
        ),
        (lambda v: (v / "parquet" / "seg_summary.parquet").unlink(), "parquet/seg_summary.parquet"),
        (lambda v: (v / "patron.duckdb.wal").write_text("x"), "patron.duckdb.wal"),
        (lambda v: (v / "manifest.json").unlink(), "manifest.json"),
        (edit_manifest, "content hash of the manifest"),
    ],
)
def test_each_kind_of_damage_is_named(
    tmp_path: Path, damage: Callable[[Path], None], expected: str
) -> None:
    publish(tmp_path, DAY)
    assert verify_served(tmp_path / "serving") == []
    damage((tmp_path / "serving" / "current").resolve())
    assert expected in [difference.where for difference in verify_served(tmp_path / "serving")]


@pytest.mark.parametrize("known", [None, "duckdb 0.0.1: 3 rows, 12"])
def test_a_manifest_of_other_software_is_held_to_the_content_hash(
    tmp_path: Path, known: str | None
) -> None:
    publish(tmp_path, DAY)
    version = (tmp_path / "serving" / "current").resolve()
    file = version / "manifest.json"
    document = json.loads(file.read_text())
    for table in document["tables"]:
        table["fingerprint"] = known
        if known is None:
            del table["fingerprint"]
    file.unlink()
    file.write_text(json.dumps(document))
    assert verify_version(version) == []
    edit_database(version, "update seg_summary set customer_count = 51")
    edit_parquet(version, "'' as segment, as_of_date, customer_count")
    found = {difference.where for difference in verify_version(version)}
    assert {"seg_summary in DuckDB: content hash", "seg_summary in Parquet: content hash"} <= found


def test_rows_in_another_order_say_the_same(tmp_path: Path) -> None:
    publish(tmp_path, DAY)
    version = (tmp_path / "serving" / "current").resolve()
    edit_database(
        version,
        "create temp table rows as from seg_customer; delete from seg_customer; "
        "insert into seg_customer from rows order by customer_key desc",
    )
    found = {difference.where for difference in verify_served(tmp_path / "serving")}
    assert "patron.duckdb sha256" in found
    assert not any("seg_customer" in where for where in found)


def test_an_unreadable_database_is_named_without_quoting_it(tmp_path: Path) -> None:
    publish(tmp_path, DAY)
    database = (tmp_path / "serving" / "current" / "patron.duckdb").resolve()
    database.chmod(0o644)
    database.write_bytes(b"Jane Doe, jane@example.org" * 1000)
    differences = verify_served(tmp_path / "serving")
    assert {"tables", "patron.duckdb sha256"} <= {difference.where for difference in differences}
    assert not any("jane" in str(difference).lower() for difference in differences)


def test_nothing_published_is_a_difference(tmp_path: Path) -> None:
    [difference] = verify_served(tmp_path / "serving")
    assert str(difference) == "current: expected a publication, found nothing published yet"
