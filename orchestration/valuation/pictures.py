"""Four pictures of the chosen purchase model that a person looks at before believing it.

Belongs here: what is drawn. Does not belong here: where the files and the asset metadata go
(``picture_files.py``).

Colours are of the palette of Okabe and Ito, and the maps of the viridis family: both are told apart
with any kind of colour vision, and in print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from orchestration.valuation.backtest import LAST_X_BIN, BacktestRow
from orchestration.valuation.scope import ScopeValuation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACTUAL, EXPECTED = "#D55E00", "#0072B2"
DOTS_PER_INCH = 80
MOST_X = 40  # repeat purchases on the axis of the matrix; beyond, the picture hardly changes
MATRIX_STEPS = 60
LEFT, RIGHT, BOTTOM, TOP = 0.75, 0.15, 0.7, 0.65  # margins in inches


@dataclass(frozen=True)
class Picture:
    """A picture, and the table of the models zone that it belongs to."""

    name: str
    table: str
    draw: Callable[[ScopeValuation], Figure | None]


def _figure(width: float, height: float) -> Figure:
    """Margins are given: to find them matplotlib draws everything twice more."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH)
    figure.subplots_adjust(
        left=LEFT / width,
        right=1 - RIGHT / width,
        bottom=BOTTOM / height,
        top=1 - TOP / height,
    )
    FigureCanvasAgg(figure)
    return figure


def _dress(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9", linewidth=0.8)
    axes.set_axisbelow(True)


def draw_tracking(scope: ScopeValuation) -> Figure | None:
    """Repeat purchases of the scope by week: expected and actual, each week and until then."""
    tracked = scope.tracking
    if tracked is None:
        return None
    figure = _figure(9, 3.6)
    weekly, cumulative = figure.subplots(1, 2, gridspec_kw={"wspace": 0.3})
    for axes, change, title in (
        (weekly, True, "Repeat purchases in each week"),
        (cumulative, False, "Repeat purchases up to each week"),
    ):
        actual = np.diff(tracked.actual, prepend=0) if change else tracked.actual
        expected = np.diff(tracked.expected, prepend=0.0) if change else tracked.expected
        axes.plot(tracked.week, actual, color=ACTUAL, linewidth=1.2, label="actual")
        axes.plot(
            tracked.week, expected, color=EXPECTED, linewidth=2, linestyle="--", label="expected"
        )
        axes.set_ylim(bottom=0)
        _dress(axes, title, "weeks since the first purchase", "purchase occasions")
    weekly.legend(frameon=False)
    figure.suptitle(_title(scope), fontsize=11)
    return figure


def draw_expectation_by_x(scope: ScopeValuation) -> Figure | None:
    """Purchases in the latest hold-out per customer, by repeat purchases before it."""
    rows = _latest(scope, "x")
    if not rows:
        return None
    labels = [f"{row.bin}+" if row.bin == LAST_X_BIN else str(row.bin) for row in rows]
    return _bars(scope, rows, labels, "repeat purchases until the origin", "by what was known")


def draw_calibration(scope: ScopeValuation) -> Figure | None:
    """Purchases in the latest hold-out per customer, by tenths of the expectation."""
    rows = _latest(scope, "decile")
    if not rows:
        return None
    labels = [str(row.bin) for row in rows]
    return _bars(scope, rows, labels, "tenth of customers by expectation, 1 lowest", "by tenths")


def _latest(scope: ScopeValuation, kind: str) -> list[BacktestRow]:
    """Bins of the chosen model at the latest origin at which it was judged."""
    rows = [
        row
        for row in scope.purchases.backtest
        if row.model == scope.purchases.choice.model and row.bin_kind == kind
    ]
    latest = max((row.origin_date for row in rows), default=None)
    return [row for row in rows if row.origin_date == latest]


def _bars(
    scope: ScopeValuation, rows: Sequence[BacktestRow], labels: list[str], x: str, how: str
) -> Figure:
    figure = _figure(6.2, 3.6)
    axes = figure.subplots()
    place = np.arange(len(rows))
    customers = np.array([row.customer_count for row in rows])
    actual = np.array([row.actual_purchases for row in rows]) / customers
    expected = np.array([row.predicted_purchases for row in rows]) / customers
    axes.bar(place, actual, width=0.7, color=ACTUAL, alpha=0.55, label="actual")
    axes.plot(place, expected, color=EXPECTED, marker="o", linestyle="none", label="expected")
    named = [f"{label}\n{count:,}" for label, count in zip(labels, customers, strict=True)]
    axes.set_xticks(place, named, fontsize=8)
    title = f"Purchases in the {rows[0].horizon_days} days after {rows[0].origin_date}, {how}"
    _dress(axes, title, f"{x}; customers below", "occasions per customer")
    axes.legend(frameon=False, loc="upper left")
    figure.suptitle(_title(scope), fontsize=11)
    return figure


def draw_alive_matrix(scope: ScopeValuation) -> Figure | None:
    """P(alive) by frequency and recency, for customers who have been seen the longest."""
    model, fit = scope.purchases.model, scope.purchases.fit
    histories = scope.statistics.histories
    span = int(histories.t_days[histories.customers > 0].max(initial=0)) / 7
    if model is None or fit is None or span <= 0:
        return None
    most = int(min(max(histories.x.max(initial=1), 1), MOST_X))
    x = np.arange(1, most + 1)
    t_x = np.linspace(0, span, MATRIX_STEPS)
    bought, last = (column.ravel() for column in np.meshgrid(x, t_x))
    alive = model.probability_alive(fit.parameters, bought, last, span)
    figure = _figure(6.2, 4.2)
    axes = figure.subplots()
    cells = alive.reshape(MATRIX_STEPS, most)
    shown = axes.pcolormesh(x, span - t_x, cells, cmap="cividis", vmin=0, vmax=1, shading="nearest")
    axes.set_xlim(0.5, most + 0.5)
    axes.invert_yaxis()
    axes.set_title(
        f"P(alive) of customers first seen {span:.0f} weeks ago", fontsize=10, loc="left"
    )
    axes.set_xlabel("repeat purchases")
    axes.set_ylabel("weeks since the last purchase")
    bar = figure.colorbar(shown, ax=axes)
    bar.set_label("probability of still being a customer")
    figure.suptitle(_title(scope), fontsize=11)
    return figure


def _title(scope: ScopeValuation) -> str:
    return f"{scope.purchases.choice.model}, {scope.statistics.scope}, {scope.statistics.as_of}"


PICTURES: Mapping[str, Picture] = {
    picture.name: picture
    for picture in (
        Picture("tracking", "purchase_tracking", draw_tracking),
        Picture("expectation_by_x", "model_backtest", draw_expectation_by_x),
        Picture("calibration_by_decile", "model_backtest", draw_calibration),
        Picture("alive_matrix", "purchase_score", draw_alive_matrix),
    )
}
