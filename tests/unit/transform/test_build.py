"""Models and claims in order: what a failure leaves out, what waits for what."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import duckdb
import pytest

import orchestration.transform.build as build_module
from orchestration.settings import Settings
from orchestration.transform.build import build, load_seeds, order
from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.results import NodeResult, Status
from orchestration.transform.statements import make_model


def model(name: str, sql: str, *reads: str, **contract: str) -> Model:
    return Model(f"model.{name}", f"marts.{name}", sql, False, contract, _nodes(reads))


def claim(name: str, sql: str, *reads: str, fails: str | None = "!= 0") -> Claim:
    return Claim(f"test.p.{name}", name, sql, "count(*)", "!= 0", fails, _nodes(reads))


def _nodes(reads: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(read if "." in read else f"model.{read}" for read in reads)


def project(*items: Model | Claim) -> CompiledProject:
    return CompiledProject(
        {item.node: item for item in items if isinstance(item, Model)},
        Path("patron.duckdb"),
        {item.node: item for item in items if isinstance(item, Claim)},
    )


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def outcomes(
    connection: duckdb.DuckDBPyConnection, settings: Settings, whole: CompiledProject
) -> dict[str, NodeResult]:
    nodes = [*whole.models, *whole.claims]
    results = list(build(connection, settings, whole, nodes))
    assert len({result.node for result in results}) == len(results)
    return {result.node.split(".")[-1]: result for result in results}


ORDERS = model("orders", "select unnest([1, 2, 2]) as order_id")
TOTALS = model("totals", "select count(*) as order_count from marts.orders", "orders")
DATES = model("dates", "select date '2025-06-30' as day")
DOUBLED = "select order_id from marts.orders group by order_id having count(*) > 1"


def test_each_table_is_made_after_what_it_reads(connection, settings):
    found = outcomes(connection, settings, project(TOTALS, DATES, ORDERS))

    assert {name: result.rows for name, result in found.items()} == {
        "orders": 3, "totals": 1, "dates": 1,
    }  # fmt: skip
    assert connection.sql("from marts.totals").fetchall() == [(3,)]


def test_nothing_is_made_behind_a_broken_claim_and_the_rest_is(connection, settings):
    whole = project(ORDERS, TOTALS, DATES, claim("orders_are_unique", DOUBLED, "orders"))
    found = outcomes(connection, settings, whole)

    assert found["orders_are_unique"].status == Status.FAILED
    assert found["orders_are_unique"].rows == 1
    assert "totals" not in found
    assert found["dates"].status == Status.MADE


def test_a_warning_holds_nothing_up(connection, settings):
    whole = project(ORDERS, TOTALS, claim("orders_are_unique", DOUBLED, "orders", fails=None))
    found = outcomes(connection, settings, whole)

    assert found["orders_are_unique"].status == Status.WARNED
    assert found["totals"].status == Status.MADE


def test_a_claim_about_two_tables_stops_only_what_stands_on_both():
    both = claim("they_agree", "select 1", "orders", "dates")
    joined = model("joined", "select 1", "totals", "dates")
    beyond = model("beyond", "select 1", "joined")
    whole = project(ORDERS, TOTALS, DATES, joined, beyond, both)
    waits = order(whole, [*whole.models, *whole.claims])

    assert waits["test.p.they_agree"] == {"model.orders", "model.dates"}
    assert waits["model.totals"] == {"model.orders"}
    assert waits["model.joined"] == {"model.totals", "model.dates", "test.p.they_agree"}
    assert waits["model.beyond"] == {"model.joined"}


def test_a_statement_that_cannot_run_is_an_error_and_keeps_the_old_table(connection, settings):
    connection.execute("create schema marts; create table marts.orders as select 7 as order_id")
    broken = model("orders", "select no_such_column", order_id="bigint")
    found = outcomes(connection, settings, project(broken, TOTALS))

    assert found["orders"].status == Status.ERROR
    assert "no_such_column" in found["orders"].message
    assert list(found) == ["orders"]
    assert connection.sql("from marts.orders").fetchall() == [(7,)]


def test_what_lacks_memory_beside_another_statement_is_tried_again_alone(
    connection, settings, monkeypatch
):
    together = Barrier(2, timeout=60)
    at_work: set[str] = set()
    dates_ran_beside: list[set[str]] = []

    def crowded(session: duckdb.DuckDBPyConnection, item: Model) -> int | None:
        at_work.add(item.node)
        try:
            if item.node == DATES.node:
                dates_ran_beside.append(at_work - {item.node})
            if item.node != TOTALS.node and len(dates_ran_beside) < 2:
                together.wait()
                if item.node == DATES.node:
                    raise duckdb.OutOfMemoryException("could not allocate block")
                time.sleep(0.2)  # is still at work when the other has failed
            return make_model(session, item)
        finally:
            at_work.remove(item.node)

    monkeypatch.setattr(build_module, "make_model", crowded)
    found = outcomes(connection, replace(settings, threads=2), project(ORDERS, DATES, TOTALS))

    assert len(dates_ran_beside) == 2
    assert dates_ran_beside[1] == set()
    assert {result.status for result in found.values()} == {Status.MADE}


def test_what_lacks_memory_alone_tells_the_remedy(connection, settings, monkeypatch):
    def never(session: duckdb.DuckDBPyConnection, item: Model) -> int | None:
        raise duckdb.OutOfMemoryException("could not allocate block")

    monkeypatch.setattr(build_module, "make_model", never)
    found = outcomes(connection, replace(settings, threads=2), project(ORDERS, DATES, TOTALS))

    assert {name: result.status for name, result in found.items()} == {
        "orders": Status.ERROR, "dates": Status.ERROR,
    }  # fmt: skip
    assert all("raise PATRON_MEMORY_LIMIT" in result.message for result in found.values())


def test_a_contract_gives_the_columns_and_types(connection, settings):
    typed = model("orders", "select 2 as amount, 1 as order_id", order_id="bigint", amount="double")
    outcomes(connection, settings, project(typed))

    described = connection.sql("from marts.orders")
    assert described.columns == ["order_id", "amount"]
    assert [str(kind) for kind in described.types] == ["BIGINT", "DOUBLE"]


def test_a_claim_may_count_otherwise_and_fail_from_a_limit_on(connection, settings):
    graded = Claim(
        "test.p.graded", "graded", "select unnest([1, 2]) as gravity",
        "coalesce(max(gravity), 0)", ">= 1", ">= 3", (),
    )  # fmt: skip
    found = outcomes(connection, settings, project(graded))

    assert found["graded"].status == Status.WARNED
    assert found["graded"].rows == 2


def test_seeds_are_copied_with_their_types(connection, tmp_path: Path):
    seeds = tmp_path / "patron.duckdb"
    with duckdb.connect(str(seeds)) as written:
        written.execute("create schema seeds")
        written.execute(
            "create table seeds.tiers as select 'gold' as tier, 1.5::decimal(9, 2) as x"
        )
    assert load_seeds(connection, CompiledProject({}, seeds)) == {"seeds.tiers": 1}
    assert [str(kind) for kind in connection.sql("from seeds.tiers").types] == [
        "VARCHAR", "DECIMAL(9,2)",
    ]  # fmt: skip
