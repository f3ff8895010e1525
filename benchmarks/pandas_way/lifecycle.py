"""Lifecycle stages by the calendar, and how many customers enter and leave activity each day.

Belongs here: what follows from the dates of purchase occasions alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

NEW, LAPSED, CHURNED, MATURE = 90, 180, 365, 4  # days; occasions
STAGES = ["prospect", "churned", "lapsed", "won_back", "new", "mature", "developing"]


def lifecycle_state(
    customers: pd.DataFrame, occasions: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Stage of each customer, since when, and why."""
    known = customers.loc[
        customers["customer_kind"] != "unknown", ["customer_key", "first_seen_at"]
    ]
    state = known.join(_histories(occasions), on="customer_key")
    lapsed, churned = state["last"] + _days(LAPSED), state["last"] + _days(CHURNED)
    new_until, won_back_until = state["first"] + _days(NEW), state["won_back"] + _days(LAPSED)
    state["occasions"] = state["occasions"].fillna(0).astype("int64")
    conditions = [
        state["occasions"] == 0, as_of >= churned, as_of >= lapsed, as_of < won_back_until,
        as_of < new_until, state["occasions"] >= MATURE, np.ones(len(state), dtype=bool),
    ]  # fmt: skip
    stage = np.select(conditions, np.arange(len(STAGES)))
    later = pd.concat([new_until, state["reactivated"], won_back_until], axis=1)
    developing = later.max(axis=1)
    mature = pd.concat([state["mature"], developing], axis=1).max(axis=1)
    seen = state["first_seen_at"].dt.normalize()
    since = [seen, churned, lapsed, state["won_back"], state["first"], mature, developing]
    last, back, first = (_text(state[name]) for name in ("last", "won_back", "first"))
    active = "active; purchase occasions: " + state["occasions"].astype("str")
    reasons = [
        "no purchase occasion yet",
        "no purchase since " + last + ", churned from 365 days on",
        "no purchase since " + last + ", lapsed from 180 days on",
        "bought again on " + back + " after being churned",
        "first purchase on " + first,
        active + ", mature from 4 on",
        active + ", mature from 4 on",
    ]
    return pd.DataFrame({
        "customer_key": state["customer_key"],
        "lifecycle_stage": pd.Categorical.from_codes(stage, STAGES),
        "stage_since_date": np.select(conditions, since, np.datetime64("NaT")),
        "stage_reason": np.select(conditions, reasons, ""),
    }, index=state.index).astype({"stage_reason": "str"})  # fmt: skip


def _histories(occasions: pd.DataFrame) -> pd.DataFrame:
    """First and last occasion, the fourth, and the last after a long absence."""
    day, interval = occasions["purchase_date"], occasions["interval_days"]
    return (
        occasions.assign(
            mature=day.where(occasions["occasion_number"] == MATURE),
            reactivated=day.where(interval > LAPSED),
            won_back=day.where(interval > CHURNED),
        )
        .groupby("customer_key")
        .agg(
            occasions=("purchase_date", "size"), first=("purchase_date", "min"),
            last=("purchase_date", "max"), mature=("mature", "max"),
            reactivated=("reactivated", "max"), won_back=("won_back", "max"),
        )
    )  # fmt: skip


def lifecycle_flow(occasions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers that come, come back and fall asleep per day, week and month, and who is active."""
    occasions = occasions[~occasions["is_test"]]
    dormant = occasions["purchase_date"] + _days(LAPSED)
    is_dormant = (dormant <= as_of) & ~(occasions["next_date"] <= dormant)
    daily = pd.DataFrame({
        "new_count": _count(occasions.loc[occasions["occasion_number"] == 1, "purchase_date"]),
        "resurrecting_count": _count(
            occasions.loc[occasions["interval_days"] > LAPSED, "purchase_date"]
        ),
        "dormant_count": _count(dormant[is_dormant]),
    })  # fmt: skip
    daily = daily.reindex(pd.date_range(daily.index.min(), as_of)).fillna(0).astype("int64")
    starts = {
        "day": daily.index,
        "week": daily.index.to_period("W").start_time,
        "month": daily.index.to_period("M").start_time,
    }
    flows = []
    for kind, start in starts.items():
        flow = daily.groupby(start).sum()
        step = flow["new_count"] + flow["resurrecting_count"] - flow["dormant_count"]
        flow["closing_count"] = step.cumsum()
        flows.append(flow.rename_axis("period_start").reset_index().assign(period_kind=kind))
    return pd.concat(flows, ignore_index=True)


def _days(number: int) -> pd.Timedelta:
    return pd.Timedelta(days=number)


def _count(days: pd.Series) -> pd.Series:
    return days.groupby(days).size()


def _text(days: pd.Series) -> pd.Series:
    return days.dt.strftime("%Y-%m-%d")
