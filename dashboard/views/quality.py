"""Data quality: what arrived, what was refused, what ties, and what is promised.

Belongs here: the state of the data behind every other view. Does not belong here: figures about
customers.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import figures, palette
from dashboard.charts import bars
from dashboard.definitions import CATALOGUE
from dashboard.deployment import read_deployment
from dashboard.page import View, draw, missing, part

EXTRACT = "seg_extract"
QUARANTINE = "seg_quarantine"
RECONCILIATION = "seg_reconciliation"
ASSET_PAGE = "/asset-groups"

FRESHNESS = f"""
select source, table_name, newest_extract_date, age_days, freshness_days, freshness, is_required,
    sum(rows_landed) as landed, sum(rows_accepted) as accepted,
    sum(rows_quarantined) as refused, any_value(quarantine_limit_rate) as limit_rate
from {EXTRACT}
group by source, table_name, newest_extract_date, age_days, freshness_days, freshness, is_required
order by case freshness when 'late' then 0 when 'never_delivered' then 1 else 2 end,
    source, table_name
"""
LANDED = f"""
select sum(rows_landed) as landed, sum(rows_accepted) as accepted,
    sum(rows_quarantined) as refused,
    count(distinct source || '.' || table_name) filter (where freshness = 'late') as late,
    count(distinct source || '.' || table_name) filter (where freshness = 'never_delivered')
        as never,
    count(distinct source || '.' || table_name) as tables
from {EXTRACT}
"""
REFUSED = f"""
select table_name, reason, sum(row_count) as refused
from {QUARANTINE} group by all order by refused desc, table_name, reason limit 12
"""
TIES = f"""
select reconciliation, unit, expected_label, expected, observed_label, observed, difference,
    is_reconciled
from {RECONCILIATION} order by is_reconciled, display_rank
"""
MEANINGS = f"""
select metric, metric_name, definition, table_name, column_name, column_description, source
from {CATALOGUE} order by metric, table_name, column_name
"""
STATES = {
    "fresh": "Fresh",
    "late": "Late",
    "never_delivered": "Never delivered",
    "no_promise": "No promise",
}


def render(view: View) -> None:
    _headlines(view)
    left, right = st.columns([3, 2])
    with view.panel(left, "What arrived, and how old it is", (EXTRACT, "freshness")):
        _freshness(view)
    with view.panel(right, "What was refused, and why", (QUARANTINE, "row_count")):
        _refused(view)
    left, right = st.columns([3, 2])
    with view.panel(left, "Totals that must tie", (RECONCILIATION, "is_reconciled")):
        _ties(view)
    with view.panel(right, "Published tables and their contracts", (CATALOGUE,)):
        _contracts(view)
    with view.panel(st, "What the figures mean", (CATALOGUE,)):
        _meanings(view)


def _headlines(view: View) -> None:
    publication = view.publication
    places = st.columns(5)
    rows = sum(table.rows for table in publication.tables.values())
    view.headline(
        places[0], "Published rows", figures.short(rows), (CATALOGUE,),
        change=f"{len(publication.tables)} tables", good=None,
    )  # fmt: skip
    if publication.has(EXTRACT, "rows_landed"):
        now = view.one(LANDED)
        refused = now.refused / now.landed if now.landed else None
        view.headline(
            places[1], "Rows landed", figures.short(now.landed), (EXTRACT, "rows_landed"),
            change=f"{figures.short(now.accepted)} accepted", good=None,
        )  # fmt: skip
        view.headline(
            places[2], "Refused", figures.share(refused, 2), (EXTRACT, "rows_quarantined"),
            change=f"{figures.count(now.refused)} rows", good=None,
        )  # fmt: skip
        view.headline(
            places[3], "Late extracts", figures.count(now.late), (EXTRACT, "freshness"),
            change=f"of {now.tables}, {now.never} never came", good=None,
        )  # fmt: skip
    if publication.has(RECONCILIATION, "is_reconciled"):
        ties = view.ask(TIES)
        met = int(ties["is_reconciled"].sum())
        view.headline(
            places[4], "Totals that tie", f"{met} of {len(ties)}",
            (RECONCILIATION, "is_reconciled"),
        )  # fmt: skip
    address = read_deployment().dagster_url
    if address:
        st.markdown(
            f"[Lineage, runs and checks in Dagster ↗]({address.rstrip('/')}{ASSET_PAGE}) · "
            f"publication `{publication.publication_id}` by code `{publication.code_version}`"
        )
    else:
        st.caption(
            f"Publication `{publication.publication_id}` by code `{publication.code_version}`. "
            "`PATRON_DAGSTER_URL` puts a link to the lineage here."
        )


def _freshness(view: View) -> None:
    if view.publication.has(EXTRACT, "freshness"):
        rows = view.ask(FRESHNESS)
        shown = pd.DataFrame(
            {
                "Extract": rows["source"] + "." + rows["table_name"],
                "State": [_state(row) for row in rows.itertuples()],
                "Newest": rows["newest_extract_date"],
                "Days old": rows["age_days"],
                "Promised": rows["freshness_days"],
                "Landed": rows["landed"],
                "Refused": rows["refused"],
            }
        )
    else:
        shown = _from_manifest(view)
    st.dataframe(shown, hide_index=True, placeholder="–", height=300)


def _state(row: Any) -> str:
    mark = {"late": "▲ ", "never_delivered": "○ ", "fresh": "● "}.get(str(row.freshness), "")
    needed = " (required)" if row.is_required and row.freshness != "fresh" else ""
    return mark + STATES.get(str(row.freshness), figures.name(row.freshness)) + needed


def _from_manifest(view: View) -> pd.DataFrame:
    newest: dict[str, date] = {}
    for extract in view.publication.extracts:
        name = f"{extract.source}.{extract.table}"
        newest[name] = max(extract.extract_date, newest.get(name, extract.extract_date))
    as_of = view.publication.as_of_date
    return pd.DataFrame(
        [
            {"Extract": name, "Newest": day, "Days old": (as_of - day).days}
            for name, day in sorted(newest.items())
        ]
    )


def _refused(view: View) -> None:
    if not view.needs(QUARANTINE, "row_count", what="Quarantine"):
        return
    rows = view.ask(REFUSED)
    if rows.empty:
        missing("No row was refused.")
        return
    rows = rows.assign(
        name=[f"{row.table_name}: {figures.name(row.reason).lower()}" for row in rows.itertuples()],
        amount=rows["refused"],
        text=rows["refused"].map(figures.count),
    )
    rows = rows.groupby("name", as_index=False, sort=False).agg({"amount": "sum"})
    rows["text"] = rows["amount"].map(figures.count)
    colours = dict.fromkeys(rows["name"], palette.VERMILLION)
    draw(bars.ranked(rows, colours, height=max(120, 23 * len(rows))), "Refused rows by reason")
    st.caption("A row that is refused for two reasons counts in both.")


def _ties(view: View) -> None:
    if not view.needs(RECONCILIATION, "is_reconciled", what="Reconciliations"):
        return
    rows = view.ask(TIES)
    shown = pd.DataFrame(
        {
            "": ["✓" if met else "✗" for met in rows["is_reconciled"]],
            "Claim": rows["reconciliation"].map(figures.name),
            "Expected": [_unit(row.expected, row.unit, view) for row in rows.itertuples()],
            "Found": [_unit(row.observed, row.unit, view) for row in rows.itertuples()],
            "Difference": [_unit(row.difference, row.unit, view) for row in rows.itertuples()],
            "What is compared": rows["expected_label"] + " ↔ " + rows["observed_label"],
        }
    )
    st.dataframe(
        shown, hide_index=True, placeholder="–", height=300,
        column_config={"": st.column_config.TextColumn(width=30)},
    )  # fmt: skip


def _unit(value: Any, unit: str, view: View) -> str:
    if unit == "money":
        return figures.exact_money(value, view.currency)
    return figures.count(value)


def _contracts(view: View) -> None:
    tables = view.publication.tables.values()
    shown = pd.DataFrame(
        {
            "Table": [table.name for table in tables],
            "Version": [table.version for table in tables],
            "Rows": [table.rows for table in tables],
            "Columns": [len(table.columns) for table in tables],
            "What it is": [view.definitions.of_tables.get(table.name, "") for table in tables],
        }
    )
    st.dataframe(shown, hide_index=True, placeholder="–", height=300)


@part
def _meanings(view: View) -> None:
    if not view.needs(CATALOGUE, "definition", what="Definitions"):
        return
    rows = view.ask(MEANINGS)
    rows["metric_name"] = rows["metric_name"].map(figures.latin)
    typed = st.text_input(
        "Find a definition", placeholder="value, churn, I6, seg_customer ...", max_chars=60
    )
    if typed:
        text = rows.astype(str).agg(" ".join, axis=1).str.casefold()
        rows = rows[text.str.contains(typed.casefold(), regex=False)]
    st.dataframe(
        rows.rename(
            columns={
                "metric": "No.",
                "metric_name": "Figure",
                "definition": "Definition",
                "table_name": "Table",
                "column_name": "Column",
                "column_description": "Here",
                "source": "Source",
            }
        ),
        hide_index=True,
        placeholder="–",
        height=280,
    )
