"""Value by tier in its three parts: the picture that the overview and the value view share.

Belongs here: that one picture. Does not belong here: anything else about value (``value.py``).
"""

from __future__ import annotations

from dashboard import figures, palette
from dashboard.charts import axes, bars
from dashboard.page import COUNTED, View, draw, missing, reasons

TIERS = f"""
select value_tier as tier, count(*) as customers, sum(established_amount) as "Established",
    sum(potential_amount) as "Potential", sum(influence_amount) as "Influence",
    mode(total_reason) filter (where total_amount is null and order_count > 0) as reason
from seg_customer where {COUNTED} and value_tier is not null group by value_tier
"""


def by_tier(view: View, height: int) -> None:
    """Horizontal bars of established, potential and influence value per tier."""
    rows = view.ask(TIERS)
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
