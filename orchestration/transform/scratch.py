"""Tables that only their own build reads: in memory, and gone after their last reader.

Belongs here: which tables these are, and when they go. Does not belong here: order and sessions
(``build.py``).

Writing all intermediate tables into the warehouse file cost a fifth of the build's CPU and a third
of the file, for tables that nobody looks at. What a failed node reads is kept, in the file, for
whoever looks into it; ``PATRON_KEEP_INTERMEDIATE=1`` keeps all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import duckdb

from orchestration.transform.compiled import Claim, CompiledProject, Model

SCRATCH = "scratch"
LAYER = "intermediate"  # what else is in the warehouse is read by people
Items = Mapping[str, Model | Claim]


def with_missing(
    connection: duckdb.DuckDBPyConnection, project: CompiledProject, chosen: Items
) -> dict[str, Model | Claim]:
    """``chosen`` and the intermediate tables that it needs and an earlier build did not leave."""
    there = set(
        connection.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables"
                           " WHERE table_catalog = current_database()").fetchall()
    )  # fmt: skip
    whole, open_ends = dict(chosen), list(chosen.values())
    while open_ends:
        for read in open_ends.pop().reads:
            model = project.models.get(read)
            if model and read not in whole and (model.relation,) not in there and _is_ours(model):
                whole[read] = model
                open_ends.append(model)
    return whole


def passing_nodes(
    project: CompiledProject, items: Items, chosen: Collection[str], read_elsewhere: Collection[str]
) -> frozenset[str]:
    """The intermediate tables among ``items`` that nothing else reads.

    What was not chosen, but is made because something chosen needs it, passes too.

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
        item = items[node]
        if not isinstance(item, Model) or not _is_ours(item) or item.is_view:
            return False
        if views.intersection(readers.get(node, ())):
            return False  # a view reads its tables whenever it is read itself
        if node not in chosen:
            return True
        is_read = item.relation in read_elsewhere
        return not is_read and all(reader in items for reader in readers.get(node, ()))

    return frozenset(node for node in items if passes(node))


def _is_ours(model: Model) -> bool:
    return model.relation.startswith(f"{LAYER}.")


class Scratch:
    """The tables of ``passing`` while a build runs."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, items: Items, passing: frozenset[str]
    ) -> None:
        self._connection, self._passing, self._originals = connection, passing, items
        self._relations = {
            node: item.relation for node, item in items.items()
            if node in passing and isinstance(item, Model)
        }  # fmt: skip
        self._unread = {node: self._readers_of(node) for node in passing}
        self.items = {node: self._moved(item) for node, item in items.items()}

    def __enter__(self) -> Self:
        if self._passing:
            self._connection.execute(f"ATTACH ':memory:' AS {SCRATCH}")
            self._connection.execute(f"CREATE SCHEMA {SCRATCH}.{LAYER}")
        for relation in self._relations.values():  # an older one would be taken for today's
            self._connection.execute(f"DROP TABLE IF EXISTS {relation}")
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
        for read in self._originals[node].reads:
            if read in self._unread:
                self._unread[read].discard(node)
                if not self._unread[read]:
                    self._connection.execute(f"DROP TABLE {SCRATCH}.{self._relations[read]}")

    def failed(self, node: str) -> None:
        """Keep what ``node`` read in the warehouse, for whoever looks into it."""
        for read in self._originals[node].reads:
            relation = self._relations.get(read)
            if relation:
                self._connection.execute(
                    f"CREATE OR REPLACE TABLE {relation} AS FROM {SCRATCH}.{relation}"
                )

    def _readers_of(self, node: str) -> set[str]:
        return {reader for reader, item in self._originals.items() if node in item.reads}

    def _moved(self, item: Model | Claim) -> Model | Claim:
        """The item with the names of passing tables replaced."""
        passing = {relation.split(".")[1] for relation in self._relations.values()}

        def renamed(found: re.Match[str]) -> str:
            return f'"{SCRATCH}"."{LAYER}".' if found["table"] in passing else found["place"]

        pattern = rf'(?P<place>("\w+"\.)?"?{LAYER}"?\.)(?="?(?P<table>\w+))'
        moved = replace(item, sql=re.sub(pattern, renamed, item.sql))
        if isinstance(moved, Model) and item.node in self._passing:
            return replace(moved, relation=f"{SCRATCH}.{moved.relation}")
        return moved
