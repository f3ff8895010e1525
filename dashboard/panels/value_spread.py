"""How value is spread over customers: a histogram, shares from the top, and the largest customers.

Belongs here: distributions. Does not belong here: sums (``value.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import axes, bars, trends
from dashboard.page import View, draw, missing, part, reasons

BINS = "seg_value_distribution"
CONCENTRATION = "seg_concentration"
MEASURES = {
    "total_value": "Total value",
    "established_value": "Established",
    "potential_value": "Potential",
    "influence_value": "Influence",
    "net_sales": "Net sales",
}
DISTRIBUTION = f"""
select bin, lower_amount, upper_amount, customer_count, customer_share_rate, amount,
    amount_share_from_top_rate, customer_share_from_top_rate, unknown_count
from {BINS} where measure = ? order by bin
"""
LARGEST = f"""
select cut_kind, cut_size, customer_count, revenue_share_rate, gini, effective_customer_count,
    revenue_reason
from {CONCENTRATION} where revenue_window = 'recent' order by cut_kind, cut_size
"""


@part
def render(view: View) -> None:
    if not view.needs(BINS, "bin", what="The distribution"):
        return
    left, right = st.columns([3, 2])
    measure = left.selectbox(
        "Measure", list(MEASURES), format_func=MEASURES.__getitem__, label_visibility="collapsed"
    )
    shape = right.segmented_control(
        "Shape", ["Histogram", "Share from the top"], default="Histogram",
        label_visibility="collapsed",
    )  # fmt: skip
    rows = view.ask(DISTRIBUTION, [measure])
    if rows.empty:
        missing("No customer has this value: an extract that it needs was not delivered.")
        return
    if shape == "Share from the top":
        _shares(rows, view)
    else:
        _histogram(rows, view)
    unknown = int(rows["unknown_count"].max())
    if unknown:
        st.caption(f"{unknown:,} customers without this value are not shown.")
    _largest(view)


def _largest(view: View) -> None:
    """On how few customers the sales of late hang."""
    if not view.publication.has(CONCENTRATION, "revenue_share_rate", "effective_customer_count"):
        return
    rows = view.ask(LARGEST)
    known = rows.dropna(subset=["revenue_share_rate"])
    if known.empty:
        why = figures.first_reason(reasons(rows, "revenue_reason")) if len(rows) else None
        missing(f"How concentrated sales are is not known. {why or ''}")
        return
    shares = {(row.cut_kind, row.cut_size): row.revenue_share_rate for row in known.itertuples()}
    parts = [
        f"**{figures.share(shares[cut], 0)}** came from {words}"
        for cut, words in (
            (("top_customers", 10), "the 10 largest"),
            (("top_percent", 1), "the top hundredth"),
            (("top_percent", 20), "the top fifth"),
        )
        if cut in shares
    ]
    first = known.iloc[0]
    st.markdown(
        f"Of the last year's net sales {', '.join(parts)} of the customers; Gini "
        f"{first['gini']:.2f}, as if {figures.count(first['effective_customer_count'])} bought "
        "alike.",
        help=view.definitions.of(CONCENTRATION, "revenue_share_rate", "gini"),
    )


def _histogram(rows: pd.DataFrame, view: View) -> None:
    shown = rows.assign(
        label=[_bin_label(row, view) for row in rows.itertuples()],
        amount=rows["customer_count"],
        people=rows["customer_count"].map(figures.count),
        part=rows["customer_share_rate"].map(figures.share),
        sum=[figures.exact_money(value, view.currency) for value in rows["amount"]],
        range=[_bin_range(row, view) for row in rows.itertuples()],
    )
    tips = {"Value of a customer": "range", "Customers": "people", "Share": "part", "Sum": "sum"}
    draw(
        bars.binned(
            shown,
            palette.BLUE,
            axes.count_labels(),
            tips,
            x_title="Value of a customer, from",
            height=230,
        ),
        "Customers by value",
    )


def _shares(rows: pd.DataFrame, view: View) -> None:
    shown = rows.dropna(subset=["amount_share_from_top_rate"])
    if shown.empty:
        missing("Shares need a positive sum.")
        return
    points = pd.DataFrame(
        {
            "across": shown["customer_share_from_top_rate"],
            "up": shown["amount_share_from_top_rate"],
            "text": [
                f"The top {figures.share(c)} of customers hold {figures.share(a)}"
                for c, a in zip(
                    shown["customer_share_from_top_rate"],
                    shown["amount_share_from_top_rate"],
                    strict=True,
                )
            ],
        }
    )
    origin = pd.DataFrame({"across": [0.0], "up": [0.0], "text": ["Nobody holds nothing"]})
    draw(
        trends.curve(
            pd.concat([origin, points]),
            x_title="Customers, from the most valuable",
            y_title="Share of the sum",
            height=230,
        ),
        "Share of value held by the most valuable customers",
    )


def _bin_label(row: Any, view: View) -> str:
    if row.bin == 0:
        return "0"
    return view.money(row.lower_amount) if figures.known(row.lower_amount) else "less"


def _bin_range(row: Any, view: View) -> str:
    if row.bin == 0:
        return "exactly zero"
    low = view.money(row.lower_amount) if figures.known(row.lower_amount) else "below"
    high = view.money(row.upper_amount) if figures.known(row.upper_amount) else "more"
    return f"{low} to {high}"
