"""Pictures of the measurements: cost and memory over size, and where a refresh spends its time.

Belongs here: what is drawn into ``plots/``. Colours are of the palette of Okabe and Ito, as in the
pictures of the value models; ways also differ by marker, stages by order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Cost
from benchmarks.report import NAMES, WAYS, Measured, cost, growth
from benchmarks.steps import LAYERS, OVERHEAD, WRITING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLOTS = Path(__file__).parent / "plots"
DOTS_PER_INCH = 100
STYLES = {
    "hand_written": ("#000000", "s"),
    "restricted_run": ("#0072B2", "o"),
    "restricted_run_2gb": ("#0072B2", "X"),
    "full_run": ("#D55E00", "^"),
    "full_run_again": ("#E69F00", "v"),
    "daily_run": ("#009E73", "D"),
    "plain_dbt": ("#CC79A7", "P"),
    "full_run_2gb": ("#56B4E9", "X"),
    "pandas_way": ("#999999", "*"),
    "pandas_plain": ("#666666", "x"),
    "valued_run": ("#F0E442", "h"),
}
# Stages of a refresh, put together so that a bar can be read; the rest is the overhead.
GROUPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "ingest": (("ingest",), "#56B4E9"),
    **{NAMES[name]: ((name,), colour) for name, colour in zip(
        LAYERS, ("#CCE5F5", "#0072B2", "#004C7A", "#002B45"), strict=True)},
    WRITING: ((WRITING,), "#999999"),
    "checks": (
        ("claims", "checks of extracts", "checks of publication", "checks of value models"),
        "#009E73",
    ),
    "value and other models": (("value models", "other Python models"), "#E69F00"),
    "publication and history": (("publication", "history"), "#CC79A7"),
    "overhead": (OVERHEAD, "#D55E00"),
}  # fmt: skip


def draw(measured: Measured) -> None:
    """Write every picture."""
    PLOTS.mkdir(exist_ok=True)
    sizes = sorted({size for size, _ in measured})
    for name, figure in (
        ("cpu", _over_size(measured, sizes, lambda found: found.cpu_s, "CPU seconds", True)),
        ("memory", _over_size(measured, sizes, lambda found: found.peak_mb, "peak MB", False)),
        ("stages", _bars(measured, sizes)),
    ):
        figure.savefig(PLOTS / f"{name}.png", format="png", metadata={"Software": None})


def _over_size(
    measured: Measured,
    sizes: Sequence[int],
    figure_of: Callable[[Cost], float],
    label: str,
    with_exponent: bool,
) -> Figure:
    figure, axes = _figure(8, 4.5)
    for part, (colour, marker) in STYLES.items():
        points = [(size, cost(measured, size, part)) for size in sizes]
        known = [(size, figure_of(found)) for size, found in points if found]
        if not known:
            continue
        power = growth(measured, sizes, part) if with_exponent else None
        name = WAYS[part].replace("`", "") + (f"; exponent {power:.2f}" if power else "")
        axes.plot(*zip(*known, strict=True), color=colour, marker=marker, label=name, linewidth=1.5)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(
        sizes, [f"{size:,}" for size in sizes], rotation=50, ha="right", rotation_mode="anchor"
    )
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:,.0f}")
    _dress(axes, f"{label} by size of the sample world", "customers asked for", label)
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def _bars(measured: Measured, sizes: Sequence[int]) -> Figure:
    """The shares of a refresh's CPU seconds, one bar a size."""
    figure, axes = _figure(8, 4.5)
    shown = [size for size in sizes if (size, "full_run") in measured]
    below = [0.0] * len(shown)
    for name, (stages, colour) in GROUPS.items():
        shares = [_share(measured, size, stages) for size in shown]
        axes.bar(range(len(shown)), shares, bottom=below, color=colour, label=name, width=0.6)
        below = [low + share for low, share in zip(below, shares, strict=True)]
    axes.set_xticks(range(len(shown)), [f"{size:,}" for size in shown])
    axes.set_xlim(-0.6, max(len(shown), 3) - 0.4)
    _dress(axes, "Where patron run spends its CPU seconds", "customers asked for", "percent")
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1], labels[::-1], fontsize=8, frameon=False,
        loc="center left", bbox_to_anchor=(1, 0.5),
    )  # fmt: skip
    return figure


def _share(measured: Measured, size: int, stages: Sequence[str]) -> float:
    whole = cost(measured, size, "full_run")
    found = [cost(measured, size, "full_run", stage) for stage in stages]
    return 100 * sum(item.cpu_s for item in found if item) / whole.cpu_s if whole else 0.0


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots()


def _dress(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9", linewidth=0.8)
    axes.set_axisbelow(True)
