"""Overview: the state of the customer base in a minute.

Belongs here: headline figures with their change, and one picture each of sales, stages, value and
of what is to be done. Does not belong here: what needs explaining (the other views).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import axes, bars, trends
from dashboard.page import COUNTED, View, draw, missing
from dashboard.panels import value_parts

DAILY = "seg_summary_daily"
SHOWN_DAYS = 364
BEFORE = "in 4 weeks"

HEADLINES = f"""
with daily as (
    select *, max(calendar_date) over () - calendar_date as days_ago from {DAILY}
)
select
    max(net_28_days_amount) filter (where days_ago = 0) as net,
    max(net_28_days_amount) filter (where days_ago = 28) as net_before,
    max(active_customer_count) filter (where days_ago = 0) as active,
    max(active_customer_count) filter (where days_ago = 28) as active_before,
    sum(new_customer_count) filter (where days_ago < 28) as fresh,
    sum(new_customer_count) filter (where days_ago between 28 and 55) as fresh_before,
    sum(gross_margin_amount) filter (where days_ago < 28) as margin,
    sum(gross_margin_amount) filter (where days_ago between 28 and 55) as margin_before,
    max(missing_reason) filter (where days_ago = 1) as missing_reason
from daily
"""
SPARKLINES = f"""
select
    calendar_date as date, net_28_days_amount as net, active_customer_count as active,
    sum(new_customer_count) over last_28 as fresh,
    sum(gross_margin_amount) over last_28 / nullif(net_28_days_amount, 0) as margin_rate
from {DAILY}
window last_28 as (order by calendar_date rows between 27 preceding and current row)
order by calendar_date
"""
STAGES = f"""
select lifecycle_stage as stage, sum(customer_count) as customers, sum(net_amount) as net
from seg_summary where {COUNTED} group by lifecycle_stage
"""
NPS = """
select wave, last_answered_date, score, answer_count, score_lo, score_hi
from seg_satisfaction
where (survey_id, question_code) = (
        select (survey_id, question_code) from seg_satisfaction
        where figure = 'nps' and segment_kind = 'all' and wave <> 'current'
        group by survey_id, question_code
        order by sum(answer_count) desc, survey_id, question_code limit 1
    )
    and figure = 'nps' and segment_kind = 'all' and wave <> 'current' and score is not null
order by last_answered_date, wave
"""
LISTS = """
select audience, any_value(channel) as channel, count(*) filter (where not is_hold_out) as contacts,
    count(*) filter (where is_hold_out) as held_out
from seg_audience where delta <> 'remove' group by audience order by contacts desc, audience
"""


def render(view: View) -> None:
    _headlines(view)
    left, right = st.columns([3, 2])
    with view.panel(left, "Net sales of 28 days, against a year before", (DAILY, "net_amount")):
        _sales(view)
    with view.panel(right, "Customers by lifecycle stage", ("seg_summary", "lifecycle_stage")):
        _stages(view)
    left, right = st.columns([3, 2])
    with view.panel(
        left,
        "Where the value is: by tier, earned and still to come",
        ("seg_customer", "value_tier", "total_amount"),
    ):
        value_parts.by_tier(view, 212)
    with view.panel(right, "Whom to address now", ("seg_audience",)):
        _lists(view)


def _headlines(view: View) -> None:
    places = st.columns(6)
    if view.needs(DAILY, "net_28_days_amount", what="Headlines"):
        _trade(view, places[:4])
    _expected(view, places[4])
    _nps(view, places[5])


def _trade(view: View, places: Sequence[Any]) -> None:
    now, past = view.one(HEADLINES), _weekly(view.ask(SPARKLINES))
    rate, rate_before = _ratio(now.margin, now.net), _ratio(now.margin_before, now.net_before)
    shown = (
        ("Net sales, 28 days", view.money(now.net), _growth(now.net, now.net_before), "net",
         "net_amount"),
        ("Margin, 28 days", figures.share(rate), _points(rate, rate_before), "margin_rate",
         "gross_margin_amount"),
        ("Active customers", figures.count(now.active), _growth(now.active, now.active_before),
         "active", "active_customer_count"),
        ("New in 28 days", figures.count(now.fresh), _growth(now.fresh, now.fresh_before),
         "fresh", "new_customer_count"),
    )  # fmt: skip
    for place, (title, value, change, series, column) in zip(places, shown, strict=True):
        drawn = past[series].dropna().tolist()
        unknown = value == figures.UNKNOWN and figures.known(now.missing_reason)
        view.headline(
            place,
            title,
            value,
            (DAILY, column),
            change=change,
            against=BEFORE,
            series=drawn or None,
            note=figures.first_reason(now.missing_reason) if unknown else None,
        )


def _expected(view: View, place: Any) -> None:
    if not view.publication.has("seg_customer", "value_at_risk_amount"):
        return
    now = value_parts.totals(view)
    at_risk = f"{view.money(now.at_risk)} at risk" if figures.known(now.at_risk) else None
    view.headline(
        place,
        "Expected in a year",
        view.money(now.potential if now.valued else None),
        ("seg_customer", "potential_amount", "value_at_risk_amount"),
        change=at_risk if now.valued else None,
        good=None,
        note=None if now.valued else figures.first_reason(now.reason),
    )


def _nps(view: View, place: Any) -> None:
    meaning = ("seg_satisfaction", "score")
    waves = view.ask(NPS) if view.publication.has(*meaning) else pd.DataFrame()
    if waves.empty:
        nobody = "No survey answers are published."
        view.headline(place, "NPS, last wave", figures.UNKNOWN, meaning, note=nobody)
        return
    last = waves.iloc[-1]
    several = len(waves) > 1
    change = figures.points(last["score"] - waves.iloc[-2]["score"]) if several else None
    view.headline(
        place,
        "NPS, last wave",
        figures.points(last["score"], 0),
        meaning,
        change=change,
        against=f"{figures.count(last['answer_count'])} answers",
        series=waves["score"].tolist() if several else None,
    )


def _sales(view: View) -> None:
    if not view.needs(DAILY, "net_28_days_amount", what="Sales"):
        return
    past = view.ask(SPARKLINES)
    past["date"] = pd.to_datetime(past["date"])
    this = past.tail(SHOWN_DAYS)
    before = past.assign(date=past["date"] + pd.Timedelta(days=SHOWN_DAYS))
    before = before[before["date"].isin(this["date"])]
    rows = pd.concat([this.assign(series="This year"), before.assign(series="A year before")])
    rows = rows.rename(columns={"net": "amount"})[["date", "series", "amount"]]
    rows["text"] = [figures.exact_money(value, view.currency) for value in rows["amount"]]
    colours = {"This year": palette.BLUE, "A year before": palette.EARLIER}
    draw(
        trends.lines(rows, colours, axes.amount_labels(view.symbol), height=250),
        "Net sales of the last 28 days on each day, this year and the year before",
    )


def _stages(view: View) -> None:
    rows = view.ask(STAGES)
    order = palette.ordered("lifecycle", rows["stage"].tolist())
    total = rows["customers"].sum()
    rows = rows.set_index("stage").loc[order].reset_index()
    rows["name"] = rows["stage"].map(figures.name)
    rows["amount"] = rows["customers"]
    rows["text"] = [f"{n:,.0f} · {figures.share(n / total, 0)}" for n in rows["customers"]]
    rows["sales"] = [figures.exact_money(value, view.currency) for value in rows["net"]]
    by_name = {figures.name(s): c for s, c in palette.colours("lifecycle", order).items()}
    draw(
        bars.ranked(rows, by_name, tips={"Net sales to date": "sales"}, height=262),
        "Customers in each lifecycle stage",
    )


def _lists(view: View) -> None:
    if not view.needs("seg_audience", "audience", what="Lists"):
        return
    rows = view.ask(LISTS)
    if rows.empty:
        missing("No audience: without delivered consents nobody may be addressed.")
        return
    shown = pd.DataFrame(
        {
            "List": rows["audience"].map(figures.name),
            "By": rows["channel"].map(figures.name),
            "People": rows["contacts"],
            "Held out": rows["held_out"],
        }
    )
    st.dataframe(shown, hide_index=True, placeholder="–", height=238)


def _weekly(past: pd.DataFrame) -> pd.DataFrame:
    """Every seventh day of the last year, the newest included."""
    return past.tail(SHOWN_DAYS).iloc[::-7].iloc[::-1]


def _ratio(part: Any, whole: Any) -> float | None:
    known = figures.known(part) and figures.known(whole) and float(whole) != 0
    return float(part) / float(whole) if known else None


def _growth(now: Any, before: Any) -> str | None:
    rate = _ratio(now, before)
    return f"{(rate - 1) * 100:+.1f} %" if rate is not None else None


def _points(now: float | None, before: float | None) -> str | None:
    return f"{(now - before) * 100:+.1f} pp" if now is not None and before is not None else None
