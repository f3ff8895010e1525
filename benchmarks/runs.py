"""Running one command on a sample world: its environment, what it costs, and the line about it.

Belongs here: homes, keys, logs, lines. Does not belong here: which commands are compared
(``bench.py``).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.measure import Cost, Sample, watch
from benchmarks.records import Record
from benchmarks.steps import stages
from orchestration.settings import PROJECT_ROOT

ZONES = ("warehouse", "raw", "serving", "models", "history", "dagster", "logs")


@dataclass(frozen=True)
class World:
    """The sample world of one size."""

    customers: int
    days: int = 730
    seed: int = 7


class Runs:
    """Commands on one world; what they cost goes to ``results`` at once."""

    def __init__(self, folder: Path, world: World, results: Path, measurement: str) -> None:
        self.folder, self.world = folder, world
        self.results, self.measurement = results, measurement
        self.round = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.key_file = folder / "key"
        if not self.key_file.exists():
            self.key_file.write_text(secrets.token_hex(32))

    @property
    def landing(self) -> Path:
        return self.folder / "world" / "landing"

    def _traced(
        self,
        part: str,
        home: Path,
        module: str,
        *arguments: str,
        environment: Any = None,
        tell: Callable[[Path], dict[str, Any]] | None = None,
    ) -> None:
        """A refresh, stage by stage; ``tell`` says of the refreshed home what belongs beside."""
        nodes = self._nodes(part)
        if module == "benchmarks.restricted":
            arguments = (arguments[0], str(nodes), *arguments[1:])
        else:
            arguments = (str(nodes), *arguments)
        cost, samples = self._run(part, home, "-m", module, *arguments, environment=environment)
        told: dict[str, Any] = {f"{zone}_mb": size_mb(home / zone) for zone in ZONES}
        told |= tell(home) if tell else {}
        self._record(part, cost, parts=stages(home, samples, nodes), told=told)

    def _home(self, name: str) -> Path:
        """An empty home whose landing zone is the world's."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        (home / "landing").symlink_to(self.landing)
        return home

    def _output(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _last_line(self, name: str) -> dict[str, Any]:
        return dict(json.loads(self._output(name).read_text().splitlines()[-1]))

    def _nodes(self, name: str) -> Path:
        return self.folder / f"{name}.nodes.json"

    def _run(
        self,
        name: str,
        home: Path,
        *arguments: str,
        python: str | Path = sys.executable,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[Cost, list[Sample]]:
        inherited = {n: v for n, v in os.environ.items() if not n.startswith("PATRON_")}
        own = {
            "PATRON_HOME": str(home),
            "PATRON_PII_KEY": self.key_file.read_text(),
            "PYTHONPATH": str(PROJECT_ROOT),
        }
        self.load = os.getloadavg()[0]
        print(f"  {name} ...", end=" ", flush=True, file=sys.stderr)
        cost, samples = watch(
            [str(python), *arguments],
            {**inherited, **own, **(environment or {})},
            self._output(name),
        )
        told = f"{cost.cpu_s:.1f} CPU s, {cost.wall_s:.1f} s, {cost.peak_mb:,.0f} MB"
        print(told, file=sys.stderr, flush=True)
        return cost, samples

    def _record(self, part: str, cost: Cost, **more: Any) -> None:
        record = Record(
            self.measurement, self.world.customers, part, self.round, cost, self.load, **more
        )
        records.append(self.results, record)


def size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def inner_costs(told: Mapping[str, Mapping[str, float]]) -> dict[str, Cost]:
    return {name: Cost(cost["wall_s"], cost["cpu_s"], 0.0) for name, cost in told.items()}
