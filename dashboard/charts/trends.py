"""Time and order: lines, bands of uncertainty, stock and flow, expected against seen.

Belongs here: any form read along an axis of time or of rank. Does not belong here: sizes of named
things (``bars.py``), moves between them (``moves.py``).
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from dashboard import palette
from dashboard.charts import axes

MARGIN = 44  # pixels left of charts that stand above one another


def lines(
    rows: pd.DataFrame,
    colours: dict[str, str],
    labels: str,
    *,
    zero: bool = True,
    height: int = 220,
    tip: str = "text",
) -> alt.Chart:
    """Lines over days. ``rows``: date, series, amount, text."""
    return (
        alt.Chart(rows)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("date:T", axis=axes.time_axis()),
            y=alt.Y("amount:Q", axis=axes.axis(labels), scale=alt.Scale(zero=zero)),
            color=axes.colour(colours, legend=len(colours) > 1, symbol="stroke"),
            tooltip=[
                alt.Tooltip("date:T", title=" ", format="%-d %b %Y"),
                alt.Tooltip("series:N", title="  "),
                alt.Tooltip(f"{tip}:N", title="   "),
            ],
        )
        .properties(height=height)
    )


def with_interval(
    rows: pd.DataFrame,
    labels: str,
    *,
    joined: bool,
    colour: str = palette.BLUE,
    height: int = 220,
) -> Any:
    """Estimates side by side with their intervals; ``joined`` where they follow one another.

    ``rows``: place, name, amount, low, high, text.
    """
    x = alt.X(
        "name:N",
        sort=alt.EncodingSortField("place", order="ascending"),
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, labelOverlap=True, labelLimit=100),
    )
    tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title="  ")]
    scale = alt.Scale(zero=False, padding=12)
    base = alt.Chart(rows)
    band = base.mark_rule(strokeWidth=7, opacity=0.25, color=colour).encode(
        x=x, y=alt.Y("low:Q", axis=axes.axis(labels), scale=scale), y2="high:Q", tooltip=tips
    )
    y = alt.Y("amount:Q", axis=axes.axis(labels), scale=scale)
    point = base.mark_point(filled=True, size=60, color=colour, opacity=1).encode(
        x=x, y=y, tooltip=tips
    )
    line = base.mark_line(color=colour, strokeWidth=1.5).encode(x=x, y=y)
    layers = [band, line, point] if joined else [band, point]
    return alt.layer(*layers).properties(height=height)


def stock(rows: pd.DataFrame, *, title: str, height: int = 120) -> alt.LayerChart:
    """The stock at each month's end. ``rows``: date, amount, text."""
    tips = [alt.Tooltip("date:T", title=" ", format="%b %Y"), alt.Tooltip("text:N", title=title)]
    base = alt.Chart(rows).encode(
        x=alt.X("yearmonth(date):O", axis=None),
        y=alt.Y("amount:Q", axis=axes.axis(axes.count_labels(), title, minExtent=MARGIN)),
        tooltip=tips,
    )
    area = base.mark_area(color=palette.BLUE, opacity=0.14)
    line = base.mark_line(color=palette.BLUE, strokeWidth=2, point={"size": 22})
    return (area + line).properties(height=height)


def flows(rows: pd.DataFrame, colours: dict[str, str], *, height: int = 190) -> alt.Chart:
    """What flowed in (up) and out (down) in each month, aligned with the stock above it.

    ``rows``: date, series, amount (out is negative), text.
    """
    return (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("yearmonth(date):O", axis=axes.month_axis()),
            y=alt.Y(
                "amount:Q",
                axis=axes.axis("format(abs(datum.value), '~s')", "Out · in", minExtent=MARGIN),
            ),
            color=axes.colour(colours),
            tooltip=[
                alt.Tooltip("date:T", title=" ", format="%b %Y"),
                alt.Tooltip("series:N", title="  "),
                alt.Tooltip("text:N", title="   "),
            ],
        )
        .properties(height=height)
    )


def expected_and_seen(
    rows: pd.DataFrame, labels: str, *, x_title: str, y_title: str, height: int = 240
) -> alt.LayerChart:
    """Calibration: what was foretold against what came; on the line, both are equal.

    ``rows``: expected, seen, weight (customers), text.
    """
    top = max(float(rows["expected"].max()), float(rows["seen"].max()), 1e-9) * 1.06
    ends = pd.DataFrame({"expected": [0.0, top], "seen": [0.0, top]})
    scale = alt.Scale(domain=[0, top], nice=False)
    line = (
        alt.Chart(ends)
        .mark_line(color=palette.GREY, strokeDash=[4, 4], strokeWidth=1.5)
        .encode(x=alt.X("expected:Q", scale=scale), y=alt.Y("seen:Q", scale=scale))
    )
    point = (
        alt.Chart(rows)
        .mark_point(filled=True, size=90, color=palette.BLUE, opacity=0.9)
        .encode(
            x=alt.X("expected:Q", scale=scale, axis=axes.axis(labels, x_title, grid=False)),
            y=alt.Y("seen:Q", scale=scale, axis=axes.axis(labels, y_title)),
            tooltip=[alt.Tooltip("text:N", title=" ")],
        )
    )
    return (line + point).properties(height=height)


def curve(rows: pd.DataFrame, *, x_title: str, y_title: str, height: int = 240) -> alt.LayerChart:
    """Shares against shares (Lorenz, from the top). ``rows``: across, up, text."""
    x = alt.X("across:Q", axis=axes.axis(axes.share_labels(), x_title, grid=False))
    y = alt.Y("up:Q", axis=axes.axis(axes.share_labels(), y_title))
    even = pd.DataFrame({"across": [0.0, 1.0], "up": [0.0, 1.0]})
    line = (
        alt.Chart(even)
        .mark_line(color=palette.GREY, strokeDash=[4, 4], strokeWidth=1.5)
        .encode(x=x, y=y)
    )
    seen = (
        alt.Chart(rows)
        .mark_line(color=palette.BLUE, strokeWidth=2, point={"size": 22})
        .encode(x=x, y=y, tooltip=[alt.Tooltip("text:N", title=" ")])
    )
    return (line + seen).properties(height=height)


def intervals(rows: pd.DataFrame, labels: str, *, height: int = 120) -> alt.LayerChart:
    """Named estimates with their intervals, one below the other.

    ``rows``: place, name, amount, low, high, text.
    """
    y = alt.Y(
        "name:N",
        sort=alt.EncodingSortField("place", order="ascending"),
        axis=alt.Axis(title=None, domain=False, ticks=False),
    )
    base = alt.Chart(rows).encode(
        y=y, tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title="  ")]
    )
    scale = alt.Scale(zero=True, padding=20)
    x_axis = axes.axis(labels)
    bar = base.mark_bar(color=palette.BLUE, opacity=0.25, height=12).encode(
        x=alt.X("low:Q", axis=x_axis, scale=scale), x2="high:Q"
    )
    point = base.mark_point(filled=True, size=80, color=palette.BLUE, opacity=1).encode(
        x=alt.X("amount:Q", axis=x_axis, scale=scale)
    )
    text = base.mark_text(dy=-13, color=palette.INK, fontSize=axes.SIZE).encode(
        x=alt.X("amount:Q", axis=x_axis, scale=scale), text="text:N"
    )
    return (bar + point + text).properties(height=height)
