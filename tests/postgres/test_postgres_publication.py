"""What is served stands in PostgreSQL: rows, types, keys, descriptions; and it follows."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from postgres_deployment import DAY, Deployment
from small_publication import CONTRACTS, build, write_warehouse

from orchestration.publish import promote, rollback
from orchestration.publish.postgres import TargetError, load
from orchestration.publish.postgres import server as server_module

pytestmark = pytest.mark.postgres


def test_a_publication_is_loaded_and_equals_its_manifest(deployment: Deployment) -> None:
    served = deployment.publish(customers=300).served
    done = deployment.sync()
    assert (done.action, done.replaced) == ("loaded", None)
    assert deployment.differences() == []
    assert deployment.rows("select count(*) from patron.seg_customer") == [(300,)]
    assert deployment.rows("select publication_id, content_hash from patron.publication") == [
        (served.publication_id, served.content_hash)
    ]
    assert deployment.rows(
        "select table_name, row_count from patron.publication_table order by 1"
    ) == [("seg_customer", 300), ("seg_summary", 1)]


def test_syncing_again_changes_nothing(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    before = deployment.versions()
    done = deployment.sync()
    assert done.action == "unchanged"
    assert deployment.versions() == before


def test_a_newer_publication_replaces_and_the_one_before_is_kept(deployment: Deployment) -> None:
    for days in range(4):
        deployment.publish(DAY + timedelta(days=days))
        done = deployment.sync()
        assert done.action == "loaded"
        assert deployment.shown_day() == DAY + timedelta(days=days)
        assert deployment.differences() == []
    assert done.replaced is not None
    assert done.replaced.as_of_date == DAY + timedelta(days=2)
    assert len(deployment.versions()) == 2


def test_an_older_day_is_shown_only_when_the_file_serves_it(deployment: Deployment) -> None:
    deployment.publish(DAY)
    deployment.sync()
    older = DAY - timedelta(days=1)
    assert not deployment.publish(older).published
    assert deployment.sync().action == "unchanged"
    assert deployment.shown_day() == DAY
    assert deployment.publish(older, force=True).published
    assert deployment.sync().action == "loaded"
    assert deployment.shown_day() == older


def test_a_rollback_is_followed_without_loading(deployment: Deployment) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        deployment.publish(day)
        deployment.sync()
    rollback(deployment.serving)
    done = deployment.sync()
    assert done.action == "restored"
    assert deployment.shown_day() == DAY
    assert deployment.differences() == []
    deployment.publish(DAY + timedelta(days=2))
    assert deployment.sync().action == "loaded"


def test_a_rollback_whose_version_is_gone_is_loaded_from_the_file(deployment: Deployment) -> None:
    deployment.publish(DAY)
    deployment.publish(DAY + timedelta(days=1))
    deployment.sync()
    rollback(deployment.serving)
    assert deployment.sync().action == "loaded"
    assert deployment.shown_day() == DAY


def test_another_deployment_does_not_replace_a_newer_day(deployment: Deployment, tmp_path) -> None:
    deployment.publish(DAY)
    deployment.sync()
    other = Deployment(
        tmp_path / "other", deployment.server, deployment.database, deployment.target
    )
    other.publish(DAY - timedelta(days=1))
    with pytest.raises(TargetError, match=r"newer than .* patron postgres sync --force"):
        other.sync()
    assert deployment.shown_day() == DAY
    assert other.sync(force=True).action == "loaded"


def test_columns_carry_declared_types_and_descriptions(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    types = dict(
        deployment.rows(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = 'patron.seg_customer'::regclass and attnum > 0"
        )
    )
    assert types == {
        "customer_key": "text",
        "as_of_date": "date",
        "total_amount": "numeric(18,2)",
        "repeat_rate": "double precision",
        "note": "text",
        "is_member": "boolean",
        "order_count": "bigint",
        "first_order_at": "timestamp without time zone",
    }
    view = "'patron.seg_customer'::regclass"
    assert deployment.rows(
        f"select obj_description({view}), col_description({view}, 1), col_description({view}, 2)"
    ) == [
        (
            "One row for each customer. Grain: customer_key.",
            "Our key of the customer; it's stable.",
            None,
        )
    ]
    assert deployment.rows(
        "select obj_description('patron.publication_table'::regclass) is not null"
    ) == [(True,)]


def test_keys_are_primary_and_big_tables_have_indexes_that_queries_use(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = CONTRACTS["seg_customer"]
    in_set = {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": {"column": "note", "value_set": ["", "x"]},
    }
    monkeypatch.setitem(
        CONTRACTS,
        "seg_customer",
        replace(contract, expectations=(in_set,), covered=("total_amount", "note", "withdrawn")),
    )
    monkeypatch.setattr(load, "FEW_ROWS", 100)
    deployment.publish(customers=1000)
    deployment.sync()
    [version] = deployment.versions()
    indexes = deployment.rows(
        "select tablename, indexdef like '%%UNIQUE%%', substring(indexdef from '\\((.*)\\)') "
        "from pg_indexes where schemaname = %(version)s order by 1, 2, 3 desc",
        version=version,
    )
    assert indexes == [
        ("seg_customer", False, "total_amount"),
        ("seg_customer", False, "note"),
        ("seg_customer", True, "customer_key) INCLUDE (total_amount, note"),
        ("seg_summary", True, "segment"),
    ]
    plan = deployment.rows(
        "explain select * from patron.seg_customer where customer_key = 'C00037'"
    )
    assert any("Index" in line for (line,) in plan)


def test_a_text_too_long_for_an_index_does_not_keep_the_day_away(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    contract = replace(CONTRACTS["seg_customer"], covered=("note",))
    monkeypatch.setitem(CONTRACTS, "seg_customer", contract)
    warehouse = write_warehouse(deployment.home / "long.duckdb", DAY)
    long = secrets.token_hex(6000)  # nothing that could be packed
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "update segments.seg_customer set note = ? where order_count = 7", [long]
        )
    promote(build(warehouse, deployment.serving, DAY), deployment.serving)
    deployment.sync()

    assert deployment.differences() == []
    assert "seg_customer: no covering index" in caplog.text
    [version] = deployment.versions()
    [(key,)] = deployment.rows(
        "select indexdef from pg_indexes where schemaname = %(version)s "
        "and tablename = 'seg_customer'",
        version=version,
    )
    assert key.endswith("(customer_key)")


def test_rows_are_frozen_so_that_older_snapshots_see_them(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    [version] = deployment.versions()
    deployment.do("create extension pg_visibility")
    for table in ("seg_customer", "seg_summary", "publication", "publication_table"):
        unfrozen = deployment.rows(
            f"select count(*) from pg_check_frozen('{version}.{table}'::regclass)"
        )
        pages = deployment.rows(
            f"select bool_and(all_frozen) from pg_visibility_map('{version}.{table}'::regclass)"
        )
        assert (table, unfrozen, pages) == (table, [(0,)], [(True,)])


def test_a_replaced_version_that_somebody_dumps_is_deleted_later(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "LOCK_TIMEOUT", "200ms")
    for days in range(2):
        deployment.publish(DAY + timedelta(days=days))
        deployment.sync()
    oldest, _ = deployment.versions()
    with deployment.server.administer(deployment.database) as dump, dump.transaction():
        dump.execute(f"select from {oldest}.seg_customer")
        deployment.publish(DAY + timedelta(days=2))
        assert deployment.sync().action == "loaded"
        assert oldest in deployment.versions()
    deployment.publish(DAY + timedelta(days=3))
    deployment.sync()
    assert oldest not in deployment.versions()
    assert len(deployment.versions()) == 2
