"""Answers to the recommendation question, repurchase, and retention of cohorts.

Belongs here: marts about groups of customers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.pandas_way.tables import DECIMAL

HORIZONS = (30, 60, 90, 180, 365)
WAVE = ["survey_id", "question_code", "wave"]


def nps_answers(responses: pd.DataFrame, bridge: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The latest valid answer of each customer to each question in each wave."""
    score = responses["score"]
    is_valid = (
        (responses["kind"] == "nps")
        & (responses["answered_at"] < as_of + pd.Timedelta(days=1))
        & score.between(0, 10 * DECIMAL)
        & (score % DECIMAL == 0)
        & (responses["scale_min"].fillna(0) == 0)
        & (responses["scale_max"].fillna(10 * DECIMAL) == 10 * DECIMAL)
    )
    answers = responses[is_valid.fillna(False).astype("bool")].merge(
        bridge[["source_system", "customer_id", "customer_key"]],
        on=["source_system", "customer_id"], how="left",
    )  # fmt: skip
    record = answers["source_system"] + ":" + answers["customer_id"]
    answers["who"] = answers["customer_key"].fillna(record).fillna(answers["response_id"])
    answers = answers.sort_values(["answered_at", "response_id"]).drop_duplicates(
        [*WAVE, "who"], keep="last"
    )
    month = answers["answered_at"].dt.strftime("%Y-%m")
    answers["wave"] = answers["wave"].astype("str").fillna(month)
    answers["survey_id"] = answers["survey_id"].astype("str").fillna("unnamed")
    answers["touchpoint"] = answers["touchpoint"].astype("str").fillna("none given")
    answers["answered_date"] = answers["answered_at"].dt.normalize()
    whole = answers["score"].astype("int64") // DECIMAL
    classes = np.select([whole >= 9, whole <= 6], ["promoter", "detractor"], "passive")
    return answers.assign(nps_class=pd.Series(classes, index=answers.index, dtype="str"))


def customer_nps(answers: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """What each customer said last, within a year."""
    is_current = (as_of - answers["answered_date"]).dt.days < 365
    current = answers[is_current & answers["customer_key"].notna()]
    current = current.astype({"question_code": "str"}).sort_values(
        ["answered_at", "response_id", "question_code"]
    )
    latest = current.drop_duplicates("customer_key", keep="last")
    return latest[["customer_key", "nps_class", "answered_date"]]


def survey_nps(answers: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Promoters less detractors of each wave, whole and by touchpoint; tests left out."""
    tests = customers.loc[customers["is_test"], "customer_key"]
    counted = answers[~answers["customer_key"].isin(tests)]
    kinds = [
        counted.assign(segment_kind="all", segment="all"),
        counted.assign(segment_kind="touchpoint", segment=counted["touchpoint"]),
    ]
    every = pd.concat(kinds, ignore_index=True)
    every["is_promoter"] = every["nps_class"] == "promoter"
    every["is_detractor"] = every["nps_class"] == "detractor"
    nps = every.groupby(
        [*WAVE, "segment_kind", "segment"], as_index=False, observed=True, dropna=False
    ).agg(
        answer_count=("nps_class", "size"), promoters=("is_promoter", "sum"),
        detractors=("is_detractor", "sum"),
    )  # fmt: skip
    nps["nps"] = 100 * (nps["promoters"] - nps["detractors"]) / nps["answer_count"]
    return nps


def loyalty_kpi(occasions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Who bought again: ever, by month, and within so many days of the first purchase."""
    occasions = occasions[~occasions["is_test"]]
    first = occasions[occasions["occasion_number"] == 1]
    buyers = pd.DataFrame({
        "month": _month(first["purchase_date"]),
        "second_after": (first["next_date"] - first["purchase_date"]).dt.days,
        "age": (as_of - first["first_date"]).dt.days,
    })  # fmt: skip
    ever = pd.DataFrame({
        "kpi": ["repurchase_rate"], "variant": ["ever"],
        "numerator": [buyers["second_after"].count()], "denominator": [len(buyers)],
        "young_customer_count": [0],
    })  # fmt: skip
    month = _month(occasions["purchase_date"])
    in_month = occasions.assign(month=month, had_bought=occasions["first_date"] < month)
    in_month = in_month[~(occasions["previous_date"] >= month)]
    monthly = in_month.groupby("month", as_index=False).agg(
        numerator=("had_bought", "sum"), denominator=("had_bought", "size")
    )
    monthly = monthly.assign(variant="bought_before_month", young_customer_count=0)
    within = [_within(buyers, horizon) for horizon in HORIZONS]
    return pd.concat([
        ever, monthly.assign(kpi="repurchase_rate"), monthly.assign(kpi="returning_customer_rate"),
        *within,
    ], ignore_index=True)  # fmt: skip


def _within(buyers: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Of each month of first purchase and of all, who bought again within ``horizon`` days."""
    is_old = buyers["age"] >= horizon
    counts = pd.DataFrame({
        "numerator": is_old & (buyers["second_after"] <= horizon),
        "denominator": is_old,
        "young_customer_count": ~is_old,
    })  # fmt: skip
    every = pd.concat([
        counts.groupby(buyers["month"]).sum().reset_index(), counts.sum().to_frame().T
    ])  # fmt: skip
    return every.assign(kpi="repurchase_rate", variant="within_days", horizon=horizon)


def cohort_retention(
    days: pd.DataFrame, occasions: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Of each month of first purchase, who was active in each month after and what they spent."""
    first = occasions[(occasions["occasion_number"] == 1) & ~occasions["is_test"]]
    cohort = _month(first.set_index("customer_key")["purchase_date"])
    bought = days[days["customer_key"].isin(cohort.index)]
    bought = bought.assign(cohort=bought["customer_key"].map(cohort))
    bought["month"] = _month(bought["purchase_date"]).clip(lower=bought["cohort"])
    active = bought[bought["is_occasion"]].groupby(["cohort", "month"])["customer_key"].nunique()
    amounts = bought.groupby(["cohort", "month"])["net_amount"].sum(min_count=1)
    sizes = cohort.value_counts()
    months = pd.date_range(cohort.min(), as_of, freq="MS")
    every = pd.MultiIndex.from_product([sizes.index, months], names=["cohort", "month"])
    retention = pd.DataFrame({
        "active_customer_count": active.reindex(every),
        "net_amount": amounts.reindex(every),
    }).reset_index()  # fmt: skip
    retention = retention[retention["month"] >= retention["cohort"]]
    retention = retention.sort_values(["cohort", "month"], ignore_index=True)
    retention["cohort_size"] = retention["cohort"].map(sizes)
    share = retention["active_customer_count"] / retention["cohort_size"]
    retention["retention_rate"] = share
    counts = retention["active_customer_count"].fillna(0).astype("int64")
    so_far = retention["net_amount"].fillna(0).groupby(retention["cohort"]).cumsum()
    return retention.assign(active_customer_count=counts, cumulative_net_amount=so_far)


def _month(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.start_time
