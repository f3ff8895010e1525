"""Tables that only their own build reads: in memory, and gone after their last reader.

Belongs here: which tables these are, and when they go. Does not belong here: order and sessions
(``build.py``).

Writing staging and intermediate tables into the warehouse file cost a fourth of the build's CPU
and half of the file, for tables that nobody looks at. What a failed node reads is kept, in the
file, for whoever looks into it; ``PATRON_KEEP_INTERMEDIATE=1`` keeps all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import duckdb

from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.moving import moved_sql

SCRATCH = "scratch"
LAYERS = ("staging", "intermediate")  # what else is in the warehouse is read by people
Items = Mapping[str, Model | Claim]


def tables_there(connection: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Of each table and view of the warehouse (``schema.table``): whether it is a view."""
    return dict(
        connection.execute(
            "SELECT table_schema || '.' || table_name, table_type = 'VIEW' "
            "FROM information_schema.tables WHERE table_catalog = current_database()"
        ).fetchall()
    )


def drop(connection: duckdb.DuckDBPyConnection, relation: str, is_view: bool) -> None:
    """Drop a table or a view, which SQL calls by different names."""
    connection.execute(f"DROP {'VIEW' if is_view else 'TABLE'} {relation}")


def with_missing(
    connection: duckdb.DuckDBPyConnection, project: CompiledProject, chosen: Items
) -> dict[str, Model | Claim]:
    """``chosen`` and the tables of ``LAYERS`` that it needs and an earlier build did not leave."""
    there = tables_there(connection)
    whole, open_ends = dict(chosen), list(chosen.values())
    while open_ends:
        for read in open_ends.pop().reads:
            model = project.models.get(read)
            if model and read not in whole and model.relation not in there and _is_ours(model):
                whole[read] = model
                open_ends.append(model)
    return whole


def passing_nodes(
    project: CompiledProject, items: Items, chosen: Collection[str], read_elsewhere: Collection[str]
) -> frozenset[str]:
    """The tables and views of ``LAYERS`` among ``items`` that nothing else reads.

    What was not chosen, but is made because something chosen needs it, passes too. A view reads its
    tables whenever it is read itself: they pass if it does.

    Args:
        read_elsewhere: relations that other steps read.
    """
    readers: dict[str, list[str]] = {}
    every: list[Model | Claim] = [*project.models.values(), *project.claims.values()]
    for reader in every:
        for read in reader.reads:
            readers.setdefault(read, []).append(reader.node)
    views = {node for node, model in project.models.items() if model.is_view}

    def passes(node: str) -> bool:
        item = items.get(node)
        if not isinstance(item, Model) or not _is_ours(item):
            return False
        reading = readers.get(node, ())
        if not all(passes(view) for view in views.intersection(reading)):
            return False
        if node not in chosen:
            return True
        return item.relation not in read_elsewhere and all(reader in items for reader in reading)

    return frozenset(node for node in items if passes(node))


def _is_ours(model: Model) -> bool:
    return model.relation.split(".")[0] in LAYERS


class Scratch:
    """The tables and views of ``passing`` while a build runs."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, items: Items, passing: frozenset[str]
    ) -> None:
        self._connection, self._originals = connection, items
        self._passing = {
            node: item
            for node, item in items.items()
            if node in passing and isinstance(item, Model)
        }
        self._reads = {node: self._read_by(item) for node, item in items.items()}
        self._unread: dict[str, set[str]] = {node: set() for node in passing}
        for reader, reads in self._reads.items():
            for node in reads:
                self._unread[node].add(reader)
        self.items = {node: self._moved(item) for node, item in items.items()}

    def __enter__(self) -> Self:
        if self._passing:
            self._connection.execute(f"ATTACH ':memory:' AS {SCRATCH}")
            for layer in LAYERS:
                self._connection.execute(f"CREATE SCHEMA {SCRATCH}.{layer}")
        there = tables_there(self._connection)
        for node, item in self._originals.items():
            if not isinstance(item, Model) or item.relation not in there:
                continue
            # An older one would be taken for today's; a view cannot replace a table.
            if node in self._passing or item.is_view != there[item.relation]:
                drop(self._connection, item.relation, there[item.relation])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._passing:
            self._connection.execute(f"DETACH {SCRATCH}")

    def done(self, node: str) -> None:
        """``node`` will not read again: what nobody else is to read goes."""
        for read in self._reads[node]:
            self._unread[read].discard(node)
            if not self._unread[read]:
                model = self._passing[read]
                drop(self._connection, f"{SCRATCH}.{model.relation}", model.is_view)

    def failed(self, node: str) -> None:
        """Keep what ``node`` read in the warehouse, for whoever looks into it."""
        for read in self._reads[node]:
            relation = self._passing[read].relation
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {relation} AS FROM {SCRATCH}.{relation}"
            )

    def _read_by(self, item: Model | Claim) -> set[str]:
        """What passes and is read when ``item`` is made or judged, through views as well."""
        if isinstance(item, Model) and item.is_view:
            return set()
        found: set[str] = set()
        open_ends = [*item.reads]
        while open_ends:
            read = open_ends.pop()
            if read in self._passing and read not in found:
                found.add(read)
                if self._passing[read].is_view:
                    open_ends += self._passing[read].reads
        return found

    def _moved(self, item: Model | Claim) -> Model | Claim:
        """The item with the names of passing tables replaced."""
        passing = {model.relation for model in self._passing.values()}
        moved = replace(item, sql=moved_sql(item.sql, passing, SCRATCH))
        if isinstance(moved, Model) and item.node in self._passing:
            return replace(moved, relation=f"{SCRATCH}.{moved.relation}")
        return moved
