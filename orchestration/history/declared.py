"""The logs that the dbt source ``history`` names, and their views in the warehouse.

Belongs here: finding what is declared, and which date each table opens at. Does not belong here:
files (``change_log``).

A table of the source with ``log: <folder>`` gives the state before the run's date, and its columns
declare the log. One with ``changes_of: <folder>`` gives all changes before that date.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import duckdb
import yaml

from orchestration.history.change_log import ChangeLog, changes_sql, opening_sql
from orchestration.settings import DBT_PROJECT_ROOT, Zones

SOURCES_FILE = DBT_PROJECT_ROOT / "models" / "staging" / "history" / "_history__sources.yml"


@cache
def declared_tables() -> dict[str, dict[str, Any]]:
    """The tables of the dbt source by name, as their meta and columns declare them."""
    document = yaml.load(SOURCES_FILE.read_text(), Loader=yaml.CSafeLoader)
    return {
        table["name"]: {
            **table["config"]["meta"],
            "description": " ".join(table["description"].split()),
            "columns": {column["name"]: column["data_type"] for column in table["columns"]},
        }
        for table in document["sources"][0]["tables"]
    }


@cache
def change_logs() -> dict[str, ChangeLog]:
    """The declared logs by the name of their folder."""
    return {
        table["log"]: ChangeLog(
            name=table["log"],
            key=tuple(table["key"]),
            columns={
                name: kind
                for name, kind in table["columns"].items()
                if name != table["date_column"]
            },
            date_column=table["date_column"],
        )
        for table in declared_tables().values()
        if "log" in table
    }


def view_sql(name: str, zones: Zones, as_of: date, value_period: str) -> str:
    """SQL of one declared table as of a date."""
    table = declared_tables()[name]
    before = _before(table, as_of, value_period)
    if "changes_of" in table:
        return changes_sql(change_logs()[table["changes_of"]], zones, before)
    return opening_sql(change_logs()[table["log"]], zones, before)


def remembered_dates(name: str, zones: Zones, as_of: date, value_period: str) -> list[date]:
    """Dates that one declared table draws on as of a date, oldest first."""
    table = declared_tables()[name]
    log = change_logs()[table.get("changes_of") or table["log"]]
    return log.dates(zones, _before(table, as_of, value_period))


def register_history(
    connection: duckdb.DuckDBPyConnection, zones: Zones, as_of: date, value_period: str
) -> None:
    """Make what is remembered before ``as_of`` queryable as ``history.<table>``."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS history")
    for name in declared_tables():
        sql = view_sql(name, zones, as_of, value_period)
        connection.execute(f"CREATE OR REPLACE VIEW history.{name} AS {sql}")


def period_start(day: date, period: str) -> date:
    """First day of the day, week (Monday) or month that holds ``day``."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _before(table: dict[str, Any], as_of: date, value_period: str) -> date:
    return period_start(as_of, value_period) if table.get("is_by_value_period") else as_of
