"""The explorer: customers by any filters, what they come to, and their list as CSV.

Belongs here: filters, their sums, the list and its export. Values of filters are bound; names of
columns come from the published catalogue alone. Does not belong here: charts of all customers.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow.csv
import streamlit as st

from dashboard import figures
from dashboard.page import COUNTED, View, missing

LISTED = 200
EXPORTED = 200_000  # rows held in memory for one download; Parquet is beside it for more
TABLE = "seg_customer"
LIST_COLUMNS = (
    "customer_key", "lifecycle_stage", "value_tier", "rfm_segment", "loyalty_segment", "region",
    "acquisition_channel", "last_purchase_date", "order_count", "net_amount", "total_amount",
    "churn_risk_rate", "recommended_action",
)  # fmt: skip
EXPORT_COLUMNS = (
    *LIST_COLUMNS[:7], "need_class_segment", "behaviour_class_segment", "statistical_segment",
    "first_purchase_date", *LIST_COLUMNS[7:10], "established_amount", "potential_amount",
    "influence_amount", *LIST_COLUMNS[10:], "currency_code", "as_of_date",
)  # fmt: skip
FILTERS = ("lifecycle_stage", "value_tier", "rfm_segment", "loyalty_segment", "region",
           "acquisition_channel")  # fmt: skip
TITLES = {
    "lifecycle_stage": "Stage",
    "value_tier": "Tier",
    "rfm_segment": "RFM",
    "loyalty_segment": "Loyalty",
    "region": "Region",
    "acquisition_channel": "Won through",
    "customer_key": "Customer",
    "last_purchase_date": "Last purchase",
    "order_count": "Orders",
    "net_amount": "Net sales",
    "total_amount": "Total value",
    "churn_risk_rate": "Risk",
    "recommended_action": "Recommended",
}
ORDERS = {
    "total_amount": "most valuable first",
    "net_amount": "most sales first",
    "churn_risk_rate": "highest risk first",
}


@dataclass
class Filters:
    """Conditions with their bound values."""

    conditions: list[str] = field(default_factory=lambda: [COUNTED])
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, value: Any) -> None:
        self.conditions.append(condition)
        self.values.append(value)

    @property
    def where(self) -> str:
        return " and ".join(self.conditions)


def render(view: View, schemes: dict[str, tuple[str, str]]) -> None:
    """Filters, sums, the first customers and the download."""
    with view.panel(st, "Find customers", (TABLE,)):
        filters = _filters(view)
        _sums(view, filters)
        order = st.session_state.get("explorer_order", "total_amount")
        _list(view, filters, order)
        _export(view, filters, order)


def _filters(view: View) -> Filters:
    filters = Filters()
    columns = [name for name in FILTERS if view.publication.has(TABLE, name)]
    places = st.columns(len(columns) + 2)
    values = _values(view, columns)
    for place, column in zip(places, columns, strict=False):
        quoted = view.publication.quoted(TABLE, column)
        picked = place.multiselect(
            TITLES[column],
            values[column],
            format_func=figures.name,
            key=f"filter_{column}",
            placeholder="all",
            help=view.definitions.of(TABLE, column),
        )
        if picked:
            filters.add(f"{quoted} in (select unnest(?::varchar[]))", picked)
    least = places[-2].number_input(
        "Risk from, %", 0, 100, 0, step=10, key="filter_risk",
        help=view.definitions.of(TABLE, "churn_risk_rate"),
    )  # fmt: skip
    if least and view.publication.has(TABLE, "churn_risk_rate"):
        filters.add("churn_risk_rate >= ?", least / 100)
    known = [name for name in ORDERS if view.publication.has(TABLE, name)]
    places[-1].selectbox("Sorted by", known, format_func=ORDERS.__getitem__, key="explorer_order")
    return filters


def _values(view: View, columns: list[str]) -> dict[str, list[str]]:
    """Values of each column, the commonest first: one pass for all of them."""
    quoted = {column: view.publication.quoted(TABLE, column) for column in columns}
    rows = view.ask(
        f"select {', '.join(quoted.values())}, count(*) as n from {TABLE} where {COUNTED} "
        f"group by grouping sets ({', '.join(f'({name})' for name in quoted.values())})"
    ).sort_values("n", ascending=False, kind="stable")
    return {column: _known_values(rows, column) for column in columns}


def _known_values(rows: pd.DataFrame, column: str) -> list[str]:
    """Known values of one column of the rows, in the rows' order."""
    return [str(value) for value in rows[column].dropna()]


def _sums(view: View, filters: Filters) -> None:
    now = view.one(
        f"select count(*) as customers, sum(net_amount) as net, sum(total_amount) as value, "
        f"sum(value_at_risk_amount) as at_risk, sum(churn_risk_rate) as risk, "
        f"count(churn_risk_rate) as judged from {TABLE} where {filters.where}",
        filters.values,
    )
    risk = now.risk / now.judged if now.judged else None
    shown = (
        ("Customers found", figures.count(now.customers), "customer_key"),
        ("Net sales to date", view.money(now.net), "net_amount"),
        ("Total value", view.money(now.value), "total_amount"),
        ("Value at risk", view.money(now.at_risk), "value_at_risk_amount"),
        ("Mean risk", figures.share(risk, 0), "churn_risk_rate"),
    )
    for place, (title, value, column) in zip(st.columns(5), shown, strict=True):
        place.metric(title, value, help=view.definitions.of(TABLE, column))


def _list(view: View, filters: Filters, order: str) -> None:
    columns = [name for name in LIST_COLUMNS if view.publication.has(TABLE, name)]
    rows = view.ask(_select(view, columns, filters, order, LISTED), filters.values)
    if rows.empty:
        missing("Nobody is like that. Take a filter away.")
        return
    for column in (*FILTERS, "recommended_action"):
        if column in rows:
            rows[column] = [
                figures.name(value) if figures.known(value) else "" for value in rows[column]
            ]
    if "churn_risk_rate" in rows:
        rows["churn_risk_rate"] = rows["churn_risk_rate"] * 100
    money = st.column_config.NumberColumn(format=f"{view.symbol}%.2f")
    st.dataframe(
        rows.rename(columns=TITLES),
        hide_index=True,
        height=290,
        column_config={
            "Customer": st.column_config.TextColumn(width=110),
            "Net sales": money,
            "Total value": money,
            "Risk": st.column_config.NumberColumn(format="%.0f %%"),
        },
    )


def _export(view: View, filters: Filters, order: str) -> None:
    columns = [name for name in EXPORT_COLUMNS if view.publication.has(TABLE, name)]
    sql = _select(view, columns, filters, order, EXPORTED)
    values, publication = list(filters.values), view.publication

    def written() -> bytes:
        """Made when it is asked for, with the exact decimals of the publication."""
        sink = io.BytesIO()
        pyarrow.csv.write_csv(publication.ask_table(sql, values), sink)
        return sink.getvalue()

    left, right = st.columns([1, 4], vertical_alignment="center")
    left.download_button(
        "Download as CSV",
        written,
        file_name=f"customers_{publication.as_of_date:%Y-%m-%d}.csv",
        mime="text/csv",
        on_click="ignore",
    )
    right.caption(
        f"The first {LISTED} are shown; the file holds up to {EXPORTED:,} with all segments and "
        "values. For more, read `serving/current/parquet/seg_customer.parquet`."
    )


def _select(view: View, columns: list[str], filters: Filters, order: str, limit: int) -> str:
    chosen = ", ".join(view.publication.quoted(TABLE, name) for name in columns)
    by = view.publication.quoted(TABLE, order)
    return (
        f"select {chosen} from {TABLE} where {filters.where} "
        f"order by {by} desc nulls last, customer_key limit {limit:d}"
    )
