"""What is kept from one day to the next, when all happens that has to be followed.

A day after the first whole build a customer joins two others by an address, an address that too
many share is said again, a return moves to another order, an order turns up that was dated after
the as-of date, and a product costs something else. Tables made for the touched alone must equal
those of one build; and code that forgets one of these must not.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest
from extract_sequences import Event, Kind
from new_rows import CUSTOMERS, IDENTITIES, KEYS, LINES, ORDERS, PRODUCTS, RETURNS, SNAPSHOTS, Row
from played_landing import PlayedLanding, World, read_world
from two_ways import CONTRACTS, Deployment, kept_alone

from orchestration import warehouse
from orchestration.sample_world import write_world
from orchestration.settings import Settings
from orchestration.transform.compiled import compiled_project
from orchestration.transform.incremental import closure, touched
from orchestration.transform.incremental.base import read_base
from orchestration.transform.incremental.followed import Followed

LAST_DAY = date(2025, 6, 30)
AGAIN, ANEW = "made again", "all customers are made anew"


@dataclass(frozen=True)
class Kept:
    """A home where the day before is made and the day is loaded, and the day's tables."""

    home: Path
    day: date
    before: dict[str, str]
    whole: dict[str, str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")
        home = tmp_path_factory.mktemp("kept")
        write_world(home / "world", 60, 90, seed=7, last_day=LAST_DAY, daily_extracts=8)
        world = read_world(home / "world" / "landing")
        days = sorted(world[ORDERS])[:3]
        living, whole = (deployment(home / name) for name in ("living", "whole"))
        landing = PlayedLanding(living.home / "landing", what_comes(world, days), CONTRACTS)
        for day in days:
            for table in KEYS:
                landing.play(Event(Kind.NEW, table, day, 1, "parquet"))
        (whole.home).mkdir()
        (whole.home / "landing").symlink_to(living.home / "landing")
        whole.ingest(days[2])
        whole.make(days[2])
        living.ingest(days[1])
        living.make(days[1])
        before = living.hashes()
        living.ingest(days[2])
        assert not living.refused
        return Kept(living.home, days[2], before, whole.hashes())


@pytest.fixture
def living(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """The day is loaded and not made."""
    monkeypatch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")
    shutil.copytree(kept.home, tmp_path / "living")
    return deployment(tmp_path / "living")


def deployment(home: Path) -> Deployment:
    project = kept_alone(compiled_project(Settings(home=home)))
    return Deployment(home, project, project.models, ())


def what_comes(world: World, days: list[date]) -> World:
    """Everything that there is before, little of it new on the day before, all above on the day."""
    start, between, day = days
    rows = {table: {at: [*world[table][start]] for at in days} for table in KEYS}
    for table in KEYS.keys() - set(SNAPSHOTS):
        rows[table][between], rows[table][day] = [], []

    def come(table: tuple[str, str], at: date, row: Row, **changes: str | None) -> None:
        told = {**row, "extracted_at": f"{at} 23:59:59", **changes}
        on = [its for its in days if its >= at] if table in SNAPSHOTS else [at]
        for its in on:
            rows[table][its].append(told)

    own = [row for row in world[CUSTOMERS][start] if row["source_system"] == "sales"]
    email = {**world[IDENTITIES][start][0], "id_type": "email", "verified": "true"}
    for customer in own[:7]:
        come(IDENTITIES, start, email, customer_id=customer["customer_id"], id_value="o@x.example")
    for customer in own[10:12]:
        come(IDENTITIES, start, email, customer_id=customer["customer_id"], id_value="p@x.example")
    for customer in own[:2]:
        come(CUSTOMERS, day, customer, op="U")
    come(IDENTITIES, day, email, customer_id=own[13]["customer_id"], id_value="p@x.example")

    order, line = world[ORDERS][start][0], world[LINES][start][0]
    for place in (10, 13):
        number, bought_by = f"OF{place}", own[place]["customer_id"]
        come(ORDERS, start, order, order_id=number, customer_id=bought_by)
    come(ORDERS, start, order, order_id="OFUTURE", ordered_at=f"{day} 10:00:00")
    come(LINES, start, line, order_id="OFUTURE", cost=None)

    first, second = world[RETURNS][start][:2]
    to = world[LINES][start][-1]
    come(RETURNS, between, first, order_id=to["order_id"], line_no=to["line_no"])
    left = next(o for o in world[ORDERS][start] if o["order_id"] == first["order_id"])
    come(ORDERS, day, left, op="U")
    come(RETURNS, day, second, order_id=to["order_id"], line_no=to["line_no"])
    bought = {order["order_id"]: order["customer_id"] for order in world[ORDERS][start]}
    ours = {customer["customer_id"] for customer in own[:20]} | {None, order["customer_id"]}
    sold = [(row["product_id"], bought.get(row["order_id"])) for row in world[LINES][start]]
    to_ours = {product for product, customer in sold if customer in ours}
    other = next(product for product, _ in sold if product not in to_ours)
    rows[PRODUCTS][day] = [
        {**row, "category_path": "Other > New"} if row["product_id"] == other else row
        for row in rows[PRODUCTS][day]
    ]
    for table in SNAPSHOTS:  # written out as a whole
        for at in days:
            rows[table][at] = [{**r, "extracted_at": f"{at} 23:59:59"} for r in rows[table][at]]
    return rows


def wrong(living: Deployment, kept: Kept) -> list[str]:
    """Tables of the day that are not those of one build."""
    living.make(kept.day)
    found = living.hashes()
    return [name for name in sorted(found | kept.whole) if found.get(name) != kept.whole.get(name)]


def test_what_is_made_of_the_touched_equals_one_build(living: Deployment, kept: Kept):
    assert wrong(living, kept) == []
    assert living.told[0].startswith(AGAIN)


def stop_after_one_round(patch: pytest.MonkeyPatch) -> None:
    def one_round(connection: duckdb.DuckDBPyConnection) -> None:
        closure.add(connection, "customers", closure._CUSTOMERS)
        closure.add(connection, "records", closure._RECORDS)
        closure.add(connection, "records", closure._HOLDERS_WHO_MAY_JOIN)
        closure.add(connection, "orders", closure._ORDERS)

    patch.setattr(touched, "close", one_round)


def follow_no_identifiers(patch: pytest.MonkeyPatch) -> None:
    nobody = "SELECT source_system, customer_id FROM touched.keys.records WHERE false"
    patch.setattr(closure, "_HOLDERS_WHO_MAY_JOIN", nobody)


def forget_older_versions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        touched, "named_sql", lambda _, news, column: f"SELECT source_system, {column} FROM {news}"
    )


def take_older_versions_for_the_latest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Followed, "is_told_by_key", lambda *_: True)


def forget_the_future(patch: pytest.MonkeyPatch) -> None:
    news = touched.news_sql

    def of_extracts_alone(followed, files, base):
        return news(followed, files, touched.replace(base, until=touched_until))

    touched_until = "9999-12-31"
    patch.setattr(touched, "news_sql", of_extracts_alone)


def forget_prices(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(touched, "changed_orders_sql", lambda *_: [])


def leave_common_identifiers_in(patch: pytest.MonkeyPatch) -> None:
    def copy_alone(world: touched._World) -> None:
        made = world._relation(touched.IDENTIFIERS)
        world._session.execute(f"CREATE TABLE touched.keys.all_identifiers AS FROM {made}")

    patch.setattr(touched._World, "_leave_out_common_identifiers", copy_alone)


def delete_nothing(patch: pytest.MonkeyPatch) -> None:
    lay_in = touched._World._lay_in

    class Undeleting:
        def __init__(self, session: duckdb.DuckDBPyConnection) -> None:
            self._session = session

        def execute(self, sql: str, *given: object) -> duckdb.DuckDBPyConnection:
            kept_rows = "SELECT 1" if sql.startswith("DELETE FROM") else sql
            return self._session.execute(kept_rows, *given)

    def lay_upon(world, *what):
        session, world._session = world._session, Undeleting(world._session)
        lay_in(world, *what)
        world._session = session

    patch.setattr(touched._World, "_lay_in", lay_upon)


@pytest.mark.parametrize(
    ("fault", "table"),
    [
        (stop_after_one_round, "intermediate.int_customer_days_netted"),
        (follow_no_identifiers, "marts.bridge_customer_identity"),
        (forget_older_versions, "marts.fct_order_net"),
        (take_older_versions_for_the_latest, "marts.fct_return"),
        (forget_the_future, "marts.fct_order_net"),
        (forget_prices, "marts.fct_order_net"),
        (leave_common_identifiers_in, "marts.dim_customer"),
        (delete_nothing, "intermediate.int_orders_netted"),
    ],
)
def test_what_is_forgotten_is_found_out(
    living: Deployment,
    kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
    table: str,
):
    fault(monkeypatch)
    assert table in wrong(living, kept)
    assert living.told[0].startswith(AGAIN)


def test_laying_in_that_fails_leaves_all_as_it_was(
    living: Deployment, kept: Kept, monkeypatch: pytest.MonkeyPatch
):
    def break_off(*_: object) -> None:
        raise RuntimeError("broken off")

    monkeypatch.setattr(touched, "write_base", break_off)
    with pytest.raises(RuntimeError, match="broken off"):
        living.make(kept.day)
    found = living.hashes()
    assert {name for name in kept.before if found[name] != kept.before[name]} <= {
        name for name in kept.before if name.startswith("raw")
    }
    monkeypatch.undo()
    monkeypatch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")
    assert wrong(living, kept) == []
    assert living.told[-1].startswith(AGAIN)


def test_where_many_are_touched_all_are_made_anew(
    living: Deployment, kept: Kept, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(closure, "MOST_TOUCHED", 0)
    monkeypatch.setattr(closure, "max", min, raising=False)  # a thousand are always few
    assert wrong(living, kept) == []
    assert living.told[0].startswith(f"{ANEW}: ")
    assert "are touched" in living.told[0]


def test_tables_that_an_earlier_build_left_are_dropped(living: Deployment, kept: Kept):
    with warehouse.write(living.settings) as connection:
        connection.execute("CREATE TABLE staging.stg_sales__orders AS SELECT 'of then' AS order_id")
        connection.execute("CREATE TABLE intermediate.int_customers_unioned AS SELECT 1 AS old")
    assert wrong(living, kept) == []
    assert living.told[0].startswith(AGAIN)


def test_rates_that_were_made_alone_are_not_taken_for_those_of_the_kept_rows(
    living: Deployment, kept: Kept
):
    """Only the products of the day are made first, as one may from Dagster."""
    nodes, name = living.nodes, "model.patron.int_products_unioned"
    living.nodes = [name]
    living.make(kept.day)
    living.nodes = nodes
    assert wrong(living, kept) == []


def test_some_kept_tables_alone_leave_nothing_to_go_on_from(living: Deployment, kept: Kept):
    nodes = living.nodes
    living.nodes = ["model.patron.int_orders_netted"]
    living.make(kept.day)
    with warehouse.read(living.settings) as connection:
        assert read_base(connection) is None
    living.nodes = nodes
    assert wrong(living, kept) == []
    assert living.told[-1] == f"{ANEW}: no earlier run has left any"
