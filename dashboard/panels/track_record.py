"""How good the forecasts have been: expected against seen, and the models beside their rivals.

Belongs here: backtests of the models in use. Does not belong here: the forecasts themselves.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import figures
from dashboard.charts import axes, trends
from dashboard.page import View, draw, missing

TABLE = "seg_model_backtest"
FORECASTS = {"purchases": "Purchases", "churn": "Silence in 90 days"}

CALIBRATION = f"""
select origin, bin, customer_count, predicted_mean as predicted, actual_mean as actual, model
from {TABLE}
where forecast = ? and scope = 'base' and is_used and bin_kind = 'decile' and origin = ?
order by bin
"""
ORIGINS = f"""
select distinct origin from {TABLE}
where forecast = ? and scope = 'base' and is_used and bin_kind = 'decile' order by origin desc
"""
RIVALS = f"""
select model, origin, is_used, customer_count, predicted_count, actual_count, bias_rate,
    mean_absolute_error, interval_coverage_rate, gini, calibration_error, brier_score, auc
from {TABLE}
where forecast = ? and scope = 'base' and bin_kind = 'total' and origin = ?
order by is_used desc, model
"""


def render(view: View) -> None:
    """Two panels: calibration and the rivals."""
    left, right = st.columns(2)
    forecast, origin = "purchases", None
    with view.panel(
        left, "Foretold against what came, by tenth of customers", (TABLE, "predicted_mean")
    ):
        if not view.needs(TABLE, "predicted_mean", what="The track record"):
            return
        forecast, origin = _which(view)
        if origin is None:
            missing("No backtest: the history is too short to hold a part of it out.")
        else:
            _calibration(view, forecast, origin)
    with view.panel(right, "The model in use beside its rivals", (TABLE, "is_used")):
        if origin is None:
            missing("No rivals without a backtest.")
        else:
            _rivals(view, forecast, origin)


def _which(view: View) -> tuple[str, str | None]:
    left, right = st.columns(2)
    forecast = left.segmented_control(
        "Forecast", list(FORECASTS), default="purchases", format_func=FORECASTS.__getitem__,
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    origins = view.ask(ORIGINS, [forecast])["origin"].astype(str).tolist()
    if not origins:
        return str(forecast), None
    origin = right.selectbox(
        "Foretold on", origins, format_func=lambda o: f"Foretold on {o}" if o[:1].isdigit() else o,
        label_visibility="collapsed",
    )  # fmt: skip
    return str(forecast), origin


def _calibration(view: View, forecast: str, origin: str) -> None:
    rows = view.ask(CALIBRATION, [forecast, origin]).dropna(subset=["predicted", "actual"])
    if rows.empty:
        missing("No tenths for this day.")
        return
    rate = forecast == "churn"
    write = figures.share if rate else "{:.2f} purchases".format
    drawn = pd.DataFrame(
        {
            "expected": rows["predicted"],
            "seen": rows["actual"],
            "text": [
                f"{row.customer_count:,} customers: foretold {write(row.predicted)}, "
                f"came {write(row.actual)}"
                for row in rows.itertuples()
            ],
        }
    )
    of_what = "share without a purchase" if rate else "purchases per customer"
    draw(
        trends.expected_and_seen(
            drawn,
            axes.share_labels() if rate else "datum.label",
            x_title=f"Foretold {of_what}",
            y_title="What came",
            height=210,
        ),
        "Calibration: forecast against outcome by tenth of customers",
    )


def _rivals(view: View, forecast: str, origin: str) -> None:
    rows = view.ask(RIVALS, [forecast, origin])
    if rows.empty:
        rows = view.ask(RIVALS, [forecast, "all origins"])
    if rows.empty:
        missing("No totals for this day.")
        return
    columns: dict[str, list[str]] = {
        "Model": [
            figures.name(row.model) + (" ✓" if row.is_used else "") for row in rows.itertuples()
        ],
        "Bias": [figures.share(v) if figures.known(v) else "–" for v in rows["bias_rate"]],
    }
    measures = {
        "mean_absolute_error": ("Mean error", "{:.3f}"),
        "interval_coverage_rate": ("In 90 % interval", "{:.1%}"),
        "calibration_error": ("Calibration error", "{:.3f}"),
        "brier_score": ("Squared error", "{:.4f}"),
        "auc": ("AUC", "{:.3f}"),
        "gini": ("Gini", "{:.3f}"),
    }
    for column, (title, form) in measures.items():
        if rows[column].notna().any():
            columns[title] = [form.format(v) if figures.known(v) else "–" for v in rows[column]]
    st.dataframe(pd.DataFrame(columns), hide_index=True, placeholder="–", height=240)
    st.caption("✓ in use. A rival replaces it only when it is better beyond chance.")
