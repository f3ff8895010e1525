"""Customer value: what customers are worth, in which parts, how spread, and how sure it is.

Belongs here: the value of all customers and its forecast. Does not belong here: one customer's
value (``customer.py``) and the track record of the models behind it (``track_record.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures
from dashboard.charts import axes, bars, trends
from dashboard.page import View, draw, missing, part, reasons
from dashboard.panels import track_record, value_parts, value_spread

BRIDGE = "seg_value_change"
EQUITY = "seg_equity"
STEPS = {
    "opening": "Opening",
    "alive": "Alive",
    "frequency": "Frequency",
    "spend": "Spend",
    "margin": "Margin",
    "influence": "Influence",
    "merge": "Merged",
    "definition": "Definition",
    "closing": "Closing",
}

CHANGE = f"""
select step_rank, step, step_kind, opening_date, period_kind, amount, from_amount, to_amount,
    customer_count, left_out_count, amount_reason
from {BRIDGE} where segment_kind = ? and segment = ? order by step_rank
"""
CHANGED = f"select distinct segment_kind, segment from {BRIDGE} order by segment_kind, segment"
WORTH = f"select * from {EQUITY} where scope = 'base'"


def render(view: View) -> None:
    if not view.needs("seg_customer", "total_amount", what="Customer value"):
        return
    _headlines(view)
    left, right = st.columns(2)
    with view.panel(
        left,
        "Value by tier: earned, to come in a year, and through others",
        ("seg_customer", "total_amount"),
    ):
        value_parts.by_tier(view, 270)
    with view.panel(right, "What changed the value since the last closing", (BRIDGE, "amount")):
        _bridge(view)
    left, right = st.columns(2)
    with view.panel(
        left, "How value is spread over customers", (value_spread.BINS, "customer_count")
    ):
        value_spread.render(view)
    with view.panel(right, "What the customer base is worth", (EQUITY, "base_365d_amount")):
        _equity(view)
    track_record.render(view)


def _headlines(view: View) -> None:
    now = value_parts.totals(view)
    places = st.columns(5)
    valued = f"{figures.count(now.valued)} of {figures.count(now.buyers)} buyers"
    for place, title, value, column in zip(
        places,
        ("Total value", "Established", "Potential, 1 year", "Influence, 1 year"),
        (now.total, now.established, now.potential, now.influence),
        ("total_amount", "established_amount", "potential_amount", "influence_amount"),
        strict=False,
    ):
        # Who never bought may have a value of nothing where nobody else has any.
        shown = view.money(value) if now.valued else figures.UNKNOWN
        view.headline(place, title, shown, ("seg_customer", column))
    known = now.valued / now.buyers if now.buyers else None
    view.headline(
        places[4],
        "Buyers with a value",
        figures.share(known, 0),
        ("seg_customer", "total_reason"),
        change=valued,
        good=None,
    )
    if figures.known(now.reason) and not now.valued:
        missing(f"No buyer has a value. {figures.first_reason(now.reason)}")


@part
def _bridge(view: View) -> None:
    if not view.needs(BRIDGE, "from_amount", "to_amount", what="The value bridge"):
        return
    kind, segment = _whose(view.ask(CHANGED))
    rows = view.ask(CHANGE, [kind, segment])
    opening = rows.loc[rows["step"] == "opening"]
    if opening.empty or opening["amount"].isna().all():
        missing(f"No bridge yet: {reasons(rows, 'amount_reason') or 'no opening is known'}.")
        return
    first = opening.iloc[0]
    drawn = _steps(rows.dropna(subset=["from_amount", "to_amount"]), view.currency)
    draw(bars.bridge(drawn, axes.amount_labels(view.symbol), height=236), "Bridge of value")
    left_out = int(rows["left_out_count"].fillna(0).max())
    opened = figures.day(first["opening_date"])
    note = f"Since the closing of {opened}. The axis does not begin at zero."
    st.caption(
        note + (f" {left_out:,} customers without both values left out." if left_out else "")
    )


def _whose(kinds: pd.DataFrame) -> tuple[str, str]:
    choices = {("all", "all"): "All customers"}
    for row in kinds.itertuples():
        here = (str(row.segment_kind), str(row.segment))
        if row.segment_kind == "all":
            choices = {here: "All customers"}
        else:
            choices[here] = f"{figures.name(row.segment_kind)}: {figures.name(row.segment)}"
    ordered = sorted(choices, key=lambda choice: (choice[0] != "all", choice))
    picked = st.selectbox(
        "Whose value", ordered, format_func=lambda c: choices[c], label_visibility="collapsed"
    )
    return picked or ordered[0]


def _steps(rows: pd.DataFrame, currency: str | None) -> pd.DataFrame:
    drawn = []
    for row in rows.itertuples():
        level = row.step_kind == "level"
        up = row.amount >= 0
        drawn.append(
            {
                "place": row.step_rank,
                "name": STEPS.get(str(row.step), figures.name(row.step)),
                "low": min(row.from_amount, row.to_amount),
                "high": max(row.from_amount, row.to_amount),
                "kind": "Level" if level else "Gain" if up else "Loss",
                "text": ("" if level or not up else "+") + figures.money(row.amount, currency),
                "exact": figures.exact_money(row.amount, currency),
            }
        )
    return pd.DataFrame(drawn)


def _equity(view: View) -> None:
    if not view.needs(EQUITY, "base_365d_amount", what="Customer equity"):
        return
    rows = view.ask(WORTH)
    if rows.empty or rows["base_365d_amount"].isna().all():
        missing(f"No equity: {reasons(rows, 'equity_reason') or 'no customer has a value'}.")
        return
    row = rows.iloc[0]
    drawn = pd.DataFrame(
        [
            _estimate(0, "Base, next 365 days", row, "base_365d", view),
            _estimate(1, "Base, without horizon", row, "base_infinite", view),
        ]
    )
    draw(trends.intervals(drawn, axes.amount_labels(view.symbol), height=120), "Customer equity")
    lines = [
        f"**{figures.count(row['expected_alive_count'])}** of "
        f"{figures.count(row['customer_count'])} customers are expected to be still alive; "
        f"**{figures.count(row['expected_purchases_365d'])}** purchases worth "
        f"**{view.money(row['sales_365d_amount'])}** are expected of them in a year."
    ]
    if figures.known(row["new_customers_amount"]):
        lines.append(
            f"Customers yet to come: **{view.money(row['new_customers_amount'])}** from "
            f"{figures.count(row['expected_new_customer_count'])} at the pace of late."
        )
    if figures.known(row["equity_reason"]):
        lines.append(f":gray[{row['equity_reason']}]")
    st.markdown("\n\n".join(lines))


def _estimate(place: int, title: str, row: Any, stem: str, view: View) -> dict[str, Any]:
    low, high = row[f"{stem}_lo_amount"], row[f"{stem}_hi_amount"]
    text = view.money(row[f"{stem}_amount"])
    if figures.known(low):
        text += f"  ({view.money(low)} to {view.money(high)})"
    return {
        "place": place,
        "name": title,
        "amount": row[f"{stem}_amount"],
        "low": low,
        "high": high,
        "text": text,
    }
