"""Segments: how large, what worth, who moved, and an explorer with filters and export.

Belongs here: all schemes of segments. Does not belong here: one customer (``customer.py``).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import bars, moves
from dashboard.page import COUNTED, View, draw, missing
from dashboard.views import explorer

MIGRATION = "seg_migration"
SEGMENT = "seg_segment"
# Column of seg_customer that holds the segment of each scheme.
SCHEMES = {
    "lifecycle": ("Lifecycle stage", "lifecycle_stage"),
    "value_class": ("Value tier", "value_tier"),
    "rfm": ("RFM", "rfm_segment"),
    "loyalty": ("Loyalty type", "loyalty_segment"),
    "need_class": ("Need", "need_class_segment"),
    "behaviour_class": ("Behaviour", "behaviour_class_segment"),
    "statistical": ("Statistical", "statistical_segment"),
    "region": ("Region", "region"),
    "purchase_channel": ("Purchase channel", "purchase_channel_segment"),
    "age_band": ("Age", "age_band_segment"),
    "gender": ("Gender", "gender_segment"),
    "income_band": ("Income", "income_band_segment"),
    "occupation": ("Occupation", "occupation_segment"),
    "education": ("Education", "education_segment"),
    "lifestyle": ("Lifestyle", "lifestyle_segment"),
}
SHOWN = 16  # segments of a scheme; the smallest of more are added up

SIZES = """
select coalesce({column}, 'not given') as segment, {name} as title, count(*) as customers,
    sum(net_amount) as net, sum(total_amount) as value, count(total_amount) as valued,
    sum(value_at_risk_amount) as at_risk, count(churn_risk_rate) as judged,
    sum(churn_risk_rate) as risk
from seg_customer where {counted} group by 1 order by customers desc
"""
DEFINED = f"select segment, definition from {SEGMENT} where scheme = ?"
MONTHS = f"""
select month_start_date, max(is_running) as is_running from {MIGRATION} where scheme = ?
group by all order by 1 desc
"""
MOVES = f"""
select from_segment, to_segment, sum(customer_count) as customers, sum(move_count) as moved,
    sum(definition_move_count) as by_definition
from {MIGRATION} where scheme = ? and month_start_date = ? group by all
"""


def render(view: View) -> None:
    if not view.needs("seg_customer", "rfm_segment", what="Segments"):
        return
    known = [
        scheme for scheme, (_, column) in SCHEMES.items()
        if view.publication.has("seg_customer", column)
    ]  # fmt: skip
    scheme = st.pills(
        "Scheme", known, default=known[0], format_func=lambda s: SCHEMES[s][0],
        label_visibility="collapsed", key="scheme", required=True,
    ) or known[0]  # fmt: skip
    rows = _sizes(view, scheme)
    left, middle, right = st.columns(3)
    column = SCHEMES[scheme][1]
    with view.panel(left, "How many customers", ("seg_customer", column)):
        _bars(rows, "customers", scheme, [figures.count(v) for v in rows["customers"]])
    with view.panel(middle, "What they are worth", ("seg_customer", "total_amount")):
        _worth(view, rows, scheme)
    with view.panel(right, "Who moved, in one month", (MIGRATION, "customer_count")):
        _moved(view, scheme)
    explorer.render(view, {key: SCHEMES[key] for key in known})


def _sizes(view: View, scheme: str) -> pd.DataFrame:
    publication = view.publication
    column = publication.quoted("seg_customer", SCHEMES[scheme][1])
    name = "null"
    if scheme == "statistical" and publication.has("seg_customer", "statistical_segment_name"):
        name = "any_value(statistical_segment_name)"
    rows = view.ask(SIZES.format(column=column, name=name, counted=COUNTED))
    if len(rows) > SHOWN:
        rest = rows.iloc[SHOWN - 1 :]
        summed = rest.drop(columns=["segment", "title"]).sum(min_count=1).to_frame().T
        summed = summed.assign(segment=f"{len(rest)} others", title=None)
        rows = pd.concat([rows.iloc[: SHOWN - 1], summed], ignore_index=True)
    titles = rows["title"].where(rows["title"].notna(), rows["segment"])
    rows["name"] = [figures.name(title, scheme) for title in titles]
    return rows


def _bars(rows: pd.DataFrame, column: str, scheme: str, texts: list[str]) -> None:
    drawn = rows.assign(amount=rows[column].astype(float), text=texts).dropna(subset=["amount"])
    segments = drawn["segment"].tolist()
    fixed = scheme in palette.SCHEMES
    order = palette.ordered(scheme, segments) if fixed else segments
    tint = palette.colours(scheme, segments)
    names = dict(zip(drawn["segment"], drawn["name"], strict=True))
    colours = {names[segment]: tint[segment] for segment in order}
    draw(bars.ranked(drawn, colours, height=max(170, 22 * len(drawn))), column)


def _worth(view: View, rows: pd.DataFrame, scheme: str) -> None:
    if rows["valued"].sum() == 0:
        st.caption("No customer has a value, so these are net sales to date.")
        _bars(rows, "net", scheme, [view.money(v) for v in rows["net"]])
        return
    texts = [
        f"{view.money(row.value)} · {view.money(row.value / row.valued)} each"
        if row.valued
        else figures.UNKNOWN
        for row in rows.itertuples()
    ]
    _bars(rows, "value", scheme, texts)


def _moved(view: View, scheme: str) -> None:
    if not view.needs(MIGRATION, "customer_count", what="Moves"):
        return
    months = view.ask(MONTHS, [scheme])
    if months.empty:
        missing("No moves yet: segments are remembered from the first refresh on.")
        return
    starts = pd.to_datetime(months["month_start_date"]).tolist()
    month = starts[0]
    if len(starts) > 1:
        month = st.selectbox(
            "Month", starts, format_func=figures.month, label_visibility="collapsed"
        )
    rows = view.ask(MOVES, [scheme, month.date()])
    changed = rows[rows["from_segment"] != rows["to_segment"]]
    total, moved = int(rows["customers"].sum()), int(changed["customers"].sum())
    st.markdown(
        f"**{moved:,}** of {total:,} customers ({figures.share(moved / total if total else 0)}) "
        f"changed segment in {figures.month(month)}."
    )
    by_definition = int(rows["by_definition"].sum())
    if by_definition:
        st.caption(f"{by_definition:,} more moves by a changed definition.")
    if changed.empty:
        missing("Nobody moved, or memory began within this month.")
        return
    _matrix(rows, scheme)


def _matrix(rows: pd.DataFrame, scheme: str) -> None:
    largest = rows.groupby("from_segment")["customers"].sum().nlargest(10).index
    rows = rows[rows["from_segment"].isin(largest) & rows["to_segment"].isin(largest)]
    leaving = rows.groupby("from_segment")["customers"].transform("sum")
    drawn = pd.DataFrame(
        {
            "row": [figures.name(segment, scheme) for segment in rows["from_segment"]],
            "column": [figures.name(segment, scheme) for segment in rows["to_segment"]],
            "amount": rows["customers"] / leaving,
            "customers": rows["customers"],
        }
    )
    drawn["cell"] = [figures.short(n) for n in drawn["customers"]]
    drawn["text"] = [
        f"{row.row} → {row.column}: {row.customers:,.0f} ({figures.share(row.amount)})"
        for row in drawn.itertuples()
    ]
    order = [figures.name(segment, scheme) for segment in palette.ordered(scheme, list(largest))]
    draw(
        moves.heat(drawn, x_title="to", row_order=order, column_order=order, limit=1.0),
        "Customers by segment before and after",
    )
