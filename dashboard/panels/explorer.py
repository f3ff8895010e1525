"""The explorer: customers by any filters, what they come to, and their list as CSV.

Belongs here: filters, their sums, the list and its export. Values of filters are bound; names of
columns come from the published catalogue alone. Does not belong here: charts of all customers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard import export, figures
from dashboard.page import COUNTED, View, missing, part
from dashboard.panels import customer_link

LISTED = 50
TABLE = "seg_customer"
SEGMENT = "seg_segment"
TREATMENT = "seg_treatment"
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
           "recommended_action")  # fmt: skip
# Schemes whose published segments are the values of a column: no pass over the customers.
SCHEMES = {"lifecycle": "lifecycle_stage", "value_class": "value_tier", "rfm": "rfm_segment",
           "loyalty": "loyalty_segment", "region": "region"}  # fmt: skip
NOT_GIVEN = "not given"  # how a missing value is called there
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
    "recommended_action": "To do",
}
ORDERS = {
    "total_amount": "most valuable first",
    "net_amount": "most sales first",
    "churn_risk_rate": "highest risk first",
}


SEGMENTS = f"""
select scheme, segment as value from {SEGMENT} where customer_count > 0
order by scheme, customer_count desc, segment
"""
ACTIONS = f"""
select next_action as value from {TREATMENT} group by next_action having sum(customer_count) > 0
order by sum(customer_count) desc, next_action
"""


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


def render(view: View) -> None:
    """Filters, sums, the first customers and the download."""
    with view.panel(st, "Find customers", (TABLE,)):
        _explored(view)


@part
def _explored(view: View) -> None:
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
            filters.add(
                f"coalesce({quoted}, '{NOT_GIVEN}') in (select unnest(?::varchar[]))", picked
            )
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
    """Values of each column, the commonest first: from published segments where there are some."""
    published: dict[str, list[str]] = {}
    if view.publication.has(SEGMENT, "scheme", "customer_count"):
        for scheme, rows in view.ask(SEGMENTS).groupby("scheme"):
            published[SCHEMES.get(str(scheme), "")] = rows["value"].tolist()
    if view.publication.has(TREATMENT, "next_action", "customer_count"):
        published["recommended_action"] = view.ask(ACTIONS)["value"].dropna().tolist()
    return {column: published.get(column) or _found(view, column) for column in columns}


def _found(view: View, column: str) -> list[str]:
    quoted = view.publication.quoted(TABLE, column)
    rows = view.ask(
        f"select coalesce({quoted}, '{NOT_GIVEN}') as value from {TABLE} where {COUNTED} "
        "group by 1 order by count(*) desc, 1"
    )
    return [str(value) for value in rows["value"]]


def _sums(view: View, filters: Filters) -> None:
    now = view.one(
        f"select count(*) as customers, sum(net_amount) as net, sum(total_amount) as value, "
        f"sum(value_at_risk_amount) as at_risk, sum(churn_risk_rate) as risk, "
        f"count(churn_risk_rate) as judged, "
        "count(*) filter (where order_count > 0) as buyers, "
        "count(total_amount) filter (where order_count > 0) as valued "
        f"from {TABLE} where {filters.where}",
        filters.values,
    )
    risk = now.risk / now.judged if now.judged else None
    shown = (
        ("Customers found", figures.count(now.customers), "customer_key"),
        ("Net sales to date", view.money(now.net), "net_amount"),
        (
            "Total value",
            view.money(now.value if now.valued or not now.buyers else None),
            "total_amount",
        ),
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
    for column in (*FILTERS, "acquisition_channel"):
        if column in rows:
            rows[column] = [
                figures.name(value) if figures.known(value) else "" for value in rows[column]
            ]
    if "churn_risk_rate" in rows:
        rows["churn_risk_rate"] = rows["churn_risk_rate"] * 100
    money = st.column_config.NumberColumn(format=f"{view.symbol}%.2f")
    rows["customer_key"] = rows["customer_key"].map(customer_link.address)
    st.dataframe(
        rows.rename(columns=TITLES),
        hide_index=True,
        placeholder="–",
        height=290,
        column_config={
            "Customer": customer_link.column(),
            "Net sales": money,
            "Total value": money,
            "Risk": st.column_config.NumberColumn(format="%.0f %%"),
        },
    )


def _export(view: View, filters: Filters, order: str) -> None:
    columns = [name for name in EXPORT_COLUMNS if view.publication.has(TABLE, name)]
    sql = _select(view, columns, filters, order, export.EXPORTED)
    left, right = st.columns([1, 4], vertical_alignment="center")
    left.download_button(
        "Download as CSV",
        export.writer(view, sql, filters.values),
        file_name=export.file_name(view, "customers"),
        mime="text/csv",
        on_click="ignore",
    )
    right.caption(
        f"The first {LISTED} are shown; the file holds up to {export.EXPORTED:,} with all segments "
        "and values. For more, read `serving/current/parquet/seg_customer.parquet`."
    )


def _select(view: View, columns: list[str], filters: Filters, order: str, limit: int) -> str:
    chosen = ", ".join(view.publication.quoted(TABLE, name) for name in columns)
    by = view.publication.quoted(TABLE, order)
    return (
        f"select {chosen} from {TABLE} where {filters.where} "
        f"order by order_count > 0 desc, {by} desc nulls last, customer_key limit {limit:d}"
    )
