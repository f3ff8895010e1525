"""How segments and kinds of customers are to be treated: what to bet on, what to do with whom.

Belongs here: the policy and the attractiveness of segments as they are published. Does not belong
here: which customers these are (``explorer.py``, by the filter "To do").
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures
from dashboard.page import View, missing

TABLE = "seg_treatment"
SEGMENT = "seg_segment"

POLICY = f"""
select value_tier, lifecycle_stage, treatment_rule, service_level, contact_budget_per_month,
    offer_cap_rate, next_action, treatment_reason, sum(customer_count) as customers,
    sum(total_amount) as value
from {TABLE} group by all having sum(customer_count) > 0
order by value desc nulls last, treatment_rule
"""
RANKED = f"""
select segment, attractiveness_rank, attractiveness_score, customer_count, sales_growth_rate,
    yearly_profit_amount, reachable_rate, repurchase_rate, attractiveness_reason, definition
from {SEGMENT} where scheme = ? and customer_count > 0
order by attractiveness_rank nulls last, display_rank
"""


def render(view: View) -> None:
    """The policy, the dearest customers first."""
    if not view.needs(TABLE, "next_action", "customer_count", what="Treatment"):
        return
    rows = view.ask(POLICY)
    if rows.empty:
        missing("No customer is treated by the policy yet.")
        return
    shown = pd.DataFrame(
        {
            "To do": rows["next_action"].map(figures.name),
            "Customers": rows["customers"],
            "Value": rows["value"],
            "Tier": rows["value_tier"].map(figures.name),
            "Stage": rows["lifecycle_stage"].map(figures.name),
            "Need": [_need(rule) for rule in rows["treatment_rule"]],
            "Offer up to": rows["offer_cap_rate"] * 100,
            "Contacts a month": rows["contact_budget_per_month"],
            "Service": rows["service_level"].map(figures.name),
            "Why": rows["treatment_reason"],
        }
    )
    meaning = view.definitions.of
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        height=330,
        column_config={
            "To do": st.column_config.TextColumn(help=meaning(TABLE, "next_action"), width=200),
            "Customers": st.column_config.NumberColumn(format="localized", width=75),
            "Value": st.column_config.NumberColumn(
                format=f"{view.symbol}%.0f", help=meaning(TABLE, "total_amount"), width=80
            ),
            "Offer up to": st.column_config.NumberColumn(
                format="%.0f %%", help=meaning(TABLE, "offer_cap_rate")
            ),
            "Contacts a month": st.column_config.NumberColumn(
                help=meaning(TABLE, "contact_budget_per_month")
            ),
        },
    )
    st.caption('The filter "To do" of the explorer lists and exports the customers of an action.')


def attractiveness(view: View, scheme: str) -> None:
    """The segments of a scheme, the most attractive first, with what is known of each."""
    if not view.publication.has(SEGMENT, "attractiveness_rank", "definition"):
        return
    rows = view.ask(RANKED, [scheme])
    if rows.empty:
        return
    with view.panel(st, "Which segments are worth an effort", (SEGMENT, "attractiveness_score")):
        shown = pd.DataFrame(
            {
                "Rank": rows["attractiveness_rank"],
                "Segment": [figures.name(segment, scheme) for segment in rows["segment"]],
                "Score": rows["attractiveness_score"],
                "Customers": rows["customer_count"],
                "Profit a year, each": rows["yearly_profit_amount"],
                "Growth of sales": rows["sales_growth_rate"] * 100,
                "Reachable": rows["reachable_rate"] * 100,
                "Buy again": rows["repurchase_rate"] * 100,
                "Why": rows["attractiveness_reason"],
                "Who is in it": rows["definition"],
            }
        )
        st.dataframe(
            shown,
            hide_index=True,
            placeholder="–",
            height=min(38 + 35 * len(shown), 250),
            column_config=_columns(view),
        )


def _columns(view: View) -> dict[str, Any]:
    meaning = view.definitions.of
    named = {
        "Score": ("attractiveness_score", "%.0f"),
        "Customers": ("customer_count", "localized"),
        "Profit a year, each": ("yearly_profit_amount", f"{view.symbol}%.2f"),
        "Growth of sales": ("sales_growth_rate", "%+.0f %%"),
        "Reachable": ("reachable_rate", "%.0f %%"),
        "Buy again": ("repurchase_rate", "%.0f %%"),
    }
    columns: dict[str, Any] = {
        title: st.column_config.NumberColumn(format=form, help=meaning(SEGMENT, column), width=112)
        for title, (column, form) in named.items()
    }
    columns["Rank"] = st.column_config.NumberColumn(
        help=meaning(SEGMENT, "attractiveness_rank"), width=50
    )
    columns["Segment"] = st.column_config.TextColumn(width=140)
    columns["Why"] = st.column_config.TextColumn(width=330)
    columns["Who is in it"] = st.column_config.TextColumn(width=330)
    return columns


def _need(rule: object) -> str:
    """The need class that a rule names last."""
    need = str(rule).rsplit("/", 1)[-1]
    return "" if need == "any" else figures.name(need)
