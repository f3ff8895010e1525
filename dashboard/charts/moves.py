"""Moves between named things: the heat map and the flow from one order of segments to another.

Belongs here: forms of two crossed orders. Does not belong here: lines and bars.
"""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import pandas as pd

from dashboard import palette
from dashboard.charts import axes

GAP = 0.02  # of the height, between two segments
SAMPLES = 14  # points along a ribbon


def heat(
    rows: pd.DataFrame,
    *,
    x_title: str,
    row_order: list[str],
    limit: float,
    column_order: list[str] | None = None,
    height: int | None = None,
) -> alt.LayerChart:
    """Rates by row and column. ``rows``: row, column, amount, cell, text.

    ``limit`` is the rate that has the darkest colour: one full first column would else leave the
    others pale.
    """
    base = alt.Chart(rows).encode(
        x=alt.X(
            "column:O",
            sort=column_order or "ascending",
            axis=alt.Axis(
                title=x_title, labelAngle=-35 if column_order else 0, ticks=False, domain=False
            ),
        ),
        y=alt.Y("row:N", sort=row_order, axis=alt.Axis(title=None, ticks=False, domain=False)),
        tooltip=[alt.Tooltip("text:N", title=" ")],
    )
    scale = alt.Scale(domain=[0, limit], range=list(palette.SCALE), clamp=True)
    cell = base.mark_rect(stroke=palette.PAPER, strokeWidth=1).encode(
        color=alt.Color("amount:Q", scale=scale, legend=None)
    )
    dark = alt.condition(
        alt.datum.amount > limit * palette.DARK_FROM,
        alt.value(palette.PAPER),
        alt.value(palette.BLACK),
    )
    text = base.mark_text(fontSize=10).encode(text="cell:N", color=dark)
    return (cell + text).properties(
        height=height or 19 * len(row_order) + (70 if column_order else 20)
    )


def ribbons(
    moves: pd.DataFrame,
    colours: dict[str, str],
    *,
    before: str,
    after: str,
    height: int = 380,
) -> Any:
    """Who went where: two orders of segments with ribbons as wide as those who moved.

    ``moves``: origin, target, amount, text, with names as in ``colours``, whose order is kept.
    """
    total = float(moves["amount"].sum()) or 1.0
    starts = _stack(moves.groupby("origin")["amount"].sum(), colours, total)
    ends = _stack(moves.groupby("target")["amount"].sum(), colours, total)
    paths = _ribbon_points(moves, starts, ends, colours, total)
    blocks = pd.concat([_blocks(starts, 0.0, "right"), _blocks(ends, 1.0, "left")])
    y = alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[_height(colours), 0.0], nice=False))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.32, 1.32], nice=False))
    tint = axes.colour(colours, legend=False, column="origin")
    flow = (
        alt.Chart(paths)
        .mark_area(opacity=0.45, interpolate="monotone")
        .encode(x=x, y=y, y2="high:Q", color=tint, detail="path:N", tooltip=["text:N"])
    )
    block = (
        alt.Chart(blocks)
        .mark_rect(stroke=palette.PAPER)
        .encode(x=x, x2="x2:Q", y=y, y2="high:Q", color=tint, tooltip=["text:N"])
    )
    names = _names(blocks, x, y)
    heads = pd.DataFrame({"x": [0.0, 1.0], "low": [-0.035, -0.035], "name": [before, after]})
    head = (
        alt.Chart(heads)
        .mark_text(color=palette.FAINT, fontSize=axes.SIZE)
        .encode(x=x, y=y, text="name:N")
    )
    return alt.layer(flow, block, *names, head).properties(height=height, padding={"top": 24})


def _height(colours: dict[str, str]) -> float:
    return 1.0 + GAP * len(colours)


def _stack(
    sizes: pd.Series, colours: dict[str, str], total: float
) -> dict[str, tuple[float, float]]:
    """(top, size) of each segment, in the order of ``colours``."""
    tops: dict[str, tuple[float, float]] = {}
    top = 0.0
    for name in colours:
        if name in sizes.index:
            size = float(sizes[name]) / total
            tops[name] = (top, size)
            top += size + GAP
    return tops


def _ribbon_points(
    moves: pd.DataFrame,
    starts: dict[str, tuple[float, float]],
    ends: dict[str, tuple[float, float]],
    colours: dict[str, str],
    total: float,
) -> pd.DataFrame:
    place = {name: rank for rank, name in enumerate(colours)}
    left = {name: top for name, (top, _) in starts.items()}
    right = {name: top for name, (top, _) in ends.items()}
    ordered = moves.sort_values(
        ["origin", "target"], key=lambda column: column.map(place), kind="stable"
    )
    points = []
    for move in ordered.itertuples():
        size = float(move.amount) / total
        origin, target = str(move.origin), str(move.target)
        for step in range(SAMPLES + 1):
            along = step / SAMPLES
            bend = along * along * (3 - 2 * along)  # flat at both ends
            top = left[origin] + (right[target] - left[origin]) * bend
            points.append(
                {
                    "path": f"{origin} {target}",
                    "origin": origin,
                    "x": along,
                    "low": top,
                    "high": top + size,
                    "text": move.text,
                }
            )
        left[origin] += size
        right[target] += size
    return pd.DataFrame(points)


def _blocks(stack: dict[str, tuple[float, float]], at: float, side: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "origin": name,
                "side": side,
                "x": at - 0.012,
                "x2": at + 0.012,
                "low": top,
                "high": top + size,
                "middle": top + size / 2,
                "text": f"{name}: {size:.1%} of customers",
                "name": name,
            }
            for name, (top, size) in stack.items()
        ]
    )


def _names(blocks: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    names = []
    sides: tuple[tuple[Literal["left", "right"], int], ...] = (("right", -8), ("left", 8))
    for side, shift in sides:
        here = blocks[blocks["side"] == side].drop(columns=["low", "high"])
        here = here.assign(low=here["middle"], x=here["x2"] if side == "left" else here["x"])
        mark = alt.Chart(here).mark_text(
            align=side, dx=shift, color=palette.INK, fontSize=axes.SIZE
        )
        names.append(mark.encode(x=x, y=y, text="name:N"))
    return names
