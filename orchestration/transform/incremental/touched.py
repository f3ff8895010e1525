"""The small world of the touched: their raw rows, the models made of them, the claims judged.

Belongs here: making it in memory, and laying its tables into those that are kept. Does not belong
here: what is touched (``news.py``, ``closure.py``).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

import duckdb

from orchestration.settings import Settings
from orchestration.transform.compiled import Model
from orchestration.transform.incremental.base import (
    Base,
    read_base,
    registered,
    write_base,
)
from orchestration.transform.incremental.closure import add, close
from orchestration.transform.incremental.followed import (
    CUSTOMER,
    LOOKED_UP,
    ORDER,
    followed_tables,
)
from orchestration.transform.incremental.news import (
    CannotFollow,
    Files,
    changed_orders_sql,
    followed_files,
    named_sql,
    news_sql,
)
from orchestration.transform.incremental.part import KeptPart
from orchestration.transform.moving import moved_sql
from orchestration.transform.results import NodeResult, Status
from orchestration.transform.sessions import Sessions
from orchestration.transform.statements import judge_claim, make_model

TOUCHED = "touched"
IDENTIFIERS = "model.patron.int_identifiers_gathered"
ORDERS = "model.patron.int_orders_unioned"
RESOLVED = "model.patron.int_customers_resolved"
KEYS = {
    "records": "source_system VARCHAR, customer_id VARCHAR",
    "orders": "order_id VARCHAR",
    "customers": "customer_key VARCHAR",
}
# By what a table is kept: whose rows are taken out and laid in.
ROWS_OF = {
    "customer_id": "(source_system, customer_id) IN (FROM touched.keys.records)",
    "customer_key": "customer_key IN (FROM touched.keys.customers)",
    "order_id": "order_id IN (FROM touched.keys.orders)",
}


@dataclass(frozen=True)
class Made:
    """What was made again: results by node, and how many customers and orders were touched."""

    results: tuple[NodeResult, ...]
    customers: int
    orders: int


def make_touched(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    part: KeptPart,
    sessions: Sessions,
    chosen: Collection[str],
    digest: str,
) -> Made:
    """Bring the kept tables of ``part`` up to what is registered now.

    Args:
        chosen: nodes of the chain that are needed for nothing else, and of claims about it. Those
            that a row broke before are left: how many do is told of all rows.
        digest: of what rows depend on beside raw.

    Raises:
        CannotFollow: everything has to be made anew; nothing is changed.
    """
    base = read_base(connection)
    if base is None:
        raise CannotFollow("no earlier run has left any")
    if base.digest != digest:
        raise CannotFollow("models, seeds or settings have changed")
    [(until,)] = connection.execute("SELECT as_of_end_at FROM raw.run_context").fetchall()
    if until < base.until:
        raise CannotFollow("what is kept is of a later date")
    files = followed_files(part, base, registered(connection), settings.zones)
    with _world(connection, part), sessions.one() as session:
        world = _World(session, part, base, files)
        world.find_touched()
        world.make_all()
        held = base.held.intersection(chosen)  # of others, this build does not judge what is new
        world.judge(sorted(held))
        world.lay_in(held)
        results = [*world.of_models(part.chain.keys() & chosen), *world.verdicts]
        return Made(tuple(results), world.count("customers"), world.count("orders"))


@contextmanager
def _world(connection: duckdb.DuckDBPyConnection, part: KeptPart) -> Iterator[None]:
    connection.execute(f"ATTACH ':memory:' AS {TOUCHED}")
    try:
        relations = [model.relation for model in part.chain.values()]
        relations += [followed.relation for followed in followed_tables().values()]
        for schema in {"keys", *(relation.split(".")[0] for relation in relations)}:
            connection.execute(f"CREATE SCHEMA {TOUCHED}.{schema}")
        for name, columns in KEYS.items():
            connection.execute(f"CREATE TABLE {TOUCHED}.keys.{name} ({columns})")
        yield
    finally:
        connection.execute(f"DETACH {TOUCHED}")


class _World:
    def __init__(
        self,
        session: duckdb.DuckDBPyConnection,
        part: KeptPart,
        base: Base,
        files: Mapping[str, Files],
    ) -> None:
        self._session, self._part, self._base, self._files = session, part, base, files
        self._followed = {n: f for n, f in followed_tables().items() if self._is_read(n)}
        self._moved = {model.relation for model in part.chain.values()}
        self._moved |= {followed.relation for followed in self._followed.values()}
        self._seconds: dict[str, float] = {}
        self.verdicts: list[NodeResult] = []

    def find_touched(self) -> None:
        """Fill ``keys`` with all whom the news touch."""
        for node, followed in self._followed.items():
            news = news_sql(followed, self._files[node], self._base)
            self._session.execute(f"CREATE TABLE {TOUCHED}.{followed.relation} AS {news}")
        for followed in self._followed.values():
            for column in followed.names:
                found = named_sql(followed, f"{TOUCHED}.{followed.relation}", column)
                selected = "source_system, customer_id" if column == CUSTOMER else "order_id"
                keys = "records" if column == CUSTOMER else "orders"
                named = f"SELECT {selected} FROM ({found}) WHERE {column} IS NOT NULL"
                add(self._session, keys, named)
        self._make(self._before(IDENTIFIERS, ORDERS))
        orders, identifiers = self._relation(ORDERS), self._relation(IDENTIFIERS)
        self._session.execute(f"CREATE TABLE {TOUCHED}.keys.new_identifiers AS FROM {identifiers}")
        of_orders = f"SELECT source_system, record_id FROM {orders} WHERE record_id IS NOT NULL"
        add(self._session, "records", of_orders)
        looked_up = self._before(*(node for node in LOOKED_UP if node in self._part.chain))
        self._make(looked_up)
        made = {node: self._relation(node) for node in LOOKED_UP if node in looked_up}
        for changed in changed_orders_sql(self._session, made):
            add(self._session, "orders", changed)
        close(self._session)

    def make_all(self) -> None:
        """The models of the chain, of the raw rows of the touched."""
        for followed in self._followed.values():
            relation = followed.relation
            keys = "records" if followed.link == CUSTOMER else "orders"
            link = "(source_system, customer_id)" if followed.link == CUSTOMER else ORDER
            rows = f"FROM {relation} WHERE {link} IN (FROM {TOUCHED}.keys.{keys})"
            if not followed.is_told_by_key(followed.link):  # a later version may be of another
                key = ", ".join(followed.contract.key)
                rows = f"FROM {relation} WHERE ({key}) IN (SELECT {key} {rows})"
            self._session.execute(f"CREATE OR REPLACE TABLE {TOUCHED}.{relation} AS {rows}")
        before = self._before(IDENTIFIERS)
        self._make(before)
        self._leave_out_common_identifiers()
        self._make(set(self._part.chain) - before)
        self._require_closed()
        resolved = f"SELECT customer_key FROM {self._relation(RESOLVED)}"
        add(self._session, "customers", resolved)  # those that were not there before too

    def judge(self, claims: Iterable[str]) -> None:
        """Judge claims about the touched.

        Raises:
            CannotFollow: a row breaks one; of all rows, it is then told how many.
        """
        for node in claims:
            claim, began = self._part.project.claims[node], time.monotonic()
            moved = replace(claim, sql=moved_sql(claim.sql, self._moved, TOUCHED))
            if judge_claim(self._session, moved).failures:
                raise CannotFollow(f"{claim.name} does not hold of what is new")
            seconds = time.monotonic() - began
            self.verdicts.append(NodeResult(node, Status.HELD, seconds, 0))

    def lay_in(self, held: Collection[str]) -> None:
        """Put the rows of the touched in the place of those that are kept, all or none."""
        self._session.execute("BEGIN")
        try:
            for node, model in self._part.kept.items():
                self._lay_in(node, model)
            for node in LOOKED_UP:  # as the kept rows see them
                if node in self._part.chain:
                    relation, made = self._part.chain[node].relation, self._relation(node)
                    self._session.execute(f"CREATE OR REPLACE TABLE {relation} AS FROM {made}")
            write_base(self._session, self._base.digest, held)
            self._session.execute("COMMIT")
        except BaseException:
            self._session.execute("ROLLBACK")
            raise

    def of_models(self, nodes: Collection[str]) -> Iterator[NodeResult]:
        """Results; only of a table that stays it is known how many rows it has."""
        for node in sorted(nodes):
            rows, relation = None, self._part.chain[node].relation
            if relation in self._part.staying:
                [(rows,)] = self._session.execute(f"SELECT count(*) FROM {relation}").fetchall()
            yield NodeResult(node, Status.MADE, self._seconds[node], rows)

    def count(self, keys: str) -> int:
        [(count,)] = self._session.execute(f"SELECT count(*) FROM touched.keys.{keys}").fetchall()
        return int(count)

    def _lay_in(self, node: str, model: Model) -> None:
        rows, made = ROWS_OF[model.kept_by], self._relation(node)
        if node == IDENTIFIERS:
            made = f"{TOUCHED}.keys.all_identifiers"
        self._session.execute(f"DELETE FROM {model.relation} WHERE {rows}")
        self._session.execute(f"INSERT INTO {model.relation} BY NAME FROM {made} WHERE {rows}")
        if "as_of_date" in model.contract:
            self._session.execute(
                f"UPDATE {model.relation} SET as_of_date = context.as_of_date "
                "FROM raw.run_context AS context "
                f"WHERE {model.relation.split('.')[1]}.as_of_date <> context.as_of_date"
            )

    def _leave_out_common_identifiers(self) -> None:
        """Once closed, an identifier that untouched records hold too is one of too many to join
        anybody; here, where the others are not, it would."""
        made = self._relation(IDENTIFIERS)
        self._session.execute(f"CREATE TABLE {TOUCHED}.keys.all_identifiers AS FROM {made}")
        self._session.execute(
            f"DELETE FROM {made} WHERE (id_type, id_value_hmac) IN ("
            "SELECT id_type, id_value_hmac FROM intermediate.int_identifiers_gathered "
            f"SEMI JOIN {made} USING (id_type, id_value_hmac) "
            f"ANTI JOIN {TOUCHED}.keys.records USING (source_system, customer_id) "
            "SEMI JOIN marts.bridge_customer_identity USING (source_system, customer_id))"
        )

    def _require_closed(self) -> None:
        """No row of the world may be of a customer who is not in it whole."""
        [(strangers,)] = self._session.execute(
            "SELECT count(*) FROM (SELECT source_system, customer_id "
            f"FROM {self._relation(RESOLVED)} EXCEPT FROM {TOUCHED}.keys.records)"
        ).fetchall()
        if strangers:
            raise CannotFollow(f"{strangers:,} source records hang together with others")

    def _make(self, nodes: Collection[str]) -> None:
        graph = {node: self._part.chain[node].reads for node in nodes}
        for node in TopologicalSorter(graph).static_order():
            if node not in graph:
                continue
            model, began = self._part.chain[node], time.monotonic()
            sql = moved_sql(model.sql, self._moved, TOUCHED)
            make_model(self._session, replace(model, relation=self._relation(node), sql=sql))
            self._seconds[node] = time.monotonic() - began

    def _before(self, *nodes: str) -> set[str]:
        return self._part.before(nodes) & self._part.chain.keys()

    def _relation(self, node: str) -> str:
        return f"{TOUCHED}.{self._part.chain[node].relation}"

    def _is_read(self, node: str) -> bool:
        return any(node in model.reads for model in self._part.chain.values())
