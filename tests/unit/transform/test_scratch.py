"""Tables that only their own build reads: gone after it, there when something failed."""

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.transform.build import build
from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.results import NodeResult, Status

ORDERS = Model(
    "model.int_orders", "intermediate.int_orders", "select unnest([1, 2, 2]) as order_id",
    False, {}, (),
)  # fmt: skip
COUNTED = Model(
    "model.int_counted", "intermediate.int_counted",
    'select count(*) as order_count from "patron"."intermediate"."int_orders"',
    False, {}, ("model.int_orders",),
)  # fmt: skip
TOTALS = Model(
    "model.totals", "marts.totals",
    "select order_count from intermediate.int_counted, "
    "(select max(order_id) from intermediate.int_orders) as newest",
    False, {}, ("model.int_counted", "model.int_orders"),
)  # fmt: skip
UNIQUE = Claim(
    "test.p.unique", "unique",
    'select order_id from "patron"."intermediate"."int_orders" group by 1 having count(*) > 1',
    "count(*)", "!= 0", "!= 0", ("model.int_orders",),
)  # fmt: skip
COUNTED_IS_ONE = Claim(
    "test.p.one", "one", "from intermediate.int_counted where order_count <> 3",
    "count(*)", "!= 0", "!= 0", ("model.int_counted",),
)  # fmt: skip


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "patron.duckdb")) as opened:
        yield opened


def results(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    *items: Model | Claim,
    chosen: Collection[str] = (),
    read_elsewhere: Collection[str] | None = (),
) -> dict[str, NodeResult]:
    project = CompiledProject(
        {item.node: item for item in items if isinstance(item, Model)},
        Path("patron.duckdb"),
        {item.node: item for item in items if isinstance(item, Claim)},
    )
    nodes = chosen or [item.node for item in items]
    found = build(connection, settings, project, nodes, read_elsewhere)
    return {result.node: result for result in found}


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {
        name
        for (name,) in connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
    }


def test_a_passing_table_is_told_of_judged_read_and_gone(connection, settings):
    found = results(connection, settings, TOTALS, COUNTED, ORDERS, COUNTED_IS_ONE)

    assert found["model.int_orders"].rows == 3
    assert found["test.p.one"].status is Status.HELD
    assert connection.sql("from marts.totals").fetchall() == [(3,)]
    assert tables(connection) == {"marts.totals"}


def test_what_another_step_reads_stays(connection, settings):
    results(
        connection, settings, TOTALS, COUNTED, ORDERS, read_elsewhere=["intermediate.int_counted"]
    )
    assert tables(connection) == {"marts.totals", "intermediate.int_counted"}


def test_all_stay_where_that_is_asked_for(connection, settings):
    results(connection, settings, TOTALS, COUNTED, ORDERS, read_elsewhere=None)
    assert tables(connection) == {
        "marts.totals", "intermediate.int_counted", "intermediate.int_orders",
    }  # fmt: skip


def test_a_table_whose_reader_is_not_made_now_stays(connection, settings):
    """The later of two builds reads it."""
    chosen = ["model.int_orders", "model.int_counted"]
    results(connection, settings, TOTALS, COUNTED, ORDERS, chosen=chosen)
    assert tables(connection) == {"intermediate.int_counted", "intermediate.int_orders"}


def test_one_table_alone_finds_what_it_needs(connection, settings):
    """What passes is made again for it, and not told of."""
    everything = (TOTALS, COUNTED, ORDERS)
    results(connection, settings, *everything)
    connection.execute("drop table marts.totals")
    found = results(connection, settings, *everything, chosen=["model.totals"])

    assert list(found) == ["model.totals"]
    assert connection.sql("from marts.totals").fetchall() == [(3,)]
    assert tables(connection) == {"marts.totals"}


def test_a_table_of_an_earlier_run_is_not_taken_for_todays(connection, settings):
    connection.execute("create schema intermediate; create schema marts")
    connection.execute("create table intermediate.int_orders as select 7 as order_id")
    results(connection, settings, TOTALS, COUNTED, ORDERS)
    assert tables(connection) == {"marts.totals"}


def test_what_a_failed_node_read_is_kept_to_look_at(connection, settings):
    found = results(connection, settings, TOTALS, COUNTED, ORDERS, UNIQUE)

    assert found["test.p.unique"].status is Status.FAILED
    assert "model.totals" not in found
    assert connection.sql("from intermediate.int_orders").fetchall() == [(1,), (2,), (2,)]


def test_a_missing_table_that_cannot_be_made_is_told_of(connection, settings):
    broken = Model(
        ORDERS.node, ORDERS.relation, "select no_such_column", ORDERS.is_view, {}, ORDERS.reads
    )
    found = results(connection, settings, TOTALS, COUNTED, broken, chosen=["model.totals"])
    assert [result.status for result in found.values()] == [Status.ERROR]
    assert "no_such_column" in found["model.int_orders"].message


def test_what_a_view_reads_stays(connection, settings):
    view = Model(
        "model.shown", "marts.shown", "from intermediate.int_orders", True, {}, (ORDERS.node,)
    )
    results(connection, settings, view, ORDERS)
    assert connection.sql("select count(*) from marts.shown").fetchall() == [(3,)]


def test_what_a_passing_view_reads_goes_after_the_view_was_read(connection, settings):
    view = Model(
        "model.int_shown", "intermediate.int_shown",
        'from "patron"."staging"."stg_orders"', True, {}, ("model.stg_orders",),
    )  # fmt: skip
    staged = Model("model.stg_orders", "staging.stg_orders", "select 1 as order_id", False, {}, ())
    counted = Model(
        "model.counted", "marts.counted", "select count(*) from intermediate.int_shown",
        False, {}, (view.node,),
    )  # fmt: skip
    found = results(connection, settings, counted, view, staged)
    assert {result.status for result in found.values()} == {Status.MADE}
    assert tables(connection) == {"marts.counted"}
    assert connection.execute("from duckdb_views() where not internal").fetchall() == []


def test_a_view_replaces_an_older_table_and_a_table_an_older_view(connection, settings):
    connection.execute("create schema intermediate; create schema marts")
    connection.execute("create table intermediate.int_shown as select 7 as order_id")
    connection.execute("create view intermediate.int_orders as select 7 as order_id")
    view = Model(
        "model.int_shown", "intermediate.int_shown", "from intermediate.int_orders",
        True, {}, (ORDERS.node,),
    )  # fmt: skip
    results(connection, settings, view, ORDERS, read_elsewhere=None)
    assert connection.sql("select count(*) from intermediate.int_shown").fetchall() == [(3,)]
