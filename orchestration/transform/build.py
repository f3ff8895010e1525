"""A build: seeds, models and claims in an order in which each can be made, several at a time.

Belongs here: order, what a failure leaves out, sessions. Does not belong here: the statements
(``statements.py``) and what Dagster shows of them (``assets/dbt_models.py``).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue

import duckdb

from orchestration.history.change_log import quoted
from orchestration.privacy.pii_key import hmac_pads, load_pii_key
from orchestration.settings import Settings
from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.scratch import Scratch, passing_nodes, with_missing
from orchestration.transform.statements import judge_claim, make_model

# Two statements beside each other cost a third less CPU than one on two threads: most tables are
# small, and threads that share a small table mostly wait for each other.
MOST_AT_ONCE = 4


class Status(StrEnum):
    """What became of a node."""

    MADE = "made"
    HELD = "held"  # a claim without a failing row
    WARNED = "warned"
    FAILED = "failed"  # a claim that stops what stands behind it
    ERROR = "error"  # the statement could not run


@dataclass(frozen=True)
class NodeResult:
    """One node of a finished build. ``rows`` are a table's, or those that break a claim."""

    node: str
    status: Status
    seconds: float
    rows: int | None = None
    message: str = ""
    lacked_memory: bool = False

    @property
    def is_failure(self) -> bool:
        return self.status in (Status.FAILED, Status.ERROR)


def build(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    project: CompiledProject,
    nodes: Collection[str],
    read_elsewhere: Collection[str] | None = None,
) -> Iterator[NodeResult]:
    """Make the models and judge the claims among ``nodes``, each as soon as it can be.

    What stands behind a failure is not made; the rest is. Seeds are there (:func:`load_seeds`).
    Staging and intermediate tables that are needed and missing are made too, and not told of unless
    they fail.

    Args:
        read_elsewhere: relations that other steps read; staging and intermediate tables that only
            this build reads then do not stay (``scratch.py``). None keeps all.
    """
    known: dict[str, Model | Claim] = {**project.models, **project.claims}
    chosen = {node: known[node] for node in nodes}
    for schema in {own.relation.split(".")[0] for own in project.models.values()}:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    items = with_missing(connection, project, chosen)
    passing: frozenset[str] = frozenset()
    if read_elsewhere is not None:
        passing = passing_nodes(project, items, chosen, read_elsewhere)
    at_once = min(settings.threads, MOST_AT_ONCE)
    connection.execute(f"SET threads = {settings.threads - at_once + 1}")
    connection.execute("SET preserve_insertion_order = false")  # no table's order matters
    with Scratch(connection, items, passing) as scratch:
        for result in _run_all(connection, settings, order(project, items), scratch, at_once):
            if result.is_failure or result.node in chosen:
                yield result
    connection.execute(f"SET threads = {settings.threads}")


def _run_all(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    waits: Mapping[str, set[str]],
    scratch: Scratch,
    at_once: int,
) -> Iterator[NodeResult]:
    """The newest of what can be made goes first: fewer tables then wait in memory for their last
    reader than when the oldest does. What lacked memory beside another is tried again, alone."""
    sorter = TopologicalSorter(waits)
    sorter.prepare()
    sessions = _Sessions(connection, settings)
    ready: list[str] = []
    alone: list[str] = []
    running: dict[Future[NodeResult], str] = {}

    def start(node: str) -> None:
        running[pool.submit(_run, sessions, scratch.items[node])] = node

    with ThreadPoolExecutor(at_once) as pool:
        while True:
            ready += sorter.get_ready()
            while ready and not alone and len(running) < at_once:
                start(ready.pop())
            if alone and not running:
                start(alone[-1])
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                result = future.result()
                node = running.pop(future)
                if result.lacked_memory and node not in alone and at_once > 1:
                    alone.append(node)
                    continue
                alone = [other for other in alone if other != node]
                if result.is_failure:
                    scratch.failed(node)
                else:
                    sorter.done(node)
                    scratch.done(node)
                yield result


def order(project: CompiledProject, chosen: Collection[str]) -> dict[str, set[str]]:
    """What each chosen node waits for: what it reads, and claims about all that they judge.

    A model waits for the claims whose tables all stand below it, so that nothing is made from a
    table that broke one; warnings keep nobody waiting.
    """
    below: dict[str, set[str]] = {}
    claims_below: dict[str, set[str]] = {}
    waits: dict[str, set[str]] = {node: set() for node in chosen}
    claims = [project.claims[node] for node in chosen if node in project.claims]
    stopping = {claim.node: set(claim.reads) for claim in claims if claim.fails}
    reads = {node: model.reads for node, model in project.models.items()}
    for node in TopologicalSorter(reads).static_order():
        parents = [parent for parent in reads.get(node, ()) if parent in reads]
        below[node] = set(reads.get(node, ())).union(*(below[parent] for parent in parents))
        inherited = set().union(*(claims_below[parent] for parent in parents))
        new = {
            claim
            for claim, judged in stopping.items()
            if claim not in inherited and judged <= below[node]
        }
        claims_below[node] = inherited | new
        if node in waits:
            waits[node] = {parent for parent in parents if parent in waits} | new
    for claim in claims:
        waits[claim.node] = {parent for parent in claim.reads if parent in waits}
    return waits


def load_seeds(connection: duckdb.DuckDBPyConnection, project: CompiledProject) -> dict[str, int]:
    """Put the project's seeds into the warehouse; returns their rows by relation."""
    connection.execute(f"ATTACH {quoted(project.seeds_file)} AS seeds_file (READ_ONLY)")
    try:
        tables = connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() "
            "WHERE database_name = 'seeds_file' ORDER BY ALL"
        ).fetchall()
        rows = {}
        connection.execute("BEGIN")
        for schema, table in tables:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            [(rows[f"{schema}.{table}"],)] = connection.execute(
                f"CREATE OR REPLACE TABLE {schema}.{table} AS FROM seeds_file.{schema}.{table}"
            ).fetchall()
        connection.execute("COMMIT")
    finally:
        connection.execute("DETACH seeds_file")
    return rows


def is_behind(project: CompiledProject, sources: str) -> frozenset[str]:
    """The models and claims that stand on a source whose node begins with ``sources``."""
    reads: Mapping[str, tuple[str, ...]] = {
        **{node: model.reads for node, model in project.models.items()},
        **{node: claim.reads for node, claim in project.claims.items()},
    }
    behind: set[str] = set()
    for node in TopologicalSorter(reads).static_order():
        if any(read.startswith(sources) or read in behind for read in reads.get(node, ())):
            behind.add(node)
    return frozenset(behind)


class _Sessions:
    """Sessions of the warehouse for one statement at a time, with what SQL asks of a session."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._connection = connection
        self._pads = hmac_pads(load_pii_key(settings.zones.secrets))
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()

    @contextmanager
    def one(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            session = self._free.get_nowait()
        except Empty:
            session = self._connection.cursor()
            session.execute("SET TimeZone = 'UTC'")
            for side, pad in zip(("inner", "outer"), self._pads, strict=True):
                session.execute(f"SET VARIABLE pii_{side}_pad = '{pad}'")
        yield session
        self._free.put(session)  # one that failed in between is not used again


def _run(sessions: _Sessions, item: Model | Claim) -> NodeResult:
    started = time.monotonic()
    rows: int | None = None
    message, lacked_memory = "", False
    try:
        with sessions.one() as session:
            if isinstance(item, Model):
                rows, status = make_model(session, item), Status.MADE
            else:
                verdict = judge_claim(session, item)
                rows = verdict.failures
                status = (
                    Status.FAILED if verdict.fails else
                    Status.WARNED if verdict.warns else Status.HELD
                )  # fmt: skip
    except duckdb.Error as error:
        status, message = Status.ERROR, str(error)
        lacked_memory = isinstance(error, duckdb.OutOfMemoryException)
    if status == Status.FAILED:
        message = f"{rows} rows break it"
    if lacked_memory:
        message += "\nIt ran alone: raise PATRON_MEMORY_LIMIT."
    seconds = time.monotonic() - started
    return NodeResult(item.node, status, seconds, rows, message, lacked_memory)
