"""The whole path: what is published, that it repeats, and that no personal value leaves staging."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from refreshing import LAST_DAY, refresh
from rich.console import Console

from orchestration.contracts import load_published_contracts
from orchestration.doctor import examine
from orchestration.model_zone import model_file, model_tables
from orchestration.publish.manifest import Manifest
from orchestration.publish.serving_zone import served
from orchestration.publish.verify import verify_served
from orchestration.settings import CONTRACTS_ROOT, Settings
from orchestration.status import last_run, print_status


def manifest_of(settings: Settings) -> Manifest:
    manifest = served(settings.zones.serving)
    assert manifest is not None
    return manifest


def test_every_declared_table_is_served_and_whole(published: Settings):
    manifest = manifest_of(published)
    assert {table.name for table in manifest.tables} == set(
        load_published_contracts(CONTRACTS_ROOT)
    )
    # The firm is too young to be judged on a hold-out of half a year.
    assert [table.name for table in manifest.tables if not table.rows] == ["seg_model_backtest"]
    assert manifest.as_of_date == LAST_DAY
    assert verify_served(published.zones.serving) == []


def test_every_planned_check_was_judged_on_its_date(published: Settings):
    log = published.zones.dagster_home / "history" / "runs" / "index.db"
    with closing(sqlite3.connect(log)) as connection:
        found = connection.execute(
            "SELECT DISTINCT execution_status, partition FROM asset_check_executions"
        ).fetchall()
    assert {status for status, _ in found} <= {"SUCCEEDED", "FAILED"}  # some only warn
    assert {date for _, date in found} == {str(LAST_DAY)}


def test_served_money_is_the_money_that_was_earned(published: Settings):
    """From the generator's own books to what BI reads, to the cent."""
    totals = pq.read_table(published.home / "truth" / "totals.parquet")
    with duckdb.connect() as connection:
        connection.register("totals", totals)
        connection.execute(f"ATTACH '{published.zones.serving}/current/patron.duckdb' AS served")
        connection.execute(f"ATTACH '{published.zones.warehouse_file}' AS w (READ_ONLY)")
        per_currency = connection.execute(
            "SELECT local_currency_code, sum(local_net_amount)::DECIMAL(18,4) "
            "FROM w.marts.fct_order_net GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        truth = connection.execute(
            "SELECT currency_code, sum(net_amount)::DECIMAL(18,4) "
            "FROM totals GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        customers, summary = connection.execute(
            "SELECT (SELECT sum(net_amount) FROM served.seg_customer), "
            "(SELECT sum(net_amount) FROM served.seg_summary)"
        ).fetchall()[0]
        facts = connection.execute("SELECT sum(net_amount) FROM w.marts.fct_order_net").fetchall()
    assert per_currency == truth
    assert customers == summary
    assert round(customers, 2) == round(facts[0][0], 2)


def test_value_models_left_tables_and_pictures_of_the_day(published: Settings):
    folder = published.zones.models
    for table in model_tables():
        assert model_file(published.zones, table, LAST_DAY).exists(), table
    assert list((folder / "pictures" / f"as_of_date={LAST_DAY}").glob("*.png"))
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{published.zones.warehouse_file}' AS w (READ_ONLY)")
        runs = connection.execute(
            "SELECT DISTINCT role FROM w.marts.model_run WHERE is_chosen ORDER BY role"
        ).fetchall()
    assert {"purchases", "spend"} <= {role for (role,) in runs}


def test_the_same_input_gives_the_same_content(copy_of_published: Settings):
    before = manifest_of(copy_of_published)
    assert refresh(copy_of_published).success
    assert manifest_of(copy_of_published).content_hash == before.content_hash

    shutil.rmtree(copy_of_published.zones.warehouse_file.parent)
    shutil.rmtree(copy_of_published.zones.serving)
    assert refresh(copy_of_published).success
    after = manifest_of(copy_of_published)
    assert after.content_hash == before.content_hash
    assert after.tables == before.tables


@pytest.mark.whole_refresh
def test_the_last_day_alone_with_the_memory_before_it_is_the_same(landed):
    """Short form of the backfill drill: segments depend on memory, not on past runs."""
    in_order, alone = landed(), landed()
    for days_before in (2, 1, 0):
        if days_before == 0:
            shutil.copytree(in_order.zones.history, alone.zones.history)
            shutil.copytree(in_order.zones.models, alone.zones.models)
        outcome = refresh(in_order, LAST_DAY - timedelta(days=days_before))
        assert outcome.success, outcome.failures
        assert manifest_of(in_order).as_of_date == LAST_DAY - timedelta(days=days_before)
    assert refresh(alone, LAST_DAY).success
    assert manifest_of(alone).content_hash == manifest_of(in_order).content_hash


@pytest.mark.whole_refresh
def test_an_older_date_is_served_only_when_forced(copy_of_published: Settings):
    day_before = LAST_DAY - timedelta(days=1)
    newest = manifest_of(copy_of_published)
    assert refresh(copy_of_published, day_before).success
    assert manifest_of(copy_of_published) == newest
    assert refresh(copy_of_published, day_before, force=True, full=True).success
    assert manifest_of(copy_of_published).as_of_date == day_before


def test_status_and_doctor_tell_it(published: Settings, tmp_path: Path):
    console = Console(record=True, width=140, file=(tmp_path / "out").open("w"))
    assert print_status(published, console)
    text = console.export_text()
    for expected in ("seg_customer", str(LAST_DAY), "sales/sales_orders", "last run: success"):
        assert expected in text
    findings = examine(published)
    assert [finding for finding in findings if finding.remedy] == []
    assert {"duckdb", "contracts", "warehouse", "publication"} <= {f.what for f in findings}
    run = last_run(published)
    assert run is not None
    assert not [line for line in run.failed_checks if line.startswith("error")]


def clear_values(settings: Settings) -> set[bytes]:
    """Names, e-mails and phones of the sample world as they were delivered."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT full_name, email, phone, street FROM read_parquet($files)",
            {"files": str(settings.zones.raw / "crm" / "crm_customers" / "*" / "*.parquet")},
        ).fetchall()
    values = {str(value) for row in rows for value in row if value}
    return {value.encode() for value in values if len(value) >= 8}


def files_beyond_staging(settings: Settings) -> list[Path]:
    """Everything a run writes besides the private zones landing, raw and quarantine."""
    zones = settings.zones
    roots = (zones.warehouse_file.parent, zones.serving, zones.logs, zones.data_docs,
             zones.dagster_home)  # fmt: skip
    return [path for root in roots for path in root.rglob("*") if path.is_file()]


def test_no_personal_value_stands_in_clear_past_staging(published: Settings):
    wanted = clear_values(published)
    assert len(wanted) > 1000
    searched = 0
    for path in files_beyond_staging(published):
        content = readable(path)
        searched += len(content)
        found = [value for value in wanted if value in content]
        assert found == [], f"{path.relative_to(published.home)} holds {len(found)} personal values"
    assert searched > 1_000_000


def readable(path: Path) -> bytes:
    """A file's content as text: of databases and Parquet the values, since they are compressed."""
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables()"
            ).fetchall()
            return b"\n".join(
                json.dumps(connection.execute(f"FROM {schema}.{table}").fetchall(), default=str,
                           ensure_ascii=False).encode()
                for schema, table in tables
            )  # fmt: skip
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return json.dumps(rows, default=str, ensure_ascii=False).encode()
    return path.read_bytes()


def test_the_search_for_personal_values_finds_a_planted_one(copy_of_published: Settings):
    planted = next(iter(clear_values(copy_of_published)))
    with duckdb.connect(str(copy_of_published.zones.warehouse_file)) as connection:
        connection.execute("CREATE TABLE marts.leak AS SELECT $name AS name", {
            "name": planted.decode()
        })  # fmt: skip
    with pytest.raises(AssertionError, match="personal values"):
        test_no_personal_value_stands_in_clear_past_staging(copy_of_published)


def test_the_key_stands_in_no_file_but_its_own(published: Settings):
    key = (published.zones.secrets / "pii_key").read_text().strip().encode()
    for path in published.home.rglob("*"):
        if path.is_file() and path.parent != published.zones.secrets:
            assert key not in path.read_bytes(), path
