"""Lists to hand on: audiences for campaigns, the watch list, candidates to be won back.

Belongs here: who is on a published list, and the file for whoever calls or writes. Who is held out
to be compared with is in no file. Does not belong here: lists by filters (``explorer.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import export, figures
from dashboard.page import View, missing, part
from dashboard.panels import customer_link

AUDIENCE = "seg_audience"
WATCH = "seg_churn_watchlist"
WINBACK = "seg_winback_candidates"
LISTED = 50

AUDIENCES = f"""
select audience, max(purpose) as purpose, max(channel) as channel,
    count(*) filter (where not is_hold_out and delta <> 'remove') as people,
    count(*) filter (where not is_hold_out and delta = 'add') as added,
    count(*) filter (where not is_hold_out and delta = 'remove') as removed,
    count(*) filter (where is_hold_out and delta <> 'remove') as held_out
from {AUDIENCE} group by audience order by people desc, audience
"""
MEMBERS = f"""
select customer_key, delta, channel, next_action, offer_cap_rate, contacts_left_count,
    member_since_date, consent_since_date, delta_reason, audience, purpose, as_of_date
from {AUDIENCE} where audience = ? and not is_hold_out
order by case delta when 'add' then 0 when 'keep' then 1 else 2 end, customer_key
"""
OTHERS = {
    WATCH: (
        "Watch list: may leave, the dearest first",
        f"select * from {WATCH} order by watch_rank",
    ),
    WINBACK: (
        "To win back, the most winnable first",
        f"select * from {WINBACK} order by candidate_rank",
    ),
}
SHOWN = {
    "customer_key": "Customer",
    "delta": "Delta",
    "next_action": "To do",
    "suggested_offer": "Offer",
    "offer_cap_rate": "Offer up to",
    "churn_risk_rate": "Risk",
    "value_at_risk_amount": "At risk",
    "winnable_amount": "To be won",
    "cause": "Cause",
    "likely_cause": "Cause",
    "contacts_left_count": "Contacts left",
    "approach": "Approach",
    "delta_reason": "Why",
    "approach_reason": "Why",
    "driver_1": "Why",
}


@part
def render(view: View) -> None:
    """The choice of the list, its people and its file."""
    audiences = pd.DataFrame()
    if view.publication.has(AUDIENCE, "audience", "is_hold_out", "delta"):
        audiences = view.ask(AUDIENCES)
    others = [table for table in OTHERS if view.publication.has(table, "customer_key")]
    names = [*(audiences["audience"] if len(audiences) else []), *others]
    if not names:
        missing("No list is published: without delivered consents nobody may be addressed.")
        return
    if audiences.empty:
        missing("No audience: without delivered consents nobody may be addressed.")
    about = {str(row.audience): row for row in audiences.itertuples()}
    name = st.selectbox(
        "List", names, format_func=lambda n: _title(n, about), key="list_shown",
        label_visibility="collapsed",
    )  # fmt: skip
    sql, values = (OTHERS[name][1], []) if name in OTHERS else (MEMBERS, [name])
    _preview(view, f"select * from ({sql}) limit {LISTED}", values)
    left, right = st.columns([2, 5], vertical_alignment="center")
    left.download_button(
        "Download list",
        export.writer(view, f"select * from ({sql}) limit {export.EXPORTED:d}", values),
        file_name=export.file_name(view, str(name)),
        mime="text/csv",
        on_click="ignore",
    )
    right.caption(_note(about.get(str(name))))


def _title(name: str, about: dict[str, Any]) -> str:
    if name in OTHERS:
        return OTHERS[name][0]
    row = about[name]
    by = f" by {figures.name(row.channel)}" if figures.known(row.channel) else ""
    return f"{figures.name(name)}{by}: {figures.count(row.people)} people"


def _note(row: Any) -> str:
    """What has to be done with the list, and who is left out of it."""
    if row is None:
        return f"The first {LISTED} are shown; the file holds up to {export.EXPORTED:,}."
    parts = [f"{row.added:,} to add", f"{row.people - row.added:,} to keep"]
    if row.removed:
        parts.append(f"{row.removed:,} to remove")
    held = (
        f" {figures.counted(row.held_out, 'customer')} held out to compare with "
        f"{'is' if row.held_out == 1 else 'are'} not in the file."
        if row.held_out
        else ""
    )
    purpose = f" Consent for {row.purpose} holds." if figures.known(row.purpose) else ""
    return f"Since the last export: {', '.join(parts)}.{purpose}{held}"


def _preview(view: View, sql: str, values: list[Any]) -> None:
    rows = view.ask(sql, values)
    if rows.empty:
        missing("Nobody is on this list.")
        return
    shown = pd.DataFrame(
        {
            title: _readable(column, rows[column])
            for column, title in SHOWN.items()
            if column in rows
        }
    )
    per_cent = st.column_config.NumberColumn(format="%.0f %%")
    money = st.column_config.NumberColumn(format=f"{view.symbol}%.2f")
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        height=246,
        column_config={
            "Customer": customer_link.column(),
            "Offer up to": per_cent,
            "Risk": per_cent,
            "At risk": money,
            "To be won": money,
            "Why": st.column_config.TextColumn(width=300),
        },
    )


def _readable(column: str, values: pd.Series) -> pd.Series:
    if column == "customer_key":
        return values.map(customer_link.address)
    if column.endswith("_rate"):
        return values * 100
    if column in ("delta", "next_action", "suggested_offer", "cause", "likely_cause", "approach"):
        return values.map(lambda word: figures.name(word) if figures.known(word) else "")
    return values
