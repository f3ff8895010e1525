"""Value by tier in its three parts: the sums that the overview and the value view share.

Belongs here: one pass over the customers, and the picture of it. Does not belong here: anything
else about value (``value.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard import figures, palette
from dashboard.charts import axes, bars
from dashboard.page import COUNTED, View, draw, missing, reasons

# One pass for both views: over a million customers it is their dearest question.
TIERS = f"""
select value_tier as tier, count(*) as customers, count(*) filter (where order_count > 0) as buyers,
    count(total_amount) filter (where order_count > 0) as valued,
    sum(established_amount) as "Established", sum(potential_amount) as "Potential",
    sum(influence_amount) as "Influence", sum(total_amount) as total,
    sum(value_at_risk_amount) as at_risk,
    max(total_reason) filter (where total_amount is null and order_count > 0) as reason
from seg_customer where {COUNTED} group by value_tier
"""


def totals(view: View) -> Any:
    """The sums over all tiers, by attribute: buyers, valued, established, ..., reason."""
    rows = view.ask(TIERS)
    sums = rows.drop(columns=["tier", "reason"]).sum(min_count=1).rename(str.lower)
    return pd.concat([sums, pd.Series({"reason": reasons(rows, "reason")})])


def by_tier(view: View, height: int) -> None:
    """Horizontal bars of established, potential and influence value per tier."""
    rows = view.ask(TIERS).dropna(subset=["tier"])
    kinds = list(palette.VALUE_PARTS)
    if not rows[kinds].fillna(0).any(axis=None):
        why = figures.first_reason(reasons(rows, "reason"))
        missing(f"No customer has a value. {why or 'The reasons stand with each customer.'}")
        return
    order = palette.ordered("value_class", rows["tier"].tolist())
    names = {
        tier: f"{figures.name(tier)} ({figures.count(people)})"
        for tier, people in zip(rows["tier"], rows["customers"], strict=True)
    }
    long = rows.melt("tier", kinds, "series", "amount").dropna(subset=["amount"])
    long["name"] = long["tier"].map(names)
    long["place"] = long["series"].map(kinds.index)
    long["text"] = [figures.exact_money(value, view.currency) for value in long["amount"]]
    labels = axes.amount_labels(view.symbol)
    tiers = [names[tier] for tier in order]
    draw(
        bars.parts(long, tiers, palette.VALUE_PARTS, labels, height=height),
        "Value of customers by tier: established, potential, influence",
    )
