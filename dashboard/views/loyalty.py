"""Loyalty: which kinds, what customers say of us, and what the programme costs and brings.

Belongs here: loyalty, satisfaction and programme of all customers. Does not belong here: where they
are in their life with us (``lifecycle.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import axes, bars, trends
from dashboard.page import COUNTED, View, draw, missing, part, reasons

SUMMARY = "seg_loyalty_summary"
SATISFACTION = "seg_satisfaction"
PROGRAMME = "seg_programme_summary"
POINTS = "seg_points_liability"
SHOWN_PERIODS = 24

KEY = f"""
select sum(customer_count) as customers, sum(falling_count) as falling,
    sum(signalled_count) as signalled, sum(loyalty_index_sum) as index_sum,
    sum(indexed_count) as indexed, sum(promoter_count) as promoters,
    sum(detractor_count) as detractors, sum(nps_answer_count) as answers,
    coalesce(sum(customer_count) filter (where loyalty_type <> 'not_typed'), 0) as typed
from {SUMMARY} where {COUNTED}
"""
TYPES = f"""
select loyalty_type as type, sum(customer_count) as customers, sum(net_amount) as net,
    sum(potential_amount) as potential
from {SUMMARY} where {COUNTED} group by loyalty_type
"""
WHY_NOT_TYPED = f"""
select loyalty_rule as rule, count(*) as customers
from seg_loyalty where {COUNTED} and loyalty_type = 'not_typed' group by all order by 2 desc
"""
SURVEYS = f"""
select survey_id, question_code, count(*) filter (where wave <> 'current') as waves
from {SATISFACTION}
where figure = ? and segment_kind = 'all' and score is not null
group by survey_id, question_code order by waves desc, sum(answer_count) desc, 1, 2
"""
WAVES = f"""
select wave, last_answered_date, answer_count, favourable_count, neutral_count,
    unfavourable_count, score, score_lo, score_hi, score_reason, interval_reason
from {SATISFACTION}
where figure = ? and survey_id = ? and question_code = ? and segment_kind = 'all'
    and wave <> 'current' and score is not null
order by last_answered_date, wave
"""
BY_SEGMENT = f"""
select segment, answer_count, score, score_lo, score_hi
from {SATISFACTION}
where figure = ? and survey_id = ? and question_code = ? and segment_kind = ?
    and wave = 'current' and score is not null
order by answer_count desc, segment limit 12
"""
PROGRAMMES = f"select distinct program_id from {PROGRAMME} where member_count > 0 order by 1"
MONTHS = f"""
select * from {PROGRAMME} where program_id = ? and period_kind = 'month'
order by period_start_date desc limit {SHOWN_PERIODS}
"""
LIABILITY = f"select * from {POINTS} where program_id = ? and cohort = 'all'"


def render(view: View) -> None:
    if not view.needs(SUMMARY, "loyalty_type", what="Loyalty"):
        return
    _headlines(view)
    left, right = st.columns([2, 3])
    with view.panel(left, "Why customers come back: types of loyalty", (SUMMARY, "loyalty_type")):
        _types(view)
    with view.panel(right, "What they say of us, with 95 % interval", (SATISFACTION, "score")):
        _satisfaction(view)
    _programme(view)


def _headlines(view: View) -> None:
    now = view.one(KEY)
    places = st.columns(5)
    answers = now.answers or 0
    nps = (now.promoters - now.detractors) / answers * 100 if answers else None
    shown: tuple[tuple[str, str, str | None, str], ...] = (
        ("Loyalty index", _score(now.index_sum, now.indexed),
         f"known of {figures.count(now.indexed)}", "mean_loyalty_index"),
        ("Type is known", figures.share(_ratio(now.typed, now.customers)),
         f"{figures.count(now.typed)} customers", "loyalty_type"),
        ("Loyalty is falling", figures.count(now.falling),
         f"of {figures.count(now.signalled)} watched", "falling_count"),
        ("NPS, current answers", figures.points(nps, 0), f"{figures.count(answers)} answers",
         "promoter_count"),
        ("Promoters", figures.share(_ratio(now.promoters, answers), 0),
         f"{figures.share(_ratio(now.detractors, answers), 0)} detractors" if answers else None,
         "promoter_count"),
    )  # fmt: skip
    for place, (title, value, note, column) in zip(places, shown, strict=True):
        view.headline(place, title, value, (SUMMARY, column), change=note, good=None)


def _types(view: View) -> None:
    rows = view.ask(TYPES).dropna(subset=["type"])
    typed = rows[rows["type"] != "not_typed"]
    unknown = int(rows.loc[rows["type"] == "not_typed", "customers"].sum())
    total = int(typed["customers"].sum())
    if typed.empty:
        missing("No customer can be typed: it needs an answer about attachment from a survey.")
        return
    order = palette.ordered("loyalty", typed["type"].tolist())
    typed = typed.assign(
        name=[figures.name(kind, "loyalty") for kind in typed["type"]],
        amount=typed["customers"],
        text=[f"{n:,.0f} · {figures.share(n / total, 0)}" for n in typed["customers"]],
        sales=[figures.exact_money(value, view.currency) for value in typed["net"]],
        expected=[figures.exact_money(value, view.currency) for value in typed["potential"]],
    )
    colours = {
        figures.name(kind, "loyalty"): colour
        for kind, colour in palette.colours("loyalty", order).items()
    }
    tips = {"Net sales to date": "sales", "Potential value": "expected"}
    draw(bars.ranked(typed, colours, tips=tips), "Customers by type of loyalty")
    if unknown:
        why = view.ask(WHY_NOT_TYPED)
        parts = [f"{figures.name(row.rule).lower()} {row.customers:,}" for row in why.itertuples()]
        st.caption(
            f"Of {total:,} typed customers. Not typed: {unknown:,} ({'; '.join(parts[:3])})."
        )


@part
def _satisfaction(view: View) -> None:
    if not view.needs(SATISFACTION, "score", what="Satisfaction"):
        return
    left, middle, right = st.columns([2, 3, 3])
    figure = left.segmented_control(
        "Figure", ["nps", "csat"], default="nps", required=True, format_func=str.upper,
        label_visibility="collapsed",
    )  # fmt: skip
    asked = view.ask(SURVEYS, [figure])
    if asked.empty:
        missing("No survey answers: without the extract of answers nobody knows what they think.")
        return
    surveys = {
        (str(row.survey_id), str(row.question_code)): bool(row.waves) for row in asked.itertuples()
    }
    survey, question = middle.selectbox(
        "Survey", list(surveys), format_func=_survey_name, label_visibility="collapsed",
    )  # fmt: skip
    splits = ["wave"] if surveys[survey, question] else []
    kind = right.selectbox(
        "Split", [*splits, "region", "lifecycle_stage", "touchpoint"],
        format_func=lambda k: f"By {figures.name(k).lower()}", label_visibility="collapsed",
    )  # fmt: skip
    if kind == "wave":
        rows = view.ask(WAVES, [figure, survey, question])
        rows = rows.assign(name=rows["wave"].map(figures.name))
    else:
        rows = view.ask(BY_SEGMENT, [figure, survey, question, kind])
        rows = rows.assign(name=rows["segment"].map(figures.name))
    if rows.empty:
        missing("Nobody answered in this split.")
        return
    rows = rows.assign(
        place=range(len(rows)),
        amount=rows["score"],
        low=rows["score_lo"],
        high=rows["score_hi"],
        text=[_told(row) for row in rows.itertuples()],
    )
    draw(
        trends.with_interval(rows, "format(datum.value, '+~r')", joined=kind == "wave", height=225),
        f"{figure.upper()} with its 95 % interval",
    )
    if rows["score_lo"].isna().any():
        why = reasons(rows, "interval_reason") if "interval_reason" in rows else None
        st.caption(f"Without interval: {why or 'too few answers'}.")


def _programme(view: View) -> None:
    title = "What the programme costs and brings"
    if not view.publication.has(PROGRAMME, "member_count"):
        with view.panel(st, title, (PROGRAMME,)):
            view.needs(PROGRAMME, what="The programme")
        return
    programmes = view.ask(PROGRAMMES)["program_id"].tolist()
    if not programmes:
        with view.panel(st, title, (PROGRAMME,)):
            missing("No loyalty programme: no memberships were delivered.")
        return
    programme = programmes[0]
    if len(programmes) > 1:
        programme = st.segmented_control(
            "Programme", programmes, default=programme, required=True, format_func=str.title
        )
    rows = view.ask(MONTHS, [programme]).iloc[::-1]
    rows["date"] = pd.to_datetime(rows["period_start_date"])
    left, middle, right = st.columns(3)
    with view.panel(
        left, f"Members of {programme.title()}", (PROGRAMME, "member_count", "active_member_count")
    ):
        _members(rows)
    with view.panel(middle, "Points redeemed of points issued", (PROGRAMME, "redemption_rate")):
        _rate(rows, "redemption_rate", "redemption_reason", palette.GREEN)
    with view.panel(right, "Cost of the programme", (PROGRAMME, "programme_cost_rate")):
        _cost(view, rows)
        _liability(view, programme)


def _members(rows: pd.DataFrame) -> None:
    colours = {"Members": palette.NAVY, "Active": palette.SKY}
    columns = {"Members": "member_count", "Active": "active_member_count"}
    long = pd.concat(
        [rows[["date"]].assign(series=name, amount=rows[col]) for name, col in columns.items()]
    ).dropna(subset=["amount"])
    long["text"] = long["amount"].map(figures.count)
    draw(trends.lines(long, colours, axes.count_labels(), height=190), "Members by month")


def _rate(rows: pd.DataFrame, column: str, reason: str, colour: str) -> None:
    known = rows.dropna(subset=[column])
    if known.empty:
        missing(f"Not known: {reasons(rows, reason) or 'no reason given'}.")
        return
    drawn = pd.DataFrame({"date": known["date"], "series": "rate", "amount": known[column]})
    drawn["text"] = drawn["amount"].map(figures.share)
    draw(
        trends.lines(drawn, {"rate": colour}, axes.share_labels(), height=190),
        "Rate by month",
    )


def _cost(view: View, rows: pd.DataFrame) -> None:
    year = rows.tail(12)
    cost, sales = year["reward_cost_amount"].sum(), year["member_net_amount"].sum()
    running = year["operating_cost_amount"]
    lines = [
        f"Rewards in 12 months: **{view.money(cost)}**, "
        f"{figures.share(_ratio(cost, sales), 2)} of the members' sales of {view.money(sales)}.",
    ]
    if running.notna().any():
        lines.append(f"Running it: **{view.money(running.sum())}**.")
    funded = year["supplier_funded_rate"].dropna()
    if len(funded):
        lines.append(f"Suppliers paid **{figures.share(funded.iloc[-1])}** in the last month.")
    st.markdown("\n\n".join(lines))
    why = reasons(year, "programme_cost_reason")
    if why:
        st.caption(why[:1].upper() + why[1:] + ".")


def _liability(view: View, programme: str) -> None:
    if not view.publication.has(POINTS, "liability_amount"):
        return
    rows = view.ask(LIABILITY, [programme])
    if rows.empty:
        return
    row = rows.iloc[0]
    if figures.known(row["liability_amount"]):
        ultimate = figures.share(row["ultimate_redemption_rate"], 0)
        st.markdown(
            f"Open points will cost **{view.money(row['liability_amount'])}**: "
            f"{figures.short(row['open_points'])} points, {ultimate} of all issued are redeemed "
            "in the end.",
            help=view.definitions.of(POINTS, "liability_amount"),
        )
    elif figures.known(row["liability_reason"]):
        missing(f"Liability not known: {row['liability_reason']}")


def _told(row: Any) -> str:
    text = f"{row.score:+.1f} from {row.answer_count:,} answers"
    if figures.known(row.score_lo):
        text += f", 95 %: {row.score_lo:+.1f} to {row.score_hi:+.1f}"
    return text.replace("-", "−")


def _survey_name(survey: tuple[str, str]) -> str:
    name, question = survey
    return figures.name(name) if name == "all surveys" else f"{figures.name(name)}, {question}"


def _score(total: Any, number: Any) -> str:
    return f"{total / number:.0f} of 100" if number else figures.UNKNOWN


def _ratio(part: Any, whole: Any) -> float | None:
    known = figures.known(part) and figures.known(whole) and whole
    return float(part) / float(whole) if known else None
