"""What each stage of one refresh cost, from that refresh itself.

Belongs here: laying the steps that Dagster logged and the nodes that ``trace.py`` wrote over the
course of CPU and memory that ``measure.py`` read. So stages add up to the run, and nothing is run
twice to be measured.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, Sample

BUILDS = ("base_models", "valued_models")
LAYERS = ("staging", "intermediate", "marts", "segments")
TOUCHED = "touched"
WRITING = "warehouse file written"
AROUND = "results told to Dagster"
START = "start: imports, definitions"
BETWEEN = "between steps, end"
# Dagster's steps by stage; a build is split further.
STAGE_OF = {
    "crm_extracts": "ingest",
    "sales_extracts": "ingest",
    "extract_checks": "checks of extracts",
    "run_context": "raw registered",
    "value_models": "value models",
    "retention_model": "other Python models",
    "churn_classifier": "other Python models",
    "statistical_segments": "other Python models",
    "value_model_checks": "checks of value models",
    "serving__candidate": "publication",
    "serving__publication": "publication",
    "candidate_checks": "checks of publication",
    "publication_checks": "checks of publication",
    "history__audience_export": "history",
    "history__customer_value": "history",
    "history__segment_membership": "history",
}
OVERHEAD = (START, "raw registered", AROUND, BETWEEN)


@dataclass(frozen=True)
class Step:
    """A step of the run, in seconds since 1970."""

    name: str
    began: float
    ended: float


class Course:
    """CPU and memory of a run over time."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples
        self._times = [sample.at for sample in samples]

    def cpu_at(self, moment: float) -> float:
        """CPU seconds until then, between two readings in proportion."""
        place = min(max(bisect_left(self._times, moment), 1), len(self._times) - 1)
        before, after = self._samples[place - 1], self._samples[place]
        share = (moment - before.at) / (after.at - before.at) if after.at > before.at else 1.0
        return before.cpu_s + min(max(share, 0.0), 1.0) * (after.cpu_s - before.cpu_s)

    def cost(self, began: float, ended: float) -> Cost:
        first = max(bisect_left(self._times, began) - 1, 0)  # a short step lies between readings
        last = bisect_left(self._times, ended) + 1
        memory = [sample.memory_mb for sample in self._samples[first:last]]
        cpu = self.cpu_at(ended) - self.cpu_at(began)
        return Cost(ended - began, cpu, max(memory, default=0.0))


def logged_steps(home: Path) -> list[Step]:
    """The steps of the newest run of a deployment, in order."""
    files = [f for f in (home / "dagster" / "history" / "runs").glob("*.db") if f.stem != "index"]
    newest = max(files, key=lambda file: file.stat().st_mtime)
    with closing(sqlite3.connect(f"file:{newest}?mode=ro", uri=True)) as log:
        rows = log.execute(
            "SELECT step_key, dagster_event_type, timestamp FROM event_logs "
            "WHERE dagster_event_type IN ('STEP_START', 'STEP_SUCCESS') ORDER BY id"
        ).fetchall()
    began: dict[str, float] = {}
    steps = []
    for name, event, told in rows:
        moment = datetime.fromisoformat(told).replace(tzinfo=UTC).timestamp()
        if event == "STEP_START":
            began[name] = moment
        else:
            steps.append(Step(name, began[name], moment))
    return steps


def stages(home: Path, samples: Sequence[Sample], nodes_file: Path) -> dict[str, Cost]:
    """Cost of each stage of the run that was sampled; wall of parallel nodes is left at zero."""
    course, steps = Course(samples), logged_steps(home)
    nodes = json.loads(nodes_file.read_text())
    found: dict[str, Cost] = {}
    _add(found, START, course.cost(samples[0].at, steps[0].began))
    for step in steps:
        if step.name in BUILDS:
            inside = [n for n in nodes if step.began <= n["began"] <= step.ended]
            for name, cost in _build(course, step, inside):
                _add(found, name, cost)
        else:
            _add(found, STAGE_OF.get(step.name, step.name), course.cost(step.began, step.ended))
    ends = [*(step.began for step in steps[1:]), samples[-1].at]
    for step, following in zip(steps, ends, strict=True):
        _add(found, BETWEEN, course.cost(step.ended, following))
    return found


def _build(course: Course, step: Step, nodes: list[dict[str, Any]]) -> Iterable[tuple[str, Cost]]:
    """A build's nodes by layer, the file written when it is closed, and what is left."""
    last = max((node["ended"] for node in nodes), default=step.began)
    whole, writing = course.cost(step.began, step.ended), course.cost(last, step.ended)
    of_nodes = 0.0
    for layer in dict.fromkeys(node["layer"] for node in nodes):
        cpu = sum(node["cpu_s"] for node in nodes if node["layer"] == layer)
        of_nodes += cpu
        yield layer, Cost(0.0, cpu, whole.peak_mb)
    yield WRITING, writing
    yield AROUND, Cost(0.0, max(whole.cpu_s - writing.cpu_s - of_nodes, 0.0), whole.peak_mb)


def _add(found: dict[str, Cost], name: str, cost: Cost) -> None:
    known = found.get(name, Cost(0.0, 0.0, 0.0))
    found[name] = Cost(
        known.wall_s + cost.wall_s, known.cpu_s + cost.cpu_s, max(known.peak_mb, cost.peak_mb)
    )
