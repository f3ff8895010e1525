"""Every measurement as a line of JSON, with what one must know to believe it.

Belongs here: writing and reading ``results/*.jsonl``. Does not belong here: measuring
(``measure.py``) and showing (``report.py``, ``plots.py``).
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost
from orchestration.code_version import code_version

RESULTS = Path(__file__).parent / "results"
VERSIONS = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "dagster-dbt", "great-expectations")


@dataclass(frozen=True)
class Record:
    """One part that was run once. ``parts`` are the costs within it, by name."""

    measurement: str  # when the benchmark that it belongs to began
    customers: int
    part: str
    round: int
    cost: Cost
    load: float  # of the machine during the last minute, when the part began
    parts: Mapping[str, Cost] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    machine: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append(file: Path, record: Record) -> None:
    """Add a line, with the machine, the versions and the commit as they are."""
    surroundings = {
        "machine": machine(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in VERSIONS},
        },
        "commit": code_version(),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        stream.write(json.dumps(_rounded({**asdict(record), **surroundings})) + "\n")


def read(folder: Path = RESULTS) -> list[Record]:
    """All lines of all files, oldest measurement first."""
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.open()]
    return sorted((_record(json.loads(line)) for line in lines), key=lambda r: r.measurement)


def newest(records: Iterable[Record]) -> dict[tuple[int, str], list[Record]]:
    """The rounds of the newest measurement that has a part, by customers and part."""
    found: dict[tuple[int, str], list[Record]] = {}
    for record in records:
        rounds = found.setdefault((record.customers, record.part), [])
        if rounds and rounds[0].measurement != record.measurement:
            rounds.clear()
        rounds.append(record)
    return found


def median(costs: Iterable[Cost]) -> Cost:
    """Of each figure by itself."""
    known = list(costs)
    return Cost(
        statistics.median(cost.wall_s for cost in known),
        statistics.median(cost.cpu_s for cost in known),
        statistics.median(cost.peak_mb for cost in known),
    )


def machine() -> str:
    """Cores, processor, memory and system."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.machine(),
    )  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()}"


def _record(line: dict[str, Any]) -> Record:
    costs = {name: Cost(**cost) for name, cost in line.pop("parts").items()}
    return Record(**{**line, "cost": Cost(**line["cost"]), "parts": costs})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return value
