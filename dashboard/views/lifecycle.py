"""Lifecycle: who comes, stays, goes quiet and returns, and who is about to leave.

Belongs here: flows, cohorts and moves of the base, the watch list, win-back. Does not belong here:
other segments than stages (``segments.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import bars, moves, trends
from dashboard.page import COUNTED, View, draw, missing, part
from dashboard.panels import customer_link, migration

FLOW = "seg_lifecycle_flow"
COHORT = "seg_cohort"
WATCH = "seg_churn_watchlist"
WINBACK = "seg_winback_candidates"
SHOWN_MONTHS = 24
SHOWN_COHORTS = 18
SHOWN_AGES = 18
LISTED = 50

STAGES = f"""
select coalesce(sum(customer_count) filter (where lifecycle_stage in
        ('new', 'developing', 'growing', 'mature', 'declining', 'won_back')), 0) as active,
    coalesce(sum(customer_count) filter (where lifecycle_stage = 'declining'), 0) as declining,
    coalesce(sum(customer_count) filter (where lifecycle_stage = 'lapsed'), 0) as lapsed,
    coalesce(sum(customer_count) filter (where lifecycle_stage = 'churned'), 0) as churned
from seg_summary where {COUNTED}
"""
WATCHED = f"""
select count(*) as watched, sum(value_at_risk_amount) as at_risk,
    sum(sales_at_risk_amount) as sales_at_risk
from {WATCH}
"""
MONTHS = f"""
select period_start_date as date, is_partial, opening_count, new_count, resurrecting_count,
    dormant_count, closing_count, churn_rate, activity_window_days
from {FLOW} where period_kind = 'month'
order by period_start_date desc limit {SHOWN_MONTHS}
"""
COHORTS = f"""
select cohort_month, age_months, cohort_size, active_customer_count, retention_rate,
    cumulative_net_per_customer_amount
from {COHORT}
where not is_partial and age_months between 1 and {SHOWN_AGES}
    and cohort_month in (
        select distinct cohort_month from {COHORT} order by cohort_month desc
        limit {SHOWN_COHORTS + 1}
    )
order by cohort_month, age_months
"""
LEAVING = f"""
select customer_key, watch_rank, value_class, lifecycle_stage, churn_risk_rate,
    value_at_risk_amount, driver_1, likely_cause
from {WATCH} order by watch_rank limit {LISTED}
"""
CAUSES = f"""
select cause, count(*) as candidates, count(*) filter (where is_worth_an_attempt) as worth_it,
    sum(winnable_amount) as winnable, sum(expected_gain_amount) as gain
from {WINBACK} group by cause order by candidates desc
"""


def render(view: View) -> None:
    if not view.needs("seg_summary", "lifecycle_stage", what="Stages"):
        return
    _headlines(view)
    left, right = st.columns([3, 2])
    with view.panel(
        left, "Active customers, and who came in and went quiet by month", (FLOW, "closing_count")
    ):
        _flow(view)
    with view.panel(
        right, "From which stage to which, in a month", (migration.TABLE, "customer_count")
    ):
        migration.ribbons(view)
    with view.panel(
        st, "What became of those who first bought in a month", (COHORT, "retention_rate")
    ):
        _cohorts(view)
    left, right = st.columns([3, 2])
    with view.panel(left, "Who may leave, the dearest first", (WATCH, "watch_rank")):
        _watch_list(view)
    with view.panel(right, "Whom we lost, by likely cause", (WINBACK, "cause")):
        _winback(view)


def _headlines(view: View) -> None:
    places = st.columns(5)
    now = view.one(STAGES)
    for place, title, value in zip(
        places,
        ("Active", "of them declining", "Lapsed", "Churned"),
        (now.active, now.declining, now.lapsed, now.churned),
        strict=False,
    ):
        meaning = ("seg_summary", "lifecycle_stage")
        view.headline(place, title, figures.count(value), meaning)
    if view.publication.has(WATCH, "value_at_risk_amount"):
        watched = view.one(WATCHED)
        view.headline(
            places[4],
            "At risk on the watch list",
            view.money(watched.at_risk),
            (WATCH, "value_at_risk_amount"),
            change=f"{figures.count(watched.watched)} customers",
            good=None,
        )


def _flow(view: View) -> None:
    if not view.needs(FLOW, "closing_count", what="Flows"):
        return
    rows = view.ask(MONTHS).iloc[::-1]
    if rows.empty:
        missing("No purchase yet, so nobody came or went.")
        return
    rows["date"] = pd.to_datetime(rows["date"])
    stock = rows.assign(amount=rows["closing_count"], text=rows["closing_count"].map(figures.count))
    signs = {"New": ("new_count", 1), "Returned": ("resurrecting_count", 1),
             "Went quiet": ("dormant_count", -1)}  # fmt: skip
    flow = pd.concat(
        [
            rows[["date"]].assign(
                series=name, amount=sign * rows[column], text=rows[column].map(figures.count)
            )
            for name, (column, sign) in signs.items()
        ]
    )
    draw(trends.stock(stock, title="Active"), "Active customers at each month's end")
    draw(trends.flows(flow, palette.FLOWS), "New, returned and quiet customers by month")
    days = int(rows["activity_window_days"].max())
    part = " The last month is not over." if bool(rows["is_partial"].iloc[-1]) else ""
    st.caption(f"Active: bought within {days} days.{part}")


@part
def _cohorts(view: View) -> None:
    if not view.needs(COHORT, "retention_rate", what="Cohorts"):
        return
    rows = view.ask(COHORTS)
    if rows.empty:
        missing("No cohort has a full month behind it yet.")
        return
    shown = st.segmented_control(
        "Shown", ["Bought again in the month", "Net sales per customer so far"],
        default="Bought again in the month", required=True, label_visibility="collapsed",
    )  # fmt: skip
    rate = shown == "Bought again in the month"
    column = "retention_rate" if rate else "cumulative_net_per_customer_amount"
    rows = rows.dropna(subset=[column])
    rows["cohort_month"] = pd.to_datetime(rows["cohort_month"])
    rows["row"] = [
        f"{figures.month(m)} ({n:,})"
        for m, n in zip(rows["cohort_month"], rows["cohort_size"], strict=True)
    ]
    drawn = rows.assign(
        column=rows["age_months"],
        amount=rows[column],
        cell=[f"{v * 100:.0f}" if rate else figures.short(v, 2) for v in rows[column]],
        text=[_cohort_text(row, rate, view) for row in rows.itertuples()],
    )
    order = list(dict.fromkeys(drawn.sort_values("cohort_month")["row"]))
    limit = float(drawn["amount"].quantile(0.97)) or 1.0
    draw(
        moves.heat(drawn, x_title="Months after the first purchase", row_order=order, limit=limit),
        "Cohorts by month of first purchase and months since",
    )
    unit = "per cent of the cohort" if rate else f"{view.symbol.strip()} per customer"
    st.caption(f"In {unit}; in brackets the customers of the cohort.")


def _cohort_text(row: Any, rate: bool, view: View) -> str:
    when = f"{figures.month(row.cohort_month)}, month {row.age_months}"
    if rate:
        return (
            f"{when}: {row.active_customer_count:,} of {row.cohort_size:,} bought "
            f"({figures.share(row.retention_rate)})"
        )
    so_far = figures.exact_money(row.cumulative_net_per_customer_amount, view.currency)
    return f"{when}: {so_far} per customer so far"


def _watch_list(view: View) -> None:
    if not view.needs(WATCH, "watch_rank", what="The watch list"):
        return
    rows = view.ask(LEAVING)
    if rows.empty:
        missing("Nobody is on the watch list.")
        return
    shown = pd.DataFrame(
        {
            "Customer": rows["customer_key"].map(customer_link.address),
            "Tier": rows["value_class"].map(figures.name),
            "Stage": rows["lifecycle_stage"].map(figures.name),
            "Risk": rows["churn_risk_rate"] * 100,
            "At risk": rows["value_at_risk_amount"],
            "First driver": rows["driver_1"],
            "Cause": rows["likely_cause"].map(figures.name),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        height=300,
        column_config={
            "Customer": customer_link.column(),
            "Risk": st.column_config.NumberColumn(
                format="%.0f %%", help=view.definitions.of(WATCH, "churn_risk_rate"), width=60
            ),
            "At risk": st.column_config.NumberColumn(
                format=f"{view.symbol}%.2f",
                help=view.definitions.of(WATCH, "value_at_risk_amount"),
                width=80,
            ),
            "First driver": st.column_config.TextColumn(width="large"),
        },
    )


def _winback(view: View) -> None:
    if not view.needs(WINBACK, "cause", what="Win-back"):
        return
    rows = view.ask(CAUSES)
    if rows.empty:
        missing("Nobody has left who could be won back.")
        return
    rows = rows.assign(
        name=rows["cause"].map(figures.name),
        amount=rows["candidates"],
        text=[f"{row.candidates:,}" for row in rows.itertuples()],
        worth=rows["worth_it"].map(figures.count),
        winnable_text=[view.money(value) for value in rows["winnable"]],
    )
    colours = {name: palette.GREY if name == "Unknown" else palette.BLUE for name in rows["name"]}
    tips = {"Worth an attempt": "worth", "To be won in a year": "winnable_text"}
    draw(bars.ranked(rows, colours, tips=tips), "Lost customers by likely cause")
    worth, gain = int(rows["worth_it"].sum()), rows["gain"].dropna()
    note = f"{worth:,} of {int(rows['candidates'].sum()):,} are worth an attempt"
    if len(gain):
        note += f"; expected gain of all attempts {view.money(gain.sum())}"
    st.caption(note + ".")
