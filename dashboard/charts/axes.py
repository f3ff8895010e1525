"""What all charts share: type, lines, axes with units, tooltips.

Belongs here: the look. Does not belong here: a chart form of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
from altair.utils import schemapi

from dashboard import palette

FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
SIZE = 12

# Else every part of a chart is held against the schema in each rendering. The browser's tests draw
# every chart and fail on what its console says.
schemapi.disable_debug_mode()


AXIS = {
    "labelColor": palette.INK,
    "titleColor": palette.FAINT,
    "titleFontWeight": "normal",
    "labelFontSize": SIZE,
    "titleFontSize": SIZE,
    "gridColor": palette.RULE,
    "domainColor": palette.RULE,
    "tickColor": palette.RULE,
    "labelLimit": 220,
}
LEGEND = {
    "labelColor": palette.INK,
    "titleColor": palette.FAINT,
    "titleFontWeight": "normal",
    "labelFontSize": SIZE,
    "titleFontSize": SIZE,
    "orient": "top",
    "title": None,
    "offset": 6,
    "labelLimit": 240,
}
LOOK = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": AXIS,
    "legend": LEGEND,
}


@dataclass(frozen=True)
class Finished:
    """A chart in the page's look: no frame, faint grid, dark text.

    It is written without being held against the schema of Vega-Lite, and gets its look at the end
    instead of by copies: both were half of the server's time of a view.
    """

    chart: Any

    def to_dict(self) -> dict[str, Any]:
        """The specification, as Streamlit asks a chart of Altair for it."""
        return {**self.chart.to_dict(validate=False), "config": LOOK}


def colour(
    mapping: dict[str, str], *, legend: bool = True, column: str = "series", symbol: str = "square"
) -> alt.Color:
    """A colour scale with fixed meaning; ``mapping`` is by what is written in the legend."""
    scale = alt.Scale(domain=list(mapping), range=list(mapping.values()))
    shown = alt.Legend(symbolType=symbol, symbolStrokeWidth=3) if legend else None
    return alt.Color(f"{column}:N", scale=scale, legend=shown, title=None)


def amount_labels(symbol: str) -> str:
    """Vega expression of an axis label: £1.5m, −£20k."""
    short = "replace(replace(format(abs(datum.value), '~s'), 'G', 'bn'), 'M', 'm')"
    return f"(datum.value < 0 ? '−' : '') + '{symbol}' + {short}"


def count_labels() -> str:
    """Vega expression of an axis label: 1.5k; no halves of a customer."""
    short = "replace(replace(format(datum.value, '~s'), 'G', 'bn'), 'M', 'm')"
    return f"floor(datum.value) == datum.value ? {short} : ''"


def share_labels() -> str:
    """Vega expression of an axis label: 40 %."""
    return "format(datum.value * 100, '~r') + ' %'"


def axis(labels: str | None = None, title: str | None = None, **options: Any) -> alt.Axis:
    """A quantitative axis with few ticks and no ruler."""
    given: dict[str, Any] = {"tickCount": 5, "domain": False, "ticks": False, **options}
    if labels:
        given["labelExpr"] = labels
    return alt.Axis(title=title, **given)


def time_axis(**options: Any) -> alt.Axis:
    """A time axis: months as words, the year at each January."""
    expression = (
        "timeFormat(datum.value, '%m') == '01' ? timeFormat(datum.value, '%b %Y') "
        ": timeFormat(datum.value, '%b')"
    )
    return alt.Axis(
        title=None, grid=False, labelExpr=expression, tickCount=8, labelOverlap=True, **options
    )


def month_axis() -> alt.Axis:
    """An axis of whole months: each quarter's first is named, January with its year."""
    expression = (
        "month(datum.value) % 3 != 0 ? '' : timeFormat(datum.value, "
        "month(datum.value) == 0 ? '%b %Y' : '%b')"
    )
    return alt.Axis(title=None, labelExpr=expression, labelAngle=0, labelOverlap=False, ticks=False)
