"""What happened with one customer, and how loyal it is: two panels of the customer's view.

Belongs here: the past and the loyalty of a single key. Does not belong here: what is expected of it
and what to do (``customer.py``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import axes, bars
from dashboard.page import View, draw, missing

LOYALTY = "seg_loyalty"
TIMELINE = "seg_customer_timeline"
MEMBER = "seg_programme_member"
SHOWN_QUARTERS = 12  # as many as are published one by one


def row_of(view: View, table: str, key: str) -> pd.Series | None:
    """The customer's row of a published table; None where there is none."""
    if not view.publication.has(table, "customer_key"):
        return None
    rows = view.ask(f"select * from {table} where customer_key = ?", [key])
    return None if rows.empty else rows.iloc[0]


def history(view: View, key: str) -> None:
    if not view.needs(TIMELINE, "net_amount", what="History"):
        return
    rows = view.ask(
        f"select * from {TIMELINE} where customer_key = ? order by period_start_date nulls first",
        [key],
    )
    if rows.empty:
        missing("Nothing has happened yet: no order, no ticket, no answer.")
        return
    rows = _every_quarter(rows, view.publication.as_of_date)
    rows = rows.assign(
        bin=range(len(rows)),
        label=[figures.name(period) for period in rows.index],
        amount=rows["net_amount"],
        net_text=[figures.exact_money(v, view.currency) for v in rows["net_amount"]],
        orders=rows["order_count"].map(figures.count),
        returned=[figures.exact_money(v, view.currency) for v in rows["returned_amount"]],
    )
    tips = {"Quarter": "label", "Net sales": "net_text", "Orders": "orders", "Returned": "returned"}
    draw(
        bars.binned(
            rows, palette.BLUE, axes.amount_labels(view.symbol), tips,
            x_title="", rotate=False, height=170,
        ),
        "Net sales of the customer by quarter",
    )  # fmt: skip
    st.caption(_contacts(rows))


def _every_quarter(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The last quarters in order, those in which nothing happened as nothing."""
    newest = pd.Period(as_of, freq="Q")
    quarters = [f"{q.year}-Q{q.quarter}" for q in (newest - n for n in range(SHOWN_QUARTERS))]
    shown = [period for period in rows["period"] if period not in quarters]  # earlier
    counts = rows.set_index("period").select_dtypes("number")
    return counts.reindex([*shown, *reversed(quarters)], fill_value=0)


def _contacts(rows: pd.DataFrame) -> str:
    told = {
        "ticket_count": "tickets",
        "complaint_count": "complaints",
        "survey_answer_count": "survey answers",
        "campaign_contact_count": "campaign contacts",
    }
    parts = [
        f"{int(rows[column].fillna(0).sum()):,} {word}"
        for column, word in told.items()
        if column in rows
    ]
    return "Also: " + ", ".join(parts) + "."


def loyalty(view: View, key: str) -> None:
    row = row_of(view, LOYALTY, key)
    if row is None:
        missing("No loyalty figures for this customer.")
        return
    dimensions = {
        "Behaviour": "behaviour_dimension_score",
        "Attitude": "attitude_dimension_score",
        "Advocacy": "advocacy_dimension_score",
        "Relationship": "relationship_dimension_score",
        "Value": "value_dimension_score",
        "Emotion": "emotional_dimension_score",
        "Cognition": "cognitive_dimension_score",
        "Experience": "experience_dimension_score",
    }
    known = {
        title: row[column] for title, column in dimensions.items() if figures.known(row[column])
    }
    index = row["loyalty_index"]
    if figures.known(index):
        st.markdown(
            f"Loyalty index **{index:.0f}** of 100, known to "
            f"{figures.share(row['loyalty_index_coverage_rate'], 0)}."
        )
    elif figures.known(row["loyalty_index_reason"]):
        missing(f"No index: {row['loyalty_index_reason']}.")
    if known:
        drawn = pd.DataFrame(
            [{"name": n, "amount": float(v), "text": f"{v:.0f}"} for n, v in known.items()]
        )
        colours = dict.fromkeys(known, palette.BLUE)
        draw(
            bars.ranked(drawn, colours, height=26 * len(known) + 8),
            "Dimensions of loyalty",
        )
    notes = []
    if figures.known(row["nps_class"]):
        notes.append(f"{figures.name(row['nps_class'])} on {figures.day(row['nps_answered_date'])}")
    if figures.known(row["falling_evidence"]):
        notes.append(str(row["falling_evidence"]))
    member = row_of(view, MEMBER, key)
    if member is not None:
        notes.append(
            f"member of {figures.name(str(member['program_id']).lower())} since "
            f"{figures.day(member['enrolled_date'])}, tier {given(member['tier'])}, "
            f"{figures.count(member['open_points'])} points open"
        )
    if notes:
        st.caption("; ".join(notes) + ".")


def given(value: Any) -> str:
    """A word of the profile, or that it has none."""
    return figures.name(value) if figures.known(value) else "not given"
