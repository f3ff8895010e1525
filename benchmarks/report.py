"""The benchmark's figures as Markdown, with the machine and the versions they belong to.

Belongs here: rendering. Does not belong here: running anything but `git describe`.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Cost
from orchestration.code_version import code_version

VERSIONS = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "dagster-dbt", "great-expectations")
# (what it is, names of the measured parts, the hand-written part that does the same)
LINES = (
    ("ingest, the 9 tables that the marts use", ("ingest_used",), "hand_written_ingest"),
    ("ingest, all other tables", ("ingest_rest",), None),
    ("checks of extracts (Great Expectations)", ("extract_checks",), None),
    ("models (SQL that dbt compiled)", ("dbt_models",), "hand_written_models"),
    ("checks of models (data tests)", ("dbt_tests",), None),
    ("publication (copy, hash, read back, replace)", ("candidate", "promotion"),
     "hand_written_publication"),
    ("checks of the candidate (Great Expectations)", ("candidate_checks",), None),
    ("**whole through Dagster: `patron run`**", ("patron_run",), "hand_written"),
    ("the same again, nothing new landed", ("patron_run_again",), None),
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Median cost by name, how many runs they are medians of, rows of the marts."""

    medians: dict[str, Cost]
    runs: int
    rows: dict[str, int]


def render(figures: Figures) -> str:
    """The whole report."""
    head = (
        "| stage | wall s | CPU s | peak MB | by hand: wall s | CPU s | CPU ratio |\n"
        "|---|---|---|---|---|---|---|"
    )
    lines = [_line(figures.medians, *line) for line in LINES]
    by_hand = figures.medians["hand_written"]
    world = figures.medians.get("sample_world")
    rows = figures.rows
    parts = [
        f"Medians of {figures.runs} interleaved runs; {rows['dim_customer'] - 1:,} customers, "
        f"{rows['fct_order_net']:,} order lines.",
        machine(),
        "\n".join([head, *lines]),
        f"The hand-written script as a whole: {by_hand.wall_s:.1f} s wall, "
        f"{by_hand.cpu_s:.1f} s CPU, {by_hand.peak_mb:,.0f} MB.",
        "Of seg_customer and seg_summary both publish the same (equal content hashes of what the "
        f"script can make), and the {len(rows)} marts behind them have equal rows and sums.",
    ]
    if world:
        parts.append(
            f"Writing the sample world, not part of the above: {world.wall_s:.1f} s wall, "
            f"{world.cpu_s:.1f} s CPU, {world.peak_mb:,.0f} MB."
        )
    return "\n\n".join(parts)


def machine() -> str:
    """Processor, memory, versions and commit."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.machine(),
    )  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return (
        f"Machine: {os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()}. "
        f"Python {platform.python_version()}, {versions}. Code {code_version()}."
    )


def _line(medians: dict[str, Cost], title: str, names: tuple[str, ...], by_hand: str | None) -> str:
    costs = [medians[name] for name in names]
    wall, cpu = sum(cost.wall_s for cost in costs), sum(cost.cpu_s for cost in costs)
    peak = max(cost.peak_mb for cost in costs)
    hand = medians[by_hand] if by_hand else None
    beside = (
        f"{hand.wall_s:.1f} | {hand.cpu_s:.1f} | {cpu / hand.cpu_s:.1f}" if hand else "– | – | –"
    )
    return f"| {title} | {wall:.1f} | {cpu:.1f} | {peak:,.0f} | {beside} |"
