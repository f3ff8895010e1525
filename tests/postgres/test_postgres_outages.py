"""A server that is down, altered rows, awkward values: told plainly, mended by the next run."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from postgres_deployment import DAY, DUCKDB, Deployment
from postgres_server import running_server
from small_publication import CONTRACTS

from orchestration.contracts import PublishedContract
from orchestration.publish import build_candidate, promote, verify_served
from orchestration.publish.postgres import Address, Target, TargetError, server, sync, verify_target
from orchestration.publish.postgres.read_back import content_differences

pytestmark = pytest.mark.postgres


def test_a_server_that_is_down_is_reported_and_caught_up_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECT_PAUSES_SECONDS", (0.1, 0.1))
    with running_server() as own:
        dsn = own.new_database("bi")
        deployment = Deployment(tmp_path, own, "bi", Target(Address(dsn), "reader"))
        deployment.publish(DAY)
        deployment.sync()
        own.stop()
        deployment.publish(DAY + timedelta(days=1))
        with pytest.raises(TargetError) as failure:
            deployment.sync()
        told = str(failure.value)
        assert f"127.0.0.1:{own.port}/bi cannot be reached" in told
        assert "the next run catches up" in told
        assert own.password not in told
        assert verify_served(deployment.serving) == []
        deployment.publish(DAY + timedelta(days=2))
        own.start()
        assert deployment.sync().action == "loaded"
        assert deployment.shown_day() == DAY + timedelta(days=2)
        assert deployment.differences() == []


@pytest.mark.parametrize(
    ("dsn", "reason"),
    [
        ("postgresql://publisher:wr0ng-secret@127.0.0.1:{port}/postgres", "authentication failed"),
        ("postgresql://nobody:wr0ng-secret@127.0.0.1:{port}/postgres", "authentication failed"),
        ("host=127.0.0.1 port=1 password=wr0ng-secret dbname=x", "Connection refused"),
    ],
)
def test_no_message_shows_the_password(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, dsn: str, reason: str
) -> None:
    monkeypatch.setattr(server, "CONNECT_PAUSES_SECONDS", ())
    address = Address(dsn.format(port=deployment.server.port))
    deployment.publish()
    for attempt in (
        lambda: sync(Target(address, "reader"), deployment.serving, CONTRACTS, DUCKDB),
        lambda: verify_target(Target(address, "reader"), deployment.serving, DUCKDB),
    ):
        with pytest.raises(TargetError, match=reason) as failure:
            attempt()
        assert "wr0ng-secret" not in str(failure.value)
        assert failure.value.__suppress_context__
    assert "wr0ng-secret" not in f"{address} {address!r}"


@pytest.mark.parametrize("password", ["wr0ng-secret", "wr0ng 'secret' \\ é", "x y"])
def test_reading_back_shows_no_password_when_the_server_refuses(
    deployment: Deployment, password: str
) -> None:
    served = deployment.publish().served
    address = Address(f"postgresql://publisher:{quote(password)}@127.0.0.1:1/postgres")
    with pytest.raises(TargetError, match="cannot be read back") as failure:
        content_differences(address, "patron", served, DUCKDB)
    for form in (password, quote(password), password.replace("'", "\\'")):
        assert form not in str(failure.value)


MISCHIEF = {
    "a value": "update {v}.seg_customer set total_amount = total_amount + 0.01 "
    "where customer_key = 'C00037'",
    "a null": "update {v}.seg_customer set note = '' where note is null",
    "two values swapped": "update {v}.seg_customer set order_count = 3 - order_count "
    "where order_count in (1, 2)",
    "a row less": "delete from {v}.seg_customer where customer_key = 'C00037'",
    "a row more": "insert into {v}.seg_summary values ('x', '2025-06-30', 0)",
    "a view of a part": "create or replace view patron.seg_customer as "
    "select * from {v}.seg_customer where is_member",
    "a column as another type": "drop view patron.seg_summary; create view patron.seg_summary as "
    "select segment, as_of_date, customer_count::integer from {v}.seg_summary",
    "a view dropped": "drop view patron.seg_summary",
    "a table more": "create table patron.seg_mine (n int)",
    "the manifest": "update {v}.publication_table set row_count = 7",
    "the manifest's view dropped": "drop view patron.publication_table",
    "another publication": "update {v}.publication set content_hash = 'x'",
}


@pytest.mark.parametrize("mischief", MISCHIEF.values(), ids=MISCHIEF.keys())
def test_what_somebody_altered_is_found(deployment: Deployment, mischief: str) -> None:
    deployment.publish()
    deployment.sync()
    assert deployment.differences() == []
    [version] = deployment.versions()
    deployment.do(mischief.format(v=version))
    assert deployment.differences() != []


@pytest.mark.parametrize(
    "what",
    [
        "a value",
        "a view of a part",
        "a view dropped",
        "the manifest",
        "the manifest's view dropped",
    ],
)
def test_what_somebody_altered_is_mended_by_the_next_sync(
    deployment: Deployment, what: str
) -> None:
    deployment.publish()
    deployment.sync()
    [version] = deployment.versions()
    deployment.do(MISCHIEF[what].format(v=version))
    deployment.do("alter table if exists patron.seg_customer owner to publisher")
    assert deployment.sync().action == "repaired"
    assert deployment.differences() == []
    assert deployment.sync().action == "unchanged"


AWKWARD: dict[str, tuple[str, list[Any]]] = {
    "a_boolean": ("boolean", [True, False, None]),
    "a_smallint": ("smallint", [-32768, 32767, None]),
    "an_integer": ("integer", [-(2**31), 2**31 - 1, None]),
    "a_bigint": ("bigint", [-(2**63), 2**63 - 1, None]),
    "a_double": ("double", [math.nan, -0.0, 5e-324, math.inf, -math.inf, 0.1 + 0.2, None]),
    "a_date": ("date", [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), None]),
    "a_timestamp": (
        "timestamp",
        [datetime(1900, 1, 1, 0, 0, 0, 1), datetime(2262, 4, 12, 23, 59, 59, 999999), None],
    ),
    "a_varchar": (
        "varchar",
        ["", " ", "\\N", "a\tb\nc\r\\", "quote \" and '", "naïve Δ 顧客 🙂", "x" * 100_000, None],
    ),
    "a_decimal": (
        "decimal(18,4)",
        [Decimal("99999999999999.9999"), Decimal("-0.0001"), Decimal("0.0000"), None],
    ),
    "a_wide_decimal": ("decimal(38,10)", [Decimal("9" * 28 + "." + "9" * 10), None]),
}


def publish_awkward(
    home: Path, values: dict[str, tuple[str, list[Any]]]
) -> dict[str, PublishedContract]:
    """One table with a column of each type and every awkward value once."""
    columns = {"row": ("integer", list(range(max(len(found) for _, found in values.values()))))}
    columns |= values
    contract = PublishedContract(
        table="seg_awkward", version="1.0.0", description="Awkward values.", owner="tests",
        grain="row", key=("row",), columns=tuple((name, t) for name, (t, _) in columns.items()),
        expectations=(), sha256="",
    )  # fmt: skip
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema segments")
        declared = ", ".join(f'"{name}" {type_}' for name, (type_, _) in columns.items())
        warehouse.execute(f"create table segments.seg_awkward ({declared})")
        for n in columns["row"][1]:
            row = [found[n] if n < len(found) else None for _, found in columns.values()]
            marks = ", ".join("?" for _ in row)
            warehouse.execute(f"insert into segments.seg_awkward values ({marks})", row)
        candidate = build_candidate(
            warehouse, {"seg_awkward": contract}, home / "serving", as_of=DAY, code_version="x"
        )
    promote(candidate, home / "serving")
    return {"seg_awkward": contract}


def test_every_type_and_awkward_value_comes_back_unchanged(deployment: Deployment) -> None:
    contracts = publish_awkward(deployment.home, AWKWARD)
    sync(deployment.target, deployment.serving, contracts, DUCKDB)
    assert deployment.differences() == []
    rows = deployment.rows("select * from patron.seg_awkward order by row")
    for place, (name, (_, values)) in enumerate(AWKWARD.items(), start=1):
        found = [row[place] for row in rows[: len(values)]]
        assert [str(value) for value in found] == [str(value) for value in values], name


def test_a_text_that_postgres_cannot_hold_is_named_without_its_row(
    deployment: Deployment,
) -> None:
    contracts = publish_awkward(
        deployment.home, {"note": ("varchar", ["fine", "a secret\x00", None])}
    )
    with pytest.raises(TargetError, match="seg_awkward does not fit into PostgreSQL") as failure:
        sync(deployment.target, deployment.serving, contracts, DUCKDB)
    assert "secret" not in str(failure.value)
    assert deployment.rows("select count(*) from pg_views where schemaname = 'patron'") == [(0,)]
