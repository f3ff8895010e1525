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
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Cost, measure
from benchmarks.report import Figures, render
from orchestration.settings import PROJECT_ROOT

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
        figures = bench.figures()
    finally:
        if not options.work:
            shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps(bench.costs, default=vars, indent=2) + "\n")
    print(render(figures))


class Bench:
    """One world, and the costs of everything that was run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.costs: dict[str, list[Cost]] = {}
        self.rows: dict[str, int] = {}
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
        if len({json.dumps(result, sort_keys=True) for result in results.values()}) != 1:
            raise SystemExit(f"the runs publish different content: {results}")

    def home(self, name: str) -> Path:
        """An empty home whose landing zone is the world's."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        (home / "landing").symlink_to(self.landing)
        return home

    def staged(self) -> dict[str, str]:
        home = self.home("staged")
        for stage in STAGES:
            self.run(stage, home, "benchmarks.stages", stage, AS_OF)
        return published_hashes(home)

    def whole(self) -> dict[str, str]:
        home = self.home("whole")
        self.run("patron_run", home, "orchestration.cli", "run", "--as-of", AS_OF)
        self.run("patron_run_again", home, "orchestration.cli", "run", "--as-of", AS_OF)
        return published_hashes(home)

    def hand_written(self) -> dict[str, str]:
        out = self.folder / "hand_written"
        shutil.rmtree(out, ignore_errors=True)
        output = self.run(
            "hand_written", out, "benchmarks.hand_written",
            str(self.landing), str(out), AS_OF, "--key-file", str(self.key_file),
        )  # fmt: skip
        told = json.loads(output.read_text())
        for stage, cost in told["stages"].items():
            self.costs.setdefault(f"hand_written_{stage}", []).append(Cost(**cost, peak_mb=0.0))
        self.rows = told["rows"]
        return content_hashes(out / "serving" / "patron.duckdb")

    def figures(self) -> Figures:
        medians = {
            name: Cost(
                *(statistics.median(getattr(cost, part) for cost in costs)
                  for part in ("wall_s", "cpu_s", "peak_mb"))
            )
            for name, costs in self.costs.items()
        }  # fmt: skip
        runs = max(len(costs) for costs in self.costs.values())
        return Figures(medians, runs, self.rows)


def published_hashes(home: Path) -> dict[str, str]:
    from orchestration.publish import read_manifest

    manifest = read_manifest(home / "serving" / "current")
    return {table.name: table.content_hash for table in manifest.tables}


def content_hashes(database: Path) -> dict[str, str]:
    """The same hashes of the hand-written tables; in a child, to keep this process small."""
    import subprocess

    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.hashes", str(database)],
        check=True, capture_output=True, text=True, cwd=PROJECT_ROOT,
    )  # fmt: skip
    return dict(json.loads(found.stdout))


if __name__ == "__main__":
    main()
