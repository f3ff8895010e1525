"""The two published tables.

Belongs here: which columns are served, and how those of several marts come together.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.pandas_way.exact import as_units
from benchmarks.pandas_way.sales import CURRENCY
from benchmarks.pandas_way.tables import DECIMAL

COLUMNS = [
    "customer_key", "as_of_date", "customer_kind", "is_test", "is_deleted", "region",
    "acquisition_channel", "profile_completeness_rate", "lifecycle_stage", "stage_since_date",
    "stage_reason", "r_score", "f_score", "m_score", "rfm_cell", "rfm_group", "rfm_cut_version",
    "first_purchase_date", "last_purchase_date", "days_since_last_order", "occasion_count",
    "order_count", "itt_median_days", "net_amount", "returned_amount",
    "average_order_value_amount", "gross_margin_amount", "gross_margin_reason", "currency_code",
    "nps_class", "nps_answered_date",
]  # fmt: skip
GROUP = ["as_of_date", "lifecycle_stage", "rfm_group", "customer_kind", "is_test"]


def seg_customer(
    customers: pd.DataFrame, marts: dict[str, pd.DataFrame], nps: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row per customer with what the marts know of it."""
    table = customers
    for name in ("customer_value", "lifecycle_state", "rfm_score", "customer_cbs"):
        table = table.merge(marts[name], on="customer_key", how="left")
    nps = nps.rename(columns={"answered_date": "nps_answered_date"})
    table = table.merge(nps, on="customer_key", how="left")
    bought, uncosted = table["net_amount"].notna(), table["uncosted_amount"].fillna(0)
    table["gross_margin_amount"] = table["gross_margin_amount"].mask(~bought, 0)
    reason = pd.Series(None, index=table.index, dtype="str")
    reason[uncosted != 0] = "lines without a known cost are left out; see uncosted_net_amount"
    reason[bought & table["gross_margin_amount"].isna()] = "no line has a known cost"
    average = table["net_amount"].astype("float64") / DECIMAL
    average /= table["order_count"].where(table["order_count"] > 0)
    for name in ("net_amount", "returned_amount"):
        table[name] = table[name].fillna(0)
    is_known = table["customer_kind"] != "unknown"
    occasions = table["occasion_count"].astype("Int64").fillna(0)
    version = f"quintiles-1/{as_of:%Y-%m-%d}"
    table = table.assign(
        as_of_date=as_of,
        lifecycle_stage=table["lifecycle_stage"].astype("str").fillna("unattributed"),
        rfm_group=table["rfm_group"].fillna("not_scored"),
        rfm_cut_version=table["rfm_cell"].mask(table["rfm_cell"].notna(), version),
        days_since_last_order=table["days_since_last_order"].astype("Int64"),
        occasion_count=occasions.where(is_known),
        average_order_value_amount=as_units(average),
        gross_margin_reason=reason,
        currency_code=CURRENCY,
        **{name: table[name].astype("Int32") for name in ("r_score", "f_score", "m_score")},
    )
    return table[COLUMNS].sort_values("customer_key", ignore_index=True)


def seg_summary(customers: pd.DataFrame) -> pd.DataFrame:
    """Totals of each stage, group and kind of customer."""
    counted = customers.assign(is_known=customers["customer_kind"] != "unknown")
    grouped = counted.groupby(GROUP)
    summary = grouped.agg(
        customer_count=("is_known", "sum"), order_count=("order_count", "sum"),
        net_amount=("net_amount", "sum"), currency_code=("currency_code", "min"),
    ).join(grouped[["occasion_count", "gross_margin_amount"]].sum(min_count=1))  # fmt: skip
    total = summary["net_amount"].sum()
    summary["customer_share_rate"] = summary["customer_count"] / summary["customer_count"].sum()
    summary["net_share_rate"] = summary["net_amount"] / total if total else np.nan
    return summary.reset_index()
