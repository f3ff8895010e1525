"""What kept tables stand for: remembered when all are made, forgotten when some are not."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.transform.build import build
from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.incremental import part
from orchestration.transform.incremental.base import read_base, registered
from orchestration.transform.incremental.kept_tables import InTurn
from orchestration.transform.results import NodeResult, Status

CUSTOMERS = Model(
    "model.customers", "marts.customers", "select 'a' as customer_key", False, {}, (),
    "customer_key",
)  # fmt: skip
DAYS = Model(
    "model.days", "marts.days", "select customer_key from marts.customers", False, {},
    (CUSTOMERS.node,), "customer_key",
)  # fmt: skip
COUNTED = Model(
    "model.counted", "marts.counted", "select count(*) as days from marts.days", False, {},
    (DAYS.node,),
)  # fmt: skip
FEW = Claim("test.p.few", "few", "from marts.customers where customer_key = 'b'", "count(*)",
            "!= 0", "!= 0", (CUSTOMERS.node,))  # fmt: skip
NONE = Claim("test.p.none", "none", "from marts.days", "count(*)", "!= 0", "!= 0", (DAYS.node,))


def project(*items: Model | Claim, seeds: str = "as they were") -> CompiledProject:
    return CompiledProject(
        {item.node: item for item in items if isinstance(item, Model)},
        Path(seeds) / "patron.duckdb",
        {item.node: item for item in items if isinstance(item, Claim)},
    )


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Orders of one day are registered."""
    with duckdb.connect() as opened:
        opened.execute("create schema raw")
        opened.execute(
            "create table raw.run_context as select date '2025-06-30' as as_of_date, "
            "timestamp '2025-06-30 22:00:00' as as_of_end_at, 'EUR' as currency_code"
        )
        opened.execute(
            "create table raw.registered_extract as select 'sales' as source, "
            "'sales_orders' as table_name, date '2025-06-30' as extract_date, 'abc' as content_hash"
        )
        yield opened


class Runs:
    """Builds one after the other; ``told`` of the last."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._connection, self._settings = connection, settings

    def build(self, whole: CompiledProject, *nodes: str, anew: bool = False) -> str:
        told: list[str] = []
        chosen = nodes or (*whole.models, *whole.claims)
        settings = self._settings
        list(build(self._connection, settings, whole, chosen, anew=anew, told=told.append))
        return "; ".join(told).removeprefix("all customers are made anew: ")


@pytest.fixture
def runs(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Runs:
    return Runs(connection, settings)


def test_the_base_is_what_is_registered_and_which_claims_held(connection, runs):
    assert runs.build(project(CUSTOMERS, DAYS, FEW, NONE)) == "no earlier run has left any"

    base = read_base(connection)
    assert base.partitions == {("sales", "sales_orders", "2025-06-30", "abc")}
    assert base.partitions == registered(connection)
    assert str(base.until) == "2025-06-30 22:00:00"
    assert base.held == {FEW.node}


@pytest.mark.parametrize(
    "broken",
    [replace(DAYS, sql="select no_such_column"), Claim(
        "test.p.one", "one", "from marts.customers", "count(*)", "!= 0", "!= 0", (CUSTOMERS.node,)
    )],
    ids=["a model", "a claim that holds one up"],
)  # fmt: skip
def test_no_base_where_not_all_were_made(connection, runs, broken):
    runs.build(project(CUSTOMERS, DAYS))
    runs.build(project(CUSTOMERS, DAYS, broken), anew=True)
    assert read_base(connection) is None


def test_some_kept_tables_alone_leave_no_base(connection, runs):
    runs.build(project(CUSTOMERS, DAYS))
    told = runs.build(project(CUSTOMERS, DAYS), DAYS.node)
    assert told == "only some of the tables that are kept are to be made"
    assert read_base(connection) is None


def test_what_stands_behind_kept_tables_leaves_the_base(connection, runs):
    whole = project(CUSTOMERS, DAYS, COUNTED)
    runs.build(whole)
    before = read_base(connection)
    assert runs.build(whole, COUNTED.node) == ""
    assert read_base(connection) == before


def test_all_is_made_anew_where_that_is_asked_for(connection, runs):
    runs.build(project(CUSTOMERS, DAYS))
    assert runs.build(project(CUSTOMERS, DAYS), anew=True) == "it was asked for"
    assert read_base(connection) is not None


CHANGED = "models, seeds or settings have changed"


def test_other_sql_makes_all_anew(runs):
    runs.build(project(CUSTOMERS, DAYS))
    other = replace(CUSTOMERS, sql="select 'b' as customer_key")
    assert runs.build(project(other, DAYS)) == CHANGED


def test_other_seeds_make_all_anew(runs):
    runs.build(project(CUSTOMERS, DAYS))
    assert runs.build(project(CUSTOMERS, DAYS, seeds="others")) == CHANGED


def test_corrected_code_makes_all_anew(runs, monkeypatch):
    runs.build(project(CUSTOMERS, DAYS))
    monkeypatch.setattr(part, "CODE", sha256(b"another"))
    assert runs.build(project(CUSTOMERS, DAYS)) == CHANGED


def test_another_key_makes_all_anew(runs, monkeypatch):
    runs.build(project(CUSTOMERS, DAYS))
    monkeypatch.setenv("PATRON_PII_KEY", "another key of the tests")
    assert runs.build(project(CUSTOMERS, DAYS)) == CHANGED


def test_another_currency_makes_all_anew(connection, runs):
    runs.build(project(CUSTOMERS, DAYS))
    connection.execute("update raw.run_context set currency_code = 'GBP'")
    assert runs.build(project(CUSTOMERS, DAYS)) == CHANGED


def test_an_earlier_date_makes_all_anew(connection, runs):
    runs.build(project(CUSTOMERS, DAYS))
    connection.execute("update raw.run_context set as_of_end_at = as_of_end_at - interval 1 day")
    assert runs.build(project(CUSTOMERS, DAYS)) == "what is kept is of a later date"


def test_rows_that_cannot_be_followed_make_all_anew(connection, runs):
    payments = "source.patron.sales.sales_payments"
    whole = project(replace(CUSTOMERS, reads=(payments,)), DAYS)
    runs.build(whole)
    connection.execute("update raw.registered_extract set table_name = 'sales_payments'")
    told = runs.build(whole)
    assert told == "rows of sales.sales_payments cannot be followed to customers"


def test_an_extract_that_was_replaced_makes_all_anew(connection, runs):
    runs.build(project(CUSTOMERS, DAYS))
    connection.execute("update raw.registered_extract set content_hash = 'def'")
    told = runs.build(project(CUSTOMERS, DAYS))
    assert told == "sales_orders of 2025-06-30 was replaced or withdrawn"


def of(item: Model | Claim, status: Status = Status.MADE) -> NodeResult:
    return NodeResult(item.node, status, 0.0)


ITEMS = {item.node: item for item in (CUSTOMERS, DAYS, COUNTED, FEW)}


def test_results_wait_for_those_of_what_they_read():
    in_turn = InTurn(ITEMS, ITEMS)
    assert list(in_turn.tell(of(COUNTED), of(DAYS))) == []
    told = [result.node for result in in_turn.tell(of(CUSTOMERS))]
    assert told == [CUSTOMERS.node, DAYS.node, COUNTED.node]
    assert list(in_turn.tell(of(FEW, Status.HELD))) == [of(FEW, Status.HELD)]


def test_what_is_not_among_the_nodes_keeps_nobody_waiting():
    assert list(InTurn(ITEMS, [DAYS.node]).tell(of(DAYS))) == [of(DAYS)]


def test_failures_are_told_at_once_and_keep_their_readers_waiting():
    in_turn = InTurn(ITEMS, ITEMS)
    failed = of(DAYS, Status.ERROR)
    assert list(in_turn.tell(failed)) == [failed]
    assert list(in_turn.tell(of(COUNTED))) == []
