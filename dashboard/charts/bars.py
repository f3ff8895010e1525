"""Bars: sizes of named things, in parts, over bins, and steps that lead from one sum to another.

Belongs here: any form whose mark is a bar. Does not belong here: time (``trends.py``).
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard import palette
from dashboard.charts import axes

ROW = 30  # pixels per bar with its gap


def ranked(
    rows: pd.DataFrame,
    colours: dict[str, str],
    *,
    tips: dict[str, str] | None = None,
    height: int | None = None,
) -> alt.LayerChart:
    """Horizontal bars in the order of ``colours``, each with its text at the end.

    ``rows``: name, amount, text; ``tips`` adds columns to the tooltip, by title.
    """
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=list(colours), title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("text:N", title="  "),
            *(alt.Tooltip(f"{column}:N", title=title) for title, column in (tips or {}).items()),
        ],
    )
    # Room for the text behind the longest bar, whatever it is.
    low, high = min(0.0, float(rows["amount"].min())), max(0.0, float(rows["amount"].max()))
    width = (high - low) or 1.0
    room = max(0.34, 0.045 * max((len(str(text)) for text in rows["text"]), default=0))
    scale = alt.Scale(domain=[low, high + room * width])
    bar = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.72}).encode(
        x=alt.X("amount:Q", axis=None, scale=scale),
        color=axes.colour(colours, legend=False, column="name"),
    )
    text = base.mark_text(align="left", dx=5, color=palette.INK, fontSize=axes.SIZE).encode(
        x=alt.X("amount:Q", axis=None, scale=scale), text="text:N"
    )
    return (bar + text).properties(height=height or ROW * len(rows) + 8)


def parts(
    rows: pd.DataFrame,
    order: list[str],
    colours: dict[str, str],
    labels: str,
    *,
    share: bool = False,
    height: int | None = None,
) -> alt.Chart:
    """Horizontal bars in parts. ``rows``: name, series, amount, text."""
    return (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.72})
        .encode(
            y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False)),
            x=alt.X("amount:Q", stack="normalize" if share else "zero", axis=axes.axis(labels)),
            color=axes.colour(colours),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("series:N", title="  "),
                alt.Tooltip("text:N", title="   "),
            ],
        )
        .properties(height=height or ROW * max(len(order), 2) + 30)
    )


def binned(
    rows: pd.DataFrame,
    colour: str,
    labels: str,
    tips: dict[str, str],
    *,
    x_title: str,
    rotate: bool = True,
    height: int = 240,
) -> alt.Chart:
    """Upright bars over ordered bins. ``rows``: bin (order), label, amount, and the tips."""
    return (
        alt.Chart(rows)
        .mark_bar(color=colour, width={"band": 0.92})
        .encode(
            x=alt.X(
                "label:N",
                sort=alt.EncodingSortField("bin", order="ascending"),
                axis=alt.Axis(
                    title=x_title,
                    labelAngle=-40 if rotate else 0,
                    labelOverlap=True,
                    ticks=False,
                ),
            ),
            y=alt.Y("amount:Q", axis=axes.axis(labels)),
            tooltip=[
                alt.Tooltip(f"{column}:N", title=title or " ") for title, column in tips.items()
            ],
        )
        .properties(height=height)
    )


def bridge(rows: pd.DataFrame, labels: str, *, height: int = 260) -> alt.LayerChart:
    """From one sum to another, step by step.

    ``rows``: place, name, low, high (ends of the bar), kind (Level, Gain, Loss), text.
    """
    colours = {"Level": palette.TOTAL, "Gain": palette.GAIN, "Loss": palette.LOSS}
    base = alt.Chart(rows).encode(
        x=alt.X(
            "name:N",
            sort=alt.EncodingSortField("place", order="ascending"),
            axis=alt.Axis(title=None, labelAngle=0, ticks=False, labelLimit=90),
        ),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("exact:N", title="  ")],
    )
    # The levels dwarf the steps, so the axis need not begin at zero: bars that stand for a level
    # are drawn from the axis' foot and carry their amount as text.
    scale = alt.Scale(domain=_around(rows), clamp=True, nice=False)
    bar = base.mark_bar(width={"band": 0.7}, cornerRadius=1).encode(
        y=alt.Y("low:Q", axis=axes.axis(labels), scale=scale),
        y2="high:Q",
        color=axes.colour(colours, legend=False, column="kind"),
    )
    text = base.mark_text(dy=-8, fontSize=axes.SIZE, color=palette.INK).encode(
        y=alt.Y("high:Q", scale=scale), text="text:N"
    )
    return (bar + text).properties(height=height)


def _around(rows: pd.DataFrame) -> list[float]:
    ends = rows.loc[rows["kind"] != "Level", ["low", "high"]].to_numpy().ravel().tolist()
    levels = rows.loc[rows["kind"] == "Level", "high"].tolist()
    low, high = min(ends + levels), max(ends + levels)
    room = (high - low) or abs(high) or 1.0
    foot = low - room * 0.6
    return [min(foot, 0.0) if low < 0 else max(foot, 0.0), high + room * 0.2]
