"""Who moved between segments in a month: ribbons between stages, a matrix for any scheme.

Belongs here: reading ``seg_migration``, the choice of the month, both pictures. Does not belong
here: how large segments are (``segments.py``).
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import moves
from dashboard.page import View, draw, missing, part

TABLE = "seg_migration"
SHOWN_SEGMENTS = 10  # of a matrix; the largest

# All months of a scheme: a few thousand rows after years, and one question instead of two.
MOVES = f"""
select month_start_date, is_running, from_segment, to_segment, customer_count as customers,
    move_count as moves, definition_move_count as by_definition
from {TABLE} where scheme = ? order by month_start_date desc, from_rank, to_rank
"""


@part
def ribbons(view: View) -> None:
    """Customers by stage before and after a month."""
    rows = _month(view, "lifecycle")
    if rows is None:
        return
    rows = rows.groupby(["from_segment", "to_segment"], as_index=False)["customers"].sum()
    stages = list(dict.fromkeys([*rows["from_segment"], *rows["to_segment"]]))
    order = palette.ordered("lifecycle", stages)
    colours = {figures.name(s): c for s, c in palette.colours("lifecycle", order).items()}
    drawn = pd.DataFrame(
        {
            "origin": rows["from_segment"].map(figures.name),
            "target": rows["to_segment"].map(figures.name),
            "amount": rows["customers"],
        }
    )
    drawn["text"] = [
        f"{row.origin} → {row.target}: {figures.counted(row.amount, 'customer')}"
        for row in drawn.itertuples()
    ]
    draw(
        moves.ribbons(drawn, colours, before="start of month", after="end", height=330),
        "Customers by stage at the start and the end of the month",
    )
    moved = int(drawn.loc[drawn["origin"] != drawn["target"], "amount"].sum())
    total = int(drawn["amount"].sum())
    part_moved = figures.share(moved / total) if total else figures.UNKNOWN
    st.caption(f"{moved:,} of {total:,} customers ({part_moved}) changed stage.")


@part
def matrix(view: View, scheme: str) -> None:
    """How many moved, and from which segment to which."""
    rows = _month(view, scheme)
    if rows is None:
        return
    changed = rows[rows["from_segment"] != rows["to_segment"]]
    total, moved = int(rows["customers"].sum()), int(changed["customers"].sum())
    st.markdown(
        f"**{moved:,}** of {total:,} customers ({figures.share(moved / total if total else 0)}) "
        f"changed segment in {figures.month(rows['month_start_date'].iloc[0])}."
    )
    by_definition = int(rows["by_definition"].sum())
    if by_definition:
        st.caption(f"{by_definition:,} more moves by a changed definition.")
    if changed.empty:
        missing("Nobody moved, or memory began within this month.")
        return
    _heat(rows, scheme)


def _month(view: View, scheme: str) -> pd.DataFrame | None:
    """Rows of the chosen month; None, with its reason said, where there are none."""
    if not view.needs(TABLE, "customer_count", "definition_move_count", what="Moves"):
        return None
    rows = view.ask(MOVES, [scheme])
    if rows.empty:
        missing("No moves yet: segments are remembered from the first refresh on.")
        return None
    rows["month_start_date"] = pd.to_datetime(rows["month_start_date"]).dt.date
    months = dict(zip(rows["month_start_date"], rows["is_running"], strict=True))
    month = next(iter(months))
    if len(months) > 1:

        def told(start: date) -> str:
            return figures.month(start) + (" so far" if months[start] else "")

        month = st.selectbox(
            "Month", list(months), format_func=told, label_visibility="collapsed",
            key=f"month_of_{scheme}",
        )  # fmt: skip
    return rows[rows["month_start_date"] == month]


def _heat(rows: pd.DataFrame, scheme: str) -> None:
    largest = rows.groupby("from_segment")["customers"].sum().nlargest(SHOWN_SEGMENTS).index
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
