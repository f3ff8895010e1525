"""The measurements as Markdown tables, between two marks of the README.

    python -m benchmarks.report            prints them
    python -m benchmarks.report --write    puts them into README.md and draws plots/

Belongs here: tables. Does not belong here: measuring (``bench.py``) and drawing (``plots.py``).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks import records
from benchmarks.measure import Cost
from benchmarks.records import Record, median
from benchmarks.steps import LAYERS, OVERHEAD, TOUCHED, WRITING

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- figures: python -m benchmarks.report -->", "<!-- end of figures -->"
Measured = Mapping[tuple[int, str], Sequence[Record]]
SMALLEST_FITTED = 100_000  # below, what every run costs whatever its size hides the growth

WAYS = {
    "hand_written": "hand-written script",
    "restricted_run": "its outputs through Dagster, with checks",
    "restricted_run_2gb": "its outputs through Dagster, 2 GB for DuckDB",
    "full_run": "everything: `patron run`",
    "full_run_again": "the same again, nothing new",
    "daily_run": "the day after: one daily extract",
    "restricted_daily_run": "the script's outputs on the day after",
    "plain_dbt": "plain `dbt build`, no ingestion, no publication",
    "full_run_2gb": "everything, 2 GB for DuckDB",
    "pandas_way": "pandas and lifetimes, read sparingly",
    "pandas_plain": "pandas and lifetimes, plain `read_csv`",
    "valued_run": "what these make, through Dagster, with checks",
}
STAGES = (
    "start: imports, definitions", "ingest", "checks of extracts", "raw registered", TOUCHED,
    *LAYERS, "claims", WRITING, "results told to Dagster", "value models", "other Python models",
    "checks of value models", "publication", "checks of publication", "history",
    "between steps, end",
)  # fmt: skip
# Each daily run beside the full refresh of the same day, which made the same tables.
DAILY = {"restricted_daily_run": "the script's outputs", "daily_run": "everything: `patron run`"}
DAILY_AIM = 0.15
OUR_MODELS = ("distinct rows", "fit purchases", "fit spend", "score")
NAMES = {name: f"dbt layer {name}" for name in LAYERS} | {
    "claims": "claims (dbt data tests)", TOUCHED: "kept tables: touched customers, their claims"
}  # fmt: skip


def main() -> None:
    measured = records.newest(records.read())
    text = render(measured)
    if "--write" not in sys.argv:
        print(text)
        return
    from benchmarks.plots import draw

    draw(measured)
    told = README.read_text()
    before, after = told[: told.index(BEGIN) + len(BEGIN)], told[told.index(END) :]
    README.write_text(f"{before}\n\n{text}\n\n{after}")


def render(measured: Measured) -> str:
    """All tables of what was measured."""
    sizes = sorted({size for size, _ in measured})
    tables = [
        _ways(measured, sizes),
        _like_with_like(measured, sizes),
        _stages(measured, sizes),
        _overhead(measured, sizes),
        _daily(measured, sizes),
        _daily_stages(measured, sizes),
        _pandas(measured, sizes),
        _circumstances(measured),
    ]
    return "\n\n".join(table for table in tables if table)


def cost(measured: Measured, size: int, part: str, inner: str | None = None) -> Cost | None:
    """Median of the rounds of a part, or of something within it."""
    rounds = measured.get((size, part), ())
    costs = [r.cost if inner is None else r.parts.get(inner) for r in rounds]
    known = [found for found in costs if found is not None]
    return median(known) if known else None


def exponent(points: Iterable[tuple[float, float]]) -> float | None:
    """Of a power law through the points: least squares of the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    if len(logs) < 2:
        return None
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def growth(measured: Measured, sizes: Iterable[int], part: str) -> float | None:
    """Exponent of the CPU seconds of a part over the customers, where sizes are large enough."""
    points = [(size, cost(measured, size, part)) for size in sizes if size >= SMALLEST_FITTED]
    return exponent((size, found.cpu_s) for size, found in points if found)


def _ways(measured: Measured, sizes: list[int]) -> str:
    def row(part: str) -> list[str]:
        found = [cost(measured, size, part) for size in sizes]
        exponent_ = growth(measured, sizes, part)
        return [
            WAYS[part],
            *(f"{c.cpu_s:,.0f} ({c.wall_s:,.0f}; {c.peak_mb:,.0f})" if c else "–" for c in found),
            f"{exponent_:.2f}" if exponent_ else "–",
        ]

    parts = [part for part in WAYS if any((size, part) in measured for size in sizes)]
    head = ["CPU s (wall s; peak MB)", *_titles(sizes), "exponent of CPU"]
    return _table(head, [row(part) for part in parts])


def _like_with_like(measured: Measured, sizes: list[int]) -> str:
    """Our CPU seconds over those of the script, for the same outputs."""
    lines = (
        ("whole, checks and Dagster included", ("restricted_run", None), ("hand_written", None)),
        ("transforms alone", ("transforms_alone", "inside"), ("hand_written", "models")),
        ("ingestion alone", ("ingest_alone", "inside"), ("hand_written", "ingest")),
        ("everything against the script", ("full_run", None), ("hand_written", None)),
    )
    rows = []
    for title, ours, script in lines:
        cells = []
        for size in sizes:
            us, them = cost(measured, size, *ours), cost(measured, size, *script)
            both = f"{us.cpu_s:,.1f} / {them.cpu_s:,.1f}" if us and them else ""
            cells.append(f"**{us.cpu_s / them.cpu_s:.2f}** ({both})" if us and them else "–")
        rows.append([title, *cells])
    return _table(["ratio of CPU (ours / the script's, s)", *_titles(sizes)], rows)


def _stages(measured: Measured, sizes: list[int]) -> str:
    sizes = [size for size in sizes if (size, "full_run") in measured]
    rows = []
    for stage in STAGES:
        found = [cost(measured, size, "full_run", stage) for size in sizes]
        if any(found):
            cells = [f"{c.cpu_s:,.1f}; {c.peak_mb:,.0f}" if c else "–" for c in found]
            rows.append([NAMES.get(stage, stage), *cells])
    return _table(["`patron run`: CPU s; peak MB", *_titles(sizes)], rows) if rows else ""


def _overhead(measured: Measured, sizes: list[int]) -> str:
    """What is no work on the data: of the first run and of a run on the day after."""
    rows = []
    for part in ("full_run", "full_run_again", "daily_run"):
        for size in sizes:
            whole = cost(measured, size, part)
            if whole:
                items = [cost(measured, size, part, item) for item in OVERHEAD]
                seconds = [item.cpu_s if item else 0.0 for item in items]
                shown = [f"{value:.1f}" for value in (*seconds, sum(seconds))]
                title = f"{WAYS[part]}, {size:,}"
                rows.append([title, *shown, f"{sum(seconds) / whole.cpu_s:.0%}"])
    return _table(["overhead, CPU s", *OVERHEAD, "sum", "of the run"], rows) if rows else ""


def _daily(measured: Measured, sizes: list[int]) -> str:
    """A day's run over the full refresh of the same day, and how much of what landed is new."""
    parts = [part for part in DAILY if any((s, f"{part}_in_full") in measured for s in sizes)]
    sizes = [s for s in sizes if any((s, f"{part}_in_full") in measured for part in parts)]
    rows = []
    for part in parts:
        both = [(cost(measured, s, part), cost(measured, s, f"{part}_in_full")) for s in sizes]
        cells = [
            f"**{daily.cpu_s / full.cpu_s:.2f}** ({daily.cpu_s:,.1f} / {full.cpu_s:,.1f})"
            if daily and full else "–"
            for daily, full in both
        ]  # fmt: skip
        rows.append([DAILY[part], *cells])
        for title, kinds in (
            ("of its changes and events new", ("delta", "events")),
            ("of its whole snapshots new", ("full",)),
        ):
            rows.append([title, *(_new_rows(measured, size, part, kinds) for size in sizes)])
    head = [f"the day after: CPU of daily / full (aim {DAILY_AIM:.2f})", *_titles(sizes)]
    return _table(head, rows) if rows else ""


def _new_rows(measured: Measured, size: int, part: str, kinds: Iterable[str]) -> str:
    """Share of the landed rows that the last day brought."""
    found = [
        r.told["landed_rows"] for r in measured.get((size, part), ()) if "landed_rows" in r.told
    ]
    if not found:
        return "–"
    new, landed = (sum(found[-1].get(kind, (0, 0))[place] for kind in kinds) for place in (0, 1))
    return f"{new / landed:.2%} ({new:,} of {landed:,})"


def _daily_stages(measured: Measured, sizes: list[int]) -> str:
    """Where the CPU seconds of both go."""
    pairs = [
        (size, part) for part in DAILY for size in sizes if (size, f"{part}_in_full") in measured
    ]
    rows = []
    for stage in STAGES:
        found = [
            [cost(measured, size, name, stage) for name in (part, f"{part}_in_full")]
            for size, part in pairs
        ]
        if any(any(both) for both in found):
            cells = [" / ".join(f"{c.cpu_s:,.1f}" if c else "–" for c in both) for both in found]
            rows.append([NAMES.get(stage, stage), *cells])
    head = ["the day after: CPU s daily / full", *(f"{DAILY[p]}, {s:,}" for s, p in pairs)]
    return _table(head, rows) if rows else ""


def _pandas(measured: Measured, sizes: list[int]) -> str:
    rows = []
    for size in sizes:
        parts = ("pandas_way", "pandas_plain", "valued_run")
        found = [cost(measured, size, part) for part in parts]
        sparing, plain, ours = found
        if sparing and plain and ours:
            models = [
                _sum(measured, size, "pandas_way", ("fits", "scores")),
                _sum(measured, size, "pandas_plain", ("fits", "scores")),
                _sum(measured, size, "value_library", OUR_MODELS),
            ]
            three = (sparing, plain, ours)
            rows += [
                _against(f"{size:,}: CPU s", [each.cpu_s for each in three]),
                _against(f"{size:,}: wall s", [each.wall_s for each in three]),
                _against(f"{size:,}: peak MB", [each.peak_mb for each in three]),
                _against(f"{size:,}: two models fitted and scored, CPU s", models),
            ]
    head = ["", "pandas, sparing", "pandas, plain", "Patron", "sparing / ours", "plain / ours"]
    return _table(head, rows) if rows else ""


def _sum(measured: Measured, size: int, part: str, inner: Iterable[str]) -> float:
    found = [cost(measured, size, part, name) for name in inner]
    return sum(item.cpu_s for item in found if item)


def _against(title: str, figures: Sequence[float]) -> list[str]:
    *theirs, ours = figures
    return [title, *(f"{figure:,.1f}" for figure in figures), *(f"{x / ours:.2f}" for x in theirs)]


def _circumstances(measured: Measured) -> str:
    """Machine, versions, commit and load of each measurement that is shown."""
    shown = [record for rounds in measured.values() for record in rounds]
    lines = []
    for measurement in sorted({record.measurement for record in shown}):
        of_it = [record for record in shown if record.measurement == measurement]
        first = of_it[0]
        versions = ", ".join(f"{name} {number}" for name, number in first.versions.items())
        sizes = ", ".join(f"{size:,}" for size in sorted({record.customers for record in of_it}))
        loads = [record.load for record in of_it]
        lines.append(
            f"- {measurement}: {sizes} customers asked for; {first.machine}; {versions}; code "
            f"{first.commit}; load of the machine {min(loads):.0f} to {max(loads):.0f}; "
            f"rounds {max(record.round for record in of_it) + 1}."
        )
    return "\n".join(lines)


def _titles(sizes: Iterable[int]) -> list[str]:
    return [f"{size:,}" for size in sizes]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    return "\n".join([line(head), "|---" * len(head) + "|", *(line(row) for row in rows)])


if __name__ == "__main__":
    main()
