"""Segments: how large, what worth, who moved, how they are treated, and lists of customers.

Belongs here: all schemes of segments. Does not belong here: one customer (``customer.py``).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import bars
from dashboard.page import COUNTED, View, draw
from dashboard.panels import explorer, lists, migration, treatments

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

# Published sizes where there are some, else one pass over the customers.
PUBLISHED = f"""
select segment, customer_count as customers, net_amount as net, total_amount as value,
    valued_count as valued
from {SEGMENT} where scheme = ? and customer_count > 0 order by customers desc, segment
"""
COUNTED_ANEW = """
select coalesce({column}, 'not given') as segment, count(*) as customers, sum(net_amount) as net,
    sum(total_amount) as value, count(total_amount) as valued
from seg_customer where {counted} group by 1 order by customers desc, 1
"""
NAMES = """
select distinct statistical_segment as segment, statistical_segment_name as title
from seg_customer where statistical_segment_name is not null
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
    with view.panel(right, "Who moved, in one month", (migration.TABLE, "customer_count")):
        migration.matrix(view, scheme)
    treatments.attractiveness(view, scheme)
    explorer.render(view)
    left, right = st.columns(2)
    with view.panel(left, "How customers are to be treated", (treatments.TABLE, "next_action")):
        treatments.render(view)
    with view.panel(right, "Whom to address: lists to hand on", (lists.AUDIENCE,)):
        lists.render(view)


def _sizes(view: View, scheme: str) -> pd.DataFrame:
    publication = view.publication
    if publication.has(SEGMENT, "customer_count", "valued_count"):
        rows = view.ask(PUBLISHED, [scheme])
    else:
        column = publication.quoted("seg_customer", SCHEMES[scheme][1])
        rows = view.ask(COUNTED_ANEW.format(column=column, counted=COUNTED))
    rows["name"] = [figures.name(segment, scheme) for segment in rows["segment"]]
    if scheme == "statistical" and publication.has("seg_customer", "statistical_segment_name"):
        titles = view.ask(NAMES).set_index("segment")["title"]
        rows["name"] = rows["segment"].map(titles).fillna(rows["name"])
    if len(rows) > SHOWN:
        rest = rows.iloc[SHOWN - 1 :]
        summed = rest.drop(columns=["segment", "name"]).sum(min_count=1).to_frame().T
        others = f"{len(rest)} others"
        summed = summed.assign(segment=others, name=others)
        rows = pd.concat([rows.iloc[: SHOWN - 1], summed], ignore_index=True)
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
    # Who never bought may have a value of nothing where nobody else has any.
    if rows.loc[rows["net"] > 0, "valued"].sum() == 0:
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
