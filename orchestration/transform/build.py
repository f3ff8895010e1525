"""A build: seeds, models and claims in an order in which each can be made, several at a time.

Belongs here: order, what a failure leaves out, sessions. Does not belong here: the statements
(``statements.py``) and what Dagster shows of them (``assets/dbt_models.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

import duckdb

from orchestration.history.change_log import quoted
from orchestration.settings import Settings
from orchestration.transform.compiled import Claim, CompiledProject, Model
from orchestration.transform.incremental.kept_tables import InTurn, KeptTables
from orchestration.transform.incremental.part import KeptPart
from orchestration.transform.results import NodeResult, Status
from orchestration.transform.scratch import Scratch, passing_nodes, with_missing
from orchestration.transform.sessions import Sessions
from orchestration.transform.statements import judge_claim, make_model

# Two statements beside each other cost a third less CPU than one on two threads: most tables are
# small, and threads that share a small table mostly wait for each other.
MOST_AT_ONCE = 4


def build(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    project: CompiledProject,
    nodes: Collection[str],
    read_elsewhere: Collection[str] | None = None,
    *,
    anew: bool = False,
    told: Callable[[str], None] = lambda _: None,
) -> Iterator[NodeResult]:
    """Make the models and judge the claims among ``nodes``, each as soon as it can be.

    What stands behind a failure is not made; the rest is. Seeds are there (:func:`load_seeds`).
    Staging and intermediate tables that are needed and missing are made too, and not told of unless
    they fail. Of tables that are kept, rows that nothing new touches stay (``incremental/``).

    Args:
        read_elsewhere: relations that other steps read; staging and intermediate tables that only
            this build reads then do not stay (``scratch.py``). None keeps all.
        anew: make kept tables whole.
        told: gets a line about what is made again of kept tables.
    """
    known: dict[str, Model | Claim] = {**project.models, **project.claims}
    for schema in {own.relation.split(".")[0] for own in project.models.values()}:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    connection.execute("SET preserve_insertion_order = false")  # no table's order matters
    at_once = min(settings.threads, MOST_AT_ONCE)
    connection.execute(f"SET threads = {settings.threads - at_once + 1}")
    sessions = Sessions(connection, settings)
    kept = KeptTables(connection, settings, KeptPart(project), sessions, nodes, read_elsewhere)
    made = kept.make_touched(anew, told)
    done = {result.node for result in made}
    chosen = {node: known[node] for node in nodes if node not in done}
    in_turn = InTurn(known, nodes)
    yield from in_turn.tell(*made)
    items = with_missing(connection, project, chosen)
    passing: frozenset[str] = frozenset()
    if read_elsewhere is not None:
        passing = passing_nodes(project, items, chosen, {*read_elsewhere, *kept.part.staying})
    with Scratch(connection, items, passing) as scratch:
        for result in _run_all(sessions, order(project, items), scratch, at_once):
            kept.add(result)
            if result.is_failure or result.node in chosen:
                yield from in_turn.tell(result)
    connection.execute(f"SET threads = {settings.threads}")
    kept.complete()


def _run_all(
    sessions: Sessions,
    waits: Mapping[str, set[str]],
    scratch: Scratch,
    at_once: int,
) -> Iterator[NodeResult]:
    """The newest of what can be made goes first: fewer tables then wait in memory for their last
    reader than when the oldest does. What lacked memory beside another is tried again, alone."""
    sorter = TopologicalSorter(waits)
    sorter.prepare()
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


def _run(sessions: Sessions, item: Model | Claim) -> NodeResult:
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
