"""One customer: who this is to us, what happened, what is expected, and what to do.

Belongs here: figures of a single key. The published tables hold no personal data, so there is
nothing to mask: a customer is a key. Does not belong here: lists of customers (``explorer.py``).
"""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures
from dashboard.charts import axes, trends
from dashboard.page import COUNTED, View, draw, missing
from dashboard.panels import customer_link, customer_past
from dashboard.panels.customer_past import LOYALTY, TIMELINE, given, row_of

CUSTOMER = "seg_customer"
VALUE = "seg_customer_value"
LIFECYCLE = "seg_lifecycle"
AUDIENCE = "seg_audience"
WINBACK = "seg_winback_candidates"
SUGGESTED = 20
FOUND = 20
KEY_LENGTH = 64
BY_KEY = "Search by key"

FIRST = {
    "Most valuable": f"""
        select customer_key, coalesce(total_amount, net_amount) as amount from {CUSTOMER}
        where {COUNTED} and order_count > 0
        order by total_amount desc nulls last, net_amount desc, customer_key
        limit {SUGGESTED}""",
    "About to leave": f"""
        select customer_key, value_at_risk_amount as amount
        from seg_churn_watchlist order by watch_rank limit {SUGGESTED}""",
    "To win back": f"""
        select customer_key, winnable_amount as amount from {WINBACK}
        order by candidate_rank limit {SUGGESTED}""",
}
NEEDED = {"About to leave": "seg_churn_watchlist", "To win back": WINBACK}
SEARCH = f"""
select customer_key from {CUSTOMER} where starts_with(customer_key, ?)
order by customer_key limit {FOUND}
"""
SEGMENTS = (
    ("Stage", "lifecycle_stage", "stage_since_date", "stage_reason"),
    ("Value tier", "value_tier", "value_tier_since_date", "value_tier_reason"),
    ("Loyalty", "loyalty_segment", None, "loyalty_reason"),
    ("Need", "need_class_segment", None, "need_class_reason"),
    ("Behaviour", "behaviour_class_segment", None, "behaviour_class_reason"),
    ("RFM", "rfm_segment", None, None),
    ("Statistical", "statistical_segment_name", None, None),
)


def render(view: View) -> None:
    if not view.needs(CUSTOMER, "total_amount", what="Customers"):
        return
    key = _chosen(view)
    if key is None:
        return
    row = row_of(view, CUSTOMER, key)
    if row is None:
        missing("No published customer has this key.")
        return
    value, stage = row_of(view, VALUE, key), row_of(view, LIFECYCLE, key)
    _headlines(view, row, value)
    left, right = st.columns([2, 3])
    with view.panel(left, "What to do", (CUSTOMER, "recommended_action")):
        _action(view, row, key)
    with view.panel(right, "Where this customer stands, and why", (CUSTOMER, "lifecycle_stage")):
        _segments(row, stage)
    left, right = st.columns([2, 3])
    with view.panel(left, "What is expected", (VALUE, "potential_amount")):
        _expected(view, row, value)
    with view.panel(right, "What happened, by quarter", (TIMELINE, "net_amount")):
        customer_past.history(view, key)
    left, right = st.columns([2, 3])
    with view.panel(left, "Who this is to us", (CUSTOMER,)):
        _profile(view, row)
    with view.panel(right, "Loyalty and programme", (LOYALTY, "loyalty_index")):
        customer_past.loyalty(view, key)


def _chosen(view: View) -> str | None:
    _take_from_address()
    left, middle, right = st.columns([2, 3, 3])
    lists = [name for name in FIRST if view.publication.has(NEEDED.get(name, CUSTOMER))]
    source = left.selectbox("From", [*lists, BY_KEY], key="customer_source")
    if source == BY_KEY:
        typed = middle.text_input(
            "Key, or how it begins", max_chars=KEY_LENGTH, key="customer_typed"
        ).strip()
        if not typed:
            missing("Type how the key begins; the explorer's list shows keys.")
            return None
        keys = view.ask(SEARCH, [typed])["customer_key"].tolist()
        if not keys:
            missing(f"No key begins with {typed!r}.")
            return None
        if len(keys) == 1:
            return str(keys[0])
        return right.selectbox("Found", keys, key="customer_found")
    rows = view.ask(FIRST[source])
    if rows.empty:
        missing("Nobody is on this list.")
        return None
    amounts = dict(zip(rows["customer_key"], rows["amount"], strict=True))
    return middle.selectbox(
        "Customer",
        list(amounts),
        format_func=lambda k: f"{k[:12]} · {view.money(amounts[k])}",
        key=f"customer_of_{source}",
    )


def _take_from_address() -> None:
    """A link from a list names its customer once; what is chosen then is the reader's."""
    key = customer_link.asked()
    if key and st.session_state.get("customer_asked") != key:
        st.session_state["customer_asked"] = key
        st.session_state["customer_source"] = BY_KEY
        st.session_state["customer_typed"] = key[:KEY_LENGTH]


def _headlines(view: View, row: pd.Series, value: pd.Series | None) -> None:
    places = st.columns(5)
    last = f"{figures.count(row['days_since_last_order'])} days since the last"
    shown: list[tuple[str, str, tuple[str, str], str | None]] = [
        ("Total value", view.money(row["total_amount"]), (CUSTOMER, "total_amount"),
         _tier(row["value_tier"])),
        ("Net sales to date", view.money(row["net_amount"]), (CUSTOMER, "net_amount"),
         figures.counted(row["order_count"], "order")),
        ("Last purchase", figures.day(row["last_purchase_date"]),
         (CUSTOMER, "days_since_last_order"),
         last if figures.known(row["days_since_last_order"]) else None),
        ("Risk of no purchase, 90 days", figures.share(row["churn_risk_rate"], 0),
         (CUSTOMER, "churn_risk_rate"),
         f"{view.money(row['value_at_risk_amount'])} at risk"
         if figures.known(row["value_at_risk_amount"]) else None),
    ]  # fmt: skip
    alive = None if value is None else value["p_alive"]
    shown.append(("Still a customer", figures.share(alive, 0), (VALUE, "p_alive"), None))
    for place, (title, text, meaning, note) in zip(places, shown, strict=True):
        view.headline(place, title, text, meaning, change=note, good=None)


def _action(view: View, row: pd.Series, key: str) -> None:
    st.markdown(f"#### {figures.name(row['recommended_action'])}")
    if figures.known(row["treatment_reason"]):
        st.markdown(f"{_sentence(row['treatment_reason'])}")
    st.markdown(
        f"Service: **{figures.name(row['service_level'])}** · at most "
        f"**{figures.count(row['contact_budget_per_month'])}** contacts a month · offers up to "
        f"**{figures.share(row['offer_cap_rate'], 0)}**"
    )
    if figures.known(row["stage_exit_condition"]):
        st.markdown(f"What would change the stage: {row['stage_exit_condition']}.")
    winback = row_of(view, WINBACK, key)
    if winback is not None:
        st.markdown(
            f"To win back: **{figures.name(winback['suggested_offer'])}**, "
            f"cause {figures.name(winback['cause']).lower()}"
            + (
                f" ({winback['cause_evidence']})"
                if figures.known(winback["cause_evidence"])
                else ""
            )
        )
    if view.publication.has(AUDIENCE, "audience"):
        lists = view.ask(
            f"select audience, channel, is_hold_out from {AUDIENCE} where customer_key = ? "
            "and delta <> 'remove' order by audience",
            [key],
        )
        for entry in lists.itertuples():
            held = ", held out" if entry.is_hold_out else ""
            st.caption(f"On the list {figures.name(entry.audience)} by {entry.channel}{held}.")


def _segments(row: pd.Series, stage: pd.Series | None) -> None:
    lines = []
    for title, column, since, reason in SEGMENTS:
        if column not in row or not figures.known(row[column]):
            continue
        when = f" since {figures.day(row[since])}" if since and figures.known(row[since]) else ""
        lines.append(
            {
                "": title,
                "Segment": figures.name(row[column], title.lower()) + when,
                "Why": row[reason] if reason and figures.known(row[reason]) else "",
            }
        )
    if stage is not None and bool(stage["is_held_back"]):
        facts = figures.name(stage["raw_stage"])
        lines[0]["Why"] += f" (today's facts alone say {facts}; held until it lasts)"
    st.table(pd.DataFrame(lines).set_index(""))


def _expected(view: View, row: pd.Series, value: pd.Series | None) -> None:
    if value is None or not figures.known(value["potential_amount"]):
        why = None if value is None else value["potential_reason"]
        missing(f"No expectation: {why if figures.known(why) else 'not known'}.")
        return
    drawn = pd.DataFrame(
        [
            {
                "place": 0,
                "name": "Profit, 365 days",
                "amount": value["potential_amount"],
                "low": value["potential_lo_amount"],
                "high": value["potential_hi_amount"],
                "text": f"{view.money(value['potential_amount'])} "
                f"({view.money(value['potential_lo_amount'])} to "
                f"{view.money(value['potential_hi_amount'])})",
            }
        ]
    )
    draw(trends.intervals(drawn, axes.amount_labels(view.symbol), height=70), "Expected profit")
    st.markdown(
        f"**{figures.short(value['expected_purchases_365d'])}** purchases in a year "
        f"({figures.count(value['purchases_365d_lo'])} to "
        f"{figures.count(value['purchases_365d_hi'])} with 90 %), each about "
        f"**{view.money(value['expected_spend_amount'])}**, at a margin of "
        f"**{figures.share(value['margin_rate'], 0)}**."
    )
    drivers = [
        row[f"churn_driver_{n}"] for n in (1, 2, 3) if figures.known(row[f"churn_driver_{n}"])
    ]
    if drivers:
        st.markdown("Why the risk is what it is:\n" + "\n".join(f"- {text}" for text in drivers))
    model = figures.name(value["purchase_model"])
    st.caption(f"Purchases by {model}, risk by {figures.name(row['churn_risk_model']).lower()}.")


def _profile(view: View, row: pd.Series) -> None:
    kind = figures.name(row["customer_kind"]) + (", test account" if row["is_test"] else "")
    facts = {
        "Key": row["customer_key"],
        "Kind": kind,
        "Region": given(row["region"]),
        "Won through": given(row["acquisition_channel"]),
        "First purchase": figures.day(row["first_purchase_date"]),
        "Usual interval": f"{figures.short(row['itt_median_days'])} days"
        if figures.known(row["itt_median_days"])
        else figures.UNKNOWN,
        "Average order": figures.exact_money(row["average_order_value_amount"], view.currency),
        "RFM scores": figures.name(row["rfm_cell"]) if figures.known(row["rfm_cell"]) else "–",
        "Buys by": given(row["purchase_channel_segment"]),
        "Profile complete": figures.share(row["profile_completeness_rate"], 0),
    }
    cells = "".join(
        f"<tr><td>{html.escape(title)}</td><td>{html.escape(str(text))}</td></tr>"
        for title, text in facts.items()
    )
    st.html(f'<table class="patron-facts">{cells}</table>')


def _tier(tier: Any) -> str:
    named = figures.name(tier)
    return named if str(tier) == "not_tiered" else f"{named} tier"


def _sentence(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:] + "."
