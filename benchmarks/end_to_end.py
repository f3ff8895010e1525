"""The daily refresh, stage by stage and whole, beside one hand-written DuckDB script.

    make bench            or    python -m benchmarks.end_to_end --customers 100000 --runs 3

Belongs here: the order of the runs, the comparison of their results, the table. Every run starts
from the same landed files and an empty home; the runs of a round alternate, and medians are shown.
Nothing is reported unless both sides publish the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, measure
from benchmarks.report import Figures, render
from orchestration.settings import PROJECT_ROOT

Agreement = dict[str, dict[str, Any]]
AS_OF = "2025-06-30"
STAGES = (
    "ingest_used",
    "ingest_rest",
    "extract_checks",
    "dbt_models",
    "dbt_tests",
    "candidate",
    "candidate_checks",
    "promotion",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3, help="rounds; medians of them are shown")
    parser.add_argument("--work", type=Path, help="scratch folder; default: a temporary one")
    parser.add_argument("--json", type=Path, help="also write every single measurement there")
    options = parser.parse_args()
    folder = options.work or Path(tempfile.mkdtemp(prefix="patron-bench-"))
    bench = Bench(folder)
    try:
        bench.write_world(options.customers, options.days, options.seed)
        for number in range(options.runs):
            bench.round(number)
            if options.json:
                options.json.write_text(json.dumps(bench.costs, default=vars, indent=2) + "\n")
        figures = bench.figures()
    finally:
        if not options.work:
            shutil.rmtree(folder, ignore_errors=True)
    print(render(figures))


class Bench:
    """One world, and the costs of everything that was run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.costs: dict[str, list[Cost]] = {}
        self.by_hand: Agreement = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.key_file = folder / "key"
        if not self.key_file.exists():
            self.key_file.write_text(secrets.token_hex(32))

    @property
    def landing(self) -> Path:
        return self.folder / "world" / "landing"

    def run(self, name: str, home: Path, *arguments: str) -> Path:
        """Measure one child of this Python; return the file with its output."""
        inherited = {n: v for n, v in os.environ.items() if not n.startswith("PATRON_")}
        environment = {
            **inherited,
            "PATRON_HOME": str(home),
            "PATRON_PII_KEY": self.key_file.read_text(),
            "PYTHONPATH": str(PROJECT_ROOT),
        }
        output = self.folder / f"{name}.log"
        print(f"  {name} ...", end=" ", flush=True, file=sys.stderr)
        cost = measure([sys.executable, "-m", *arguments], environment, output)
        print(f"{cost.wall_s:.1f} s, {cost.peak_mb:,.0f} MB", file=sys.stderr)
        self.costs.setdefault(name, []).append(cost)
        return output

    def write_world(self, customers: int, days: int, seed: int) -> None:
        home = self.folder / "world"
        if not self.landing.exists():
            self.run(
                "sample_world", home, "orchestration.cli", "sample-world",
                "--customers", str(customers), "--days", str(days), "--seed", str(seed),
            )  # fmt: skip
        # Parsed once, as at installation: the first run of a checkout would pay for it.
        self.run("parse", home, "benchmarks.stages", "parse", AS_OF)

    def round(self, number: int) -> None:
        """Everything once, in an order that turns from round to round."""
        print(f"round {number + 1}", file=sys.stderr)
        work = [self.staged, self.whole, self.hand_written]
        results = {}
        for step in work[number % 3 :] + work[: number % 3]:
            results[step.__name__] = step()
        for name, result in results.items():
            for kind, expected in results["hand_written"].items():
                differing = sorted(k for k in expected if expected[k] != result[kind].get(k))
                if differing:
                    raise SystemExit(f"{name} and hand_written differ: {kind} of {differing}")

    def home(self, name: str) -> Path:
        """An empty home whose landing zone is the world's."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        (home / "landing").symlink_to(self.landing)
        return home

    def staged(self) -> Agreement:
        home = self.home("staged")
        for stage in STAGES:
            self.run(stage, home, "benchmarks.stages", stage, AS_OF)
        return says(home)

    def whole(self) -> Agreement:
        home = self.home("whole")
        self.run("patron_run", home, "orchestration.cli", "run", "--as-of", AS_OF)
        if "patron_run_again" not in self.costs:  # once is enough to know what a rerun costs
            self.run("patron_run_again", home, "orchestration.cli", "run", "--as-of", AS_OF)
        return says(home)

    def hand_written(self) -> Agreement:
        told = self.run_by_hand("hand_written")
        for stage, cost in told["stages"].items():
            self.costs.setdefault(f"hand_written_{stage}", []).append(Cost(**cost, peak_mb=0.0))
        if not self.by_hand:  # once, in a run that is not shown: comparing costs time too
            told = self.run_by_hand("hand_written_compared", "--compare")
            self.by_hand = {"hashes": told["hashes"], "sums": told["sums"]}
        return self.by_hand

    def run_by_hand(self, name: str, *extra: str) -> dict[str, Any]:
        out = self.folder / "hand_written"
        shutil.rmtree(out, ignore_errors=True)
        output = self.run(
            name, out, "benchmarks.hand_written",
            str(self.landing), str(out), AS_OF, "--key-file", str(self.key_file), *extra,
        )  # fmt: skip
        return dict(json.loads(output.read_text()))

    def figures(self) -> Figures:
        medians = {
            name: Cost(
                *(statistics.median(getattr(cost, part) for cost in costs)
                  for part in ("wall_s", "cpu_s", "peak_mb"))
            )
            for name, costs in self.costs.items()
        }  # fmt: skip
        runs = max(len(costs) for costs in self.costs.values())
        rows = {table: int(sums[0]) for table, sums in self.by_hand["sums"].items()}
        return Figures(medians, runs, rows)


def says(home: Path) -> Agreement:
    """What a finished refresh published; in a child, to keep this process small."""
    files = home / "warehouse" / "patron.duckdb", home / "serving" / "current" / "patron.duckdb"
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.agreement", *map(str, files)],
        check=True, capture_output=True, text=True, cwd=PROJECT_ROOT,
    )  # fmt: skip
    return dict(json.loads(said.stdout))


if __name__ == "__main__":
    main()
