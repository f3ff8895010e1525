"""A refresh as `patron` runs it, with the CPU seconds of each model and claim written down.

    PATRON_HOME=... python -m benchmarks.trace NODES_FILE run --as-of 2025-06-30

Belongs here: listening to the build. A statement has one DuckDB thread, which is the Python thread
that sends it, so the CPU time of that thread is the statement's. What is made for the touched
customers alone is one node: nothing runs beside it, so the CPU time of the process is its own.
Clocks are read twice a node; no statement is changed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.steps import TOUCHED
from orchestration.transform import build
from orchestration.transform.compiled import Model
from orchestration.transform.incremental.kept_tables import KeptTables

CLAIMS = "claims"


@contextmanager
def nodes_traced(nodes_file: Path) -> Iterator[None]:
    """Write every node that is built meanwhile to ``nodes_file``, as JSON."""
    nodes: list[dict[str, Any]] = []
    run, make_touched = build._run, KeptTables.make_touched

    def touched(kept: KeptTables, *rest: Any) -> tuple[build.NodeResult, ...]:
        began, used = time.time(), time.process_time()
        results = make_touched(kept, *rest)
        cost = {"began": began, "ended": time.time(), "cpu_s": time.process_time() - used}
        nodes.append({"node": "rows.of.touched_customers", "layer": TOUCHED, "rows": None, **cost})
        return results

    def traced(sessions: Any, item: Any) -> build.NodeResult:
        began, used = time.time(), time.thread_time()
        result = run(sessions, item)
        nodes.append(
            {
                "node": result.node,
                "layer": item.relation.split(".")[-2] if isinstance(item, Model) else CLAIMS,
                "began": began,
                "ended": time.time(),
                "cpu_s": time.thread_time() - used,
                "rows": result.rows,
            }
        )
        return result

    try:
        with (
            patch.object(build, "_run", traced),
            patch.object(KeptTables, "make_touched", touched),
        ):
            yield
    finally:
        nodes_file.write_text(json.dumps(nodes))


def dearest(nodes_file: Path, count: int) -> str:
    """The nodes that cost most, one a line: CPU seconds, wall seconds, rows, layer, name."""
    nodes = sorted(json.loads(nodes_file.read_text()), key=lambda node: -node["cpu_s"])
    return "\n".join(
        f"{node['cpu_s']:8.2f} {node['ended'] - node['began']:8.2f} {node['rows'] or 0:>12,} "
        f"{node['layer']:<13} {node['node'].split('.')[2]}"
        for node in nodes[:count]
    )


def main() -> None:
    from orchestration.cli import app

    with nodes_traced(Path(sys.argv[1])):
        app(sys.argv[2:])


if __name__ == "__main__":
    main()
