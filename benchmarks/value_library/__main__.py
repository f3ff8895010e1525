"""Run every side on the same base, hold the answers together, and print the table.

Belongs here: order of runs, medians and the table. Does not belong here: what a side does. Imports
no numpy: a child's peak memory starts with that of its parent.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OTHER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PACKAGE = "benchmarks.value_library"
OURS, LIFETIMES, DISTINCT, PYMC = (
    "Patron",
    "lifetimes",
    "lifetimes, distinct rows",
    "pymc-marketing",
)
FITS = ("distinct rows", "fit purchases", "fit spend")
PARTS = (*FITS, "score")
DIGITS = 5e-5  # largest relative difference of numbers that are equal to 4 digits
LARGE_LIMIT_MB = 2000

Report = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=10_000_000, help="for our side alone; 0: not")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _simulate(asked.customers, folder / "base")
        rounds = [_round(folder, number) for number in range(asked.runs)]
        sides = {side: _median([each[side] for each in rounds]) for side in rounds[0]}
        disagreements = _disagreements(sides, _largest_difference(folder))
        print(f"{asked.customers:,} customers, median of {asked.runs} rounds\n")
        print(_table(sides))
        if asked.large:
            _simulate(asked.large, folder / "large")
            large = _run(sys.executable, "ours", folder / "large", folder / "large.npy")
            print(f"\n{asked.large:,} customers, {OURS} alone: {_sentence(large)}")
            if large["peak_mb"] > LARGE_LIMIT_MB:
                disagreements.append(f"more than {LARGE_LIMIT_MB} MB for {asked.large:,} customers")
    print("\n" + ("; ".join(disagreements) or "All sides agree to 4 digits."))
    return 1 if disagreements else 0


def _simulate(customers: int, folder: Path) -> None:
    command = [sys.executable, "-m", f"{PACKAGE}.population", str(customers), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT)


def _round(folder: Path, number: int) -> dict[str, Report]:
    """Every side once, in an order that turns from round to round."""
    base, other = folder / "base", str(OTHER_PYTHON)
    sides: dict[str, Callable[[], Report]] = {
        OURS: lambda: _run(sys.executable, "ours", base, folder / "ours.npy"),
        LIFETIMES: lambda: _run(other, "with_lifetimes", base, folder / "lifetimes.npy"),
        DISTINCT: lambda: _run(other, "with_lifetimes", base, folder / "again.npy", "--distinct"),
        PYMC: lambda: _run(other, "with_pymc_marketing", base),
    }
    names = list(sides)
    turn = number % len(names)
    found = {}
    for name in names[turn:] + names[:turn]:
        found[name] = sides[name]()
        print(f"round {number + 1}: {name} {_sentence(found[name])}", file=sys.stderr, flush=True)
    return {name: found[name] for name in names}


def _run(python: str, module: str, *arguments: Path | str) -> Report:
    """A side in a process of its own; its last line of output is its report."""
    done = subprocess.run(
        [python, "-W", "ignore", "-m", f"{PACKAGE}.{module}", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    report: Report = json.loads(done.stdout.splitlines()[-1])
    return report


def _median(reports: list[Report]) -> Report:
    """Medians of the costs; answers are those of the first (they are the same in all)."""
    medians = {
        kind: {
            part: statistics.median(report[kind][part] for report in reports)
            for part in reports[0][kind]
        }
        for kind in ("wall_s", "cpu_s")
    }
    memory = {kind: max(report[kind] for report in reports) for kind in ("baseline_mb", "peak_mb")}
    return {**reports[0], **medians, **memory}


def _largest_difference(folder: Path) -> float:
    """Largest relative difference of any customer's value between lifetimes and us."""
    code = (
        "import sys, numpy as np; a, b = (np.load(p, mmap_mode='r') for p in sys.argv[1:]);"
        "print(float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-6))))"
    )
    files = [str(folder / name) for name in ("ours.npy", "lifetimes.npy")]
    command = [sys.executable, "-c", code, *files]
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def _disagreements(sides: dict[str, Report], values: float) -> list[str]:
    found = []
    for name, report in sides.items():
        for parameter, ours in sides[OURS]["parameters"].items():
            other = report["parameters"][parameter]
            if abs(other / ours - 1) > DIGITS:
                found.append(f"{parameter} is {other:.6g} in {name} and {ours:.6g} in {OURS}")
    if abs(sides[LIFETIMES]["total"] / sides[OURS]["total"] - 1) > DIGITS:
        found.append("the total value differs")
    print(f"largest relative difference of a customer's value: {values:.1e}", file=sys.stderr)
    if values > 1e-3:
        found.append(f"a customer's value differs by {values:.1e}")
    return found


def _seconds(report: Report, parts: tuple[str, ...], kind: str = "wall_s") -> float:
    return float(sum(report[kind].get(part, 0.0) for part in parts))


def _sentence(report: Report) -> str:
    return (
        f"{_seconds(report, PARTS):.2f} s wall, {_seconds(report, PARTS, 'cpu_s'):.2f} s CPU, "
        f"peak {report['peak_mb']:.0f} MB ({report['baseline_mb']:.0f} MB of it imports), "
        f"{report['rows']:,} rows in the fit"
    )


def _table(sides: dict[str, Report]) -> str:
    lines = ["| | " + " | ".join(sides) + " |", "|---" * (len(sides) + 1) + "|"]

    def line(title: str, cell: Callable[[Report], str]) -> None:
        lines.append(f"| {title} | " + " | ".join(cell(report) for report in sides.values()) + " |")

    def both(report: Report, parts: tuple[str, ...]) -> str:
        if not any(part in report["wall_s"] for part in parts):
            return "–"
        return f"{_seconds(report, parts):.2f} ({_seconds(report, parts, 'cpu_s'):.2f})"

    for part in PARTS:
        line(f"{part}, s wall (CPU)", lambda report, part=part: both(report, (part,)))
    line("**both fits**", lambda report: both(report, FITS))
    line("times ours", lambda report: _times(report, sides[OURS], FITS))
    line("**fits and scoring**", lambda report: both(report, PARTS) if _scores(report) else "–")
    line(
        "times ours",
        lambda report: _times(report, sides[OURS], PARTS) if _scores(report) else "–",
    )
    line("peak MB above imports", lambda report: f"{report['peak_mb'] - report['baseline_mb']:.0f}")
    return "\n".join(lines)


def _scores(report: Report) -> bool:
    return "score" in report["wall_s"]


def _times(report: Report, ours: Report, parts: tuple[str, ...]) -> str:
    wall, cpu = (
        _seconds(report, parts, kind) / _seconds(ours, parts, kind) for kind in ("wall_s", "cpu_s")
    )
    return f"{wall:.1f} ({cpu:.1f})"


if __name__ == "__main__":
    sys.exit(main())
