"""The refresh at several sizes, stage by stage, beside a hand-written script and other ways.

    make bench SIZES="20000 100000"    or    python -m benchmarks.end_to_end --sizes 20000

Belongs here: sizes, and the order of the runs: in a round everything runs once, and the order turns
from round to round. Lines go to ``results/``; ``python -m benchmarks.report`` shows them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import records
from benchmarks.bench import Bench, World

# Beside each other in every round; the first also gives what the others are compared with.
COMPARED = ("hand_written", "alone", "restricted_run")
DAILY = ("restricted_daily_run", "daily_run")  # each a pair; in every round if asked for alone
ONCE = (  # in the first round only
    "restricted_little_memory", "full_run", "plain_dbt", *DAILY, "little_memory"
)  # fmt: skip
PANDAS = ("pandas_way", "valued_run")
PARTS = (*COMPARED, *ONCE, *PANDAS)
DEFAULT_SIZES = (20_000, 100_000)
DEFAULT_RESULTS = records.RESULTS / "end_to_end.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=DEFAULT_SIZES, help="customers")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=(*COMPARED, *ONCE))
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3, help="rounds of what is compared")
    parser.add_argument("--work", type=Path, help="keeps the worlds there; default: a scratch one")
    parser.add_argument("--results", type=Path, default=DEFAULT_RESULTS, help="lines are added")
    asked = parser.parse_args()
    folder = asked.work or Path(tempfile.mkdtemp(prefix="patron-bench-"))
    measurement = records.now()
    try:
        for customers in asked.sizes:
            world = World(customers, asked.days, asked.seed)
            bench = Bench(folder / f"{customers}", world, asked.results, measurement)
            print(f"{customers:,} customers", file=sys.stderr)
            bench.write_world()
            for number in range(asked.runs):
                one_round(bench, number, asked.parts)
    finally:
        if not asked.work:
            shutil.rmtree(folder, ignore_errors=True)


def one_round(bench: Bench, number: int, parts: tuple[str, ...]) -> None:
    """What is compared, in an order that turns; in the first round all the rest after it."""
    bench.round = number
    turn = number % len(COMPARED)
    order = [*COMPARED[turn:], *COMPARED[:turn], *PANDAS]
    if number == 0 or set(parts) <= set(DAILY):
        order += ONCE
    for part in order:
        if part in parts:
            getattr(bench, part)()
    bench.clean()


if __name__ == "__main__":
    main()
