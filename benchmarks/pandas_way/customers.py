"""Customers, their days and occasions, statistics of each, RFM, value and lifecycle stage.

Belongs here: one row per customer, and the days that it is made of.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.pandas_way import keys
from benchmarks.pandas_way.exact import as_units
from benchmarks.pandas_way.tables import DECIMAL

AMOUNTS = [
    "net_amount", "gross_amount", "returned_amount", "cancelled_amount", "cogs_amount",
    "margin_amount", "uncosted_amount",
]  # fmt: skip
PROFILE = [
    "email_hmac", "phone_hmac", "gender", "birth_year", "region", "city", "occupation",
    "income_band", "education", "acquisition_channel", "acquisition_campaign_id", "sales_rep_id",
]  # fmt: skip
COMPLETE = [
    "email_hmac", "phone_hmac", "gender", "birth_year", "region", "city", "acquisition_channel",
]  # fmt: skip


def hashed_customers(customers: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Customer records without what names a person."""
    name = customers.pop("full_name").astype("str").str.strip(" ")
    customers["has_name"] = name.notna() & (name != "")
    customers["email_hmac"] = keys.email(customers.pop("email"), key)
    customers["phone_hmac"] = keys.phone(customers.pop("phone"), key)
    customers["birth_year"] = customers.pop("birth_date").dt.year.astype("Int32")
    customers["is_test"] = customers["is_test"].eq(True)
    return customers.rename(columns={"created_at": "first_seen_at"})


def dim_customer(bridge: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per person: of each value the latest that any of its records has."""
    records = bridge.merge(
        customers.drop(columns="first_seen_at"),
        on=["source_system", "customer_id"], how="left", indicator="found",
    ).sort_values(
        ["customer_key", "updated_at", "source_system", "customer_id"], na_position="first"
    )  # fmt: skip
    has_profile = records["found"] == "both"
    for name in ("is_test", "has_name"):
        records[name] = records[name].eq(True)
    records["was_deleted"] = records["deleted_at"].notna()
    records["is_kept"] = has_profile & ~records["was_deleted"]
    grouped = records.groupby("customer_key")
    customer = grouped.agg(
        is_guest=("is_guest", "all"), is_test=("is_test", "any"), has_name=("has_name", "any"),
        was_deleted=("was_deleted", "any"), is_kept=("is_kept", "any"),
        first_seen_at=("first_seen_at", "min"), source_record_count=("customer_id", "size"),
    )  # fmt: skip
    customer["is_deleted"] = customer.pop("was_deleted") & ~customer.pop("is_kept")
    kind = np.where(customer.pop("is_guest"), "guest", "known")
    customer.insert(0, "customer_kind", pd.Series(kind, index=customer.index, dtype="str"))
    customer = customer.join(grouped[PROFILE].last())
    known = customer[COMPLETE].notna().sum(axis=1) + customer["has_name"]
    customer["profile_completeness_rate"] = known / 8
    unknown = pd.DataFrame({
        "customer_key": ["unknown"], "customer_kind": ["unknown"], "is_test": [False],
        "is_deleted": [False], "source_record_count": [0], "profile_completeness_rate": [0.0],
    })  # fmt: skip
    return pd.concat([customer.reset_index(), unknown], ignore_index=True)


def order_totals(net: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """One row per order."""
    uncosted = net["net_amount"].where(net["margin_amount"].isna(), 0)
    grouped = net.assign(uncosted_amount=uncosted).groupby("order_key")
    totals = grouped[AMOUNTS].sum(min_count=1).join(grouped["is_valid_line"].any())
    totals = totals.rename(columns={"is_valid_line": "is_valid"})
    return orders[["order_key", "customer_key", "purchase_date"]].join(totals, on="order_key")


def customer_days(totals: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day with a valid order; an occasion unless all came back."""
    valid = totals[totals["is_valid"] & (totals["customer_key"] != "unknown")]
    grouped = valid.groupby(["customer_key", "purchase_date"])["net_amount"]
    days = pd.DataFrame({"order_count": grouped.size(), "net_amount": grouped.sum(min_count=1)})
    days["is_occasion"] = (days["net_amount"] >= 0).fillna(False).astype("bool")
    days = days.reset_index()
    is_test = customers.set_index("customer_key")["is_test"]
    return days.assign(is_test=days["customer_key"].map(is_test))


def occasions_of(days: pd.DataFrame) -> pd.DataFrame:
    """Purchase occasions of each customer in order of time, with those before and after."""
    occasions = days[days["is_occasion"]].drop(columns="is_occasion").reset_index(drop=True)
    grouped = occasions.groupby("customer_key")["purchase_date"]
    occasions["occasion_number"] = grouped.cumcount() + 1
    occasions["first_date"] = grouped.transform("first")
    occasions["previous_date"] = grouped.shift(1)
    occasions["next_date"] = grouped.shift(-1)
    occasions["interval_days"] = (occasions["purchase_date"] - occasions["previous_date"]).dt.days
    return occasions


def customer_cbs(occasions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Statistics of the occasions of each customer."""
    interval = occasions["interval_days"]
    is_positive = (occasions["occasion_number"] > 1) & (occasions["net_amount"] > 0)
    grouped = occasions.assign(
        days=interval,
        squares=interval**2,
        litt=as_units(np.log(interval), 10**10),
        positive_repeat_amount=occasions["net_amount"].where(is_positive),
    ).groupby("customer_key")
    cbs = grouped.agg(
        occasion_count=("purchase_date", "size"),
        first_purchase_date=("purchase_date", "min"), last_purchase_date=("purchase_date", "max"),
        itt_median_days=("interval_days", "median"),
        positive_repeat_day_count=("positive_repeat_amount", "count"),
    )  # fmt: skip
    cbs = cbs.join(grouped[["days", "squares", "litt", "positive_repeat_amount"]].sum(min_count=1))
    n, last = cbs["occasion_count"], cbs["last_purchase_date"]
    cbs["days_since_last_order"] = (as_of - last).dt.days
    cbs["t_days"] = (as_of - cbs["first_purchase_date"]).dt.days
    cbs["t_x_days"] = (last - cbs["first_purchase_date"]).dt.days
    cbs["itt_mean_days"] = cbs["days"] / (n - 1).where(n > 1)
    variance = ((n - 1) * cbs["squares"] - cbs["days"] ** 2) / ((n - 1) * (n - 2)).where(n > 2)
    cbs["itt_sd_days"] = np.sqrt(variance)
    repeat_days = cbs["positive_repeat_day_count"].where(cbs["positive_repeat_day_count"] > 0)
    amount = cbs["positive_repeat_amount"].astype("float64") / DECIMAL
    cbs["z_bar_amount"] = as_units(amount / repeat_days)
    return cbs.reset_index()


def customer_value(totals: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Lifetime totals of every customer, those without an order too."""
    grouped = totals.groupby("customer_key")
    value = grouped[AMOUNTS].sum(min_count=1).join(grouped["is_valid"].sum().rename("order_count"))
    value = customers[["customer_key"]].join(value, on="customer_key")
    value["order_count"] = value["order_count"].fillna(0).astype("int64")
    return value.rename(columns={"margin_amount": "gross_margin_amount"})


def rfm_score(days: pd.DataFrame, as_of: pd.Timestamp, groups: pd.DataFrame) -> pd.DataFrame:
    """Quintiles of recency, frequency and money, with cuts from customers that are no tests."""
    occasions = days[days["is_occasion"]].groupby("customer_key")
    measured = pd.DataFrame({
        "r": -(as_of - occasions["purchase_date"].max()).dt.days,
        "f": occasions.size(),
        "m": days.groupby("customer_key")["net_amount"].sum(min_count=1),
        "is_test": days.groupby("customer_key")["is_test"].first(),
    }).dropna(subset="f")  # fmt: skip
    scores = pd.DataFrame({
        f"{name}_score": _quintile(measured[name].astype("int64"), measured["is_test"])
        for name in ("r", "f", "m")
    }, index=measured.index)  # fmt: skip
    texts = scores.astype("str")
    scores["rfm_cell"] = texts["r_score"] + texts["f_score"] + texts["m_score"]
    scores["fm_score"] = (scores["f_score"] + scores["m_score"] + 1) // 2
    return (
        scores.reset_index()
        .merge(groups, on=["r_score", "fm_score"], how="left")
        .drop(columns="fm_score")
    )


def _quintile(values: pd.Series, is_test: pd.Series) -> np.ndarray:
    """1 to 5: one more than the cuts that are below; a cut is the least value with its share."""
    base = np.sort(values[~is_test].to_numpy())
    cuts = base[-(-len(base) * np.arange(1, 5) // 5) - 1]
    return 1 + np.searchsorted(cuts, values.to_numpy(), side="left")
