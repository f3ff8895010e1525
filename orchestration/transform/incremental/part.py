"""The part of a project that can be made for some customers alone.

Belongs here: which models are kept, what stands before them, and the claims about these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import duckdb

from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.incremental.followed import LOOKED_UP, followed_tables
from orchestration.transform.scratch import LAYERS

RUN_CONTEXT = "source.patron.raw.run_context"
# Any edit of it, also of a comment, makes all anew once.
CODE = sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))


@dataclass(frozen=True, eq=False)
class KeptPart:
    """The kept models of a project with all that stands before them."""

    project: CompiledProject

    @cached_property
    def kept(self) -> dict[str, Model]:
        return {node: m for node, m in self.project.models.items() if m.kept_by}

    @cached_property
    def chain(self) -> dict[str, Model]:
        """The kept models and the models before them."""
        models = self.project.models
        return {node: models[node] for node in self.before(self.kept) if node in models}

    @cached_property
    def staying(self) -> frozenset[str]:
        """Relations that the next run finds in the warehouse."""
        looked_up = {LOOKED_UP[node].relation for node in LOOKED_UP if node in self.chain}
        return frozenset(looked_up | {model.relation for model in self.kept.values()})

    @cached_property
    def unfollowed(self) -> frozenset[str]:
        """Nodes of raw tables that kept rows stand on and whose rows cannot be followed."""
        found = self.before(self.kept, without=LOOKED_UP)
        sources = {node for node in found if node.startswith("source.")}
        return frozenset(sources - followed_tables().keys() - {RUN_CONTEXT})

    @cached_property
    def claims(self) -> frozenset[str]:
        """Claims that read nothing but the chain: they hold of all when they hold of each part.
        Rows that cannot be followed are not there when a part is made."""
        sources = {*followed_tables(), RUN_CONTEXT, *self.unfollowed}
        return frozenset(
            claim.node
            for claim in self.project.claims.values()
            if any(read in self.chain for read in claim.reads)
            and all(
                read in self.chain or read in sources or read.startswith("seed.")
                for read in claim.reads
            )
        )

    def passing(
        self, nodes: Collection[str], read_elsewhere: Collection[str] | None
    ) -> frozenset[str]:
        """Nodes of the chain that are made for kept tables alone, in a build of ``nodes``.

        Args:
            read_elsewhere: relations that other steps read; None: all tables are to stay.
        """
        if read_elsewhere is None:
            return frozenset()
        every: list[Model | Claim] = [*self.project.models.values(), *self.project.claims.values()]
        outside = {read for item in every if item.node not in nodes for read in item.reads}
        return frozenset(
            node
            for node, model in self.chain.items()
            if model.relation.split(".")[0] in LAYERS
            and node not in outside
            and model.relation not in {*read_elsewhere, *self.staying}
        )

    def digest(self, pads: Iterable[str]) -> str:
        """What the rows of kept tables depend on beside raw: SQL, seeds, the key, DuckDB, and how
        the touched are found: rows that it missed would stay wrong when it has been corrected."""
        told = [duckdb.__version__, CODE.hexdigest(), self.project.seeds_file.parent.name, *pads]
        told += [f"{node} {model.sql}" for node, model in sorted(self.chain.items())]
        return sha256("\n".join(told).encode()).hexdigest()

    def before(self, nodes: Iterable[str], without: Collection[str] = ()) -> set[str]:
        """``nodes`` and all that they stand on, seeds and sources too."""
        found: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in found and node not in without:
                found.add(node)
                model = self.project.models.get(node)
                waiting += model.reads if model else ()
        return found
