"""The kept tables in the course of a build: made for the touched alone, or whole.

Belongs here: which of both, and when what is kept counts. Does not belong here: how rows are made
again (``touched.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import duckdb

from orchestration.settings import Settings
from orchestration.transform.compiled import Claim, Model
from orchestration.transform.incremental.base import conventions, forget_base, write_base
from orchestration.transform.incremental.followed import LOOKED_UP
from orchestration.transform.incremental.news import CannotFollow
from orchestration.transform.incremental.part import KeptPart
from orchestration.transform.incremental.touched import Made, make_touched
from orchestration.transform.results import NodeResult, Status
from orchestration.transform.scratch import drop, tables_there
from orchestration.transform.sessions import Sessions


class KeptTables:
    """Of one build, which makes ``nodes``."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Settings,
        part: KeptPart,
        sessions: Sessions,
        nodes: Collection[str],
        read_elsewhere: Collection[str] | None,
    ) -> None:
        self.part = part
        self._connection, self._settings, self._sessions = connection, settings, sessions
        passing = part.passing(set(nodes), read_elsewhere)
        laid_in = part.kept.keys() | LOOKED_UP.keys()
        self._chosen = (laid_in | passing | part.claims) & set(nodes)
        # Prices made alone are not those that the kept rows saw: they would hide what has changed.
        self._is_concerned = not (laid_in & part.chain.keys()).isdisjoint(nodes)
        self._is_whole = self._is_concerned and part.kept.keys() <= set(nodes)
        self._is_made_anew = False
        self._made: set[str] = set()
        self._held: set[str] = set()

    def make_touched(self, anew: bool, told: Callable[[str], None]) -> tuple[NodeResult, ...]:
        """Results of what was made for the touched alone; none: all is to be made whole."""
        if not self._is_concerned:
            return ()
        try:
            made = self._make_touched(anew)
        except duckdb.InterruptException:  # the run is cancelled
            raise
        except (CannotFollow, duckdb.Error) as reason:  # an error then tells of its node
            told(f"all customers are made anew: {reason}")
            self._is_made_anew = True
            forget_base(self._connection)
            return ()
        self._drop_passed()
        told(f"made again: {made.customers:,} customers, {made.orders:,} orders; the rest is kept")
        return made.results

    def add(self, result: NodeResult) -> None:
        """Hear of a node that was made or judged whole."""
        if result.status == Status.MADE:
            self._made.add(result.node)
        if result.status == Status.HELD:
            self._held.add(result.node)

    def complete(self) -> None:
        """Remember what the tables stand for, if all were made and all claims fit to be held."""
        if self._is_made_anew and self._is_whole and self.part.kept.keys() <= self._made:
            self._connection.execute("BEGIN")
            write_base(self._connection, self._digest(), self._held & self.part.claims)
            self._connection.execute("COMMIT")

    def _make_touched(self, anew: bool) -> Made:
        if anew:
            raise CannotFollow("it was asked for")
        if not self._is_whole:
            raise CannotFollow("only some of the tables that are kept are to be made")
        return make_touched(
            self._connection,
            self._settings,
            self.part,
            self._sessions,
            self._chosen,
            self._digest(),
        )

    def _drop_passed(self) -> None:
        """What an earlier build left of the tables that were made for the touched alone: it would
        be taken for today's."""
        passed = {self.part.chain[n].relation for n in self._chosen & self.part.chain.keys()}
        passed -= self.part.staying
        for relation, is_view in tables_there(self._connection).items():
            if relation in passed:
                drop(self._connection, relation, is_view)

    def _digest(self) -> str:
        return self.part.digest((*self._sessions.pads, *conventions(self._connection)))


class InTurn:
    """Results, each after those of what it reads: some are there before, and Dagster hears of a
    table only once it has heard of all that the table was made from."""

    def __init__(self, items: Mapping[str, Model | Claim], nodes: Collection[str]) -> None:
        self._items, self._untold = items, set(nodes)
        self._waiting: dict[str, NodeResult] = {}
        self._readers: dict[str, list[str]] = {}
        for node in nodes:
            for read in items[node].reads:
                self._readers.setdefault(read, []).append(node)

    def tell(self, *results: NodeResult) -> Iterator[NodeResult]:
        """Those of ``results`` whose turn it is, and what has waited for them."""
        self._waiting |= {result.node: result for result in results}
        candidates = [result.node for result in results]
        while candidates:
            result = self._waiting.get(candidates.pop())
            if result is None or (not result.is_failure and not self._is_turn(result.node)):
                continue
            del self._waiting[result.node]
            yield result
            if not result.is_failure:
                self._untold.discard(result.node)
                candidates += self._readers.get(result.node, ())

    def _is_turn(self, node: str) -> bool:
        return self._untold.isdisjoint(self._items[node].reads)
