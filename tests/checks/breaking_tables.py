"""Small tables that keep a contract, and for each of its expectations one that breaks only it.

Belongs here: how a row is made from a contract, and one breaker per type of expectation. Does not
belong here: rows that neither tells (``breaking_extract_tables.py`` and its like), and running the
expectations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import breaking_chart_tables as charts
import breaking_customer_tables as customers
import breaking_extract_tables as extracts

from orchestration.checks.great_expectations import Suite
from orchestration.contracts import ExtractContract, PublishedContract

Row = dict[str, Any]
DAY = timedelta(days=1)
DEFAULTS: dict[str, Any] = {
    "varchar": "abc",
    "boolean": True,
    "double": 1.0,
    "date": date(2025, 6, 1),
    "timestamp": datetime(2025, 6, 1, 12),  # UTC without a zone, as in raw
}

PASSING = extracts.PASSING | customers.PASSING | charts.PASSING
PASSING_FURTHER = customers.PASSING_FURTHER | charts.PASSING_FURTHER
SQL_BREAKERS = extracts.SQL_BREAKERS | customers.SQL_BREAKERS | charts.SQL_BREAKERS


@dataclass(frozen=True)
class Table:
    """What a contract says of a table, extract or published alike.

    A breaking row of an extract breaks one expectation alone, which the whole suite shows. The
    rules of published tables lean on each other, and their suites are long: there the broken
    expectation runs by itself.
    """

    name: str
    types: Mapping[str, str]
    enums: Mapping[str, tuple[str, ...]]
    suite: Suite
    breaks_alone: bool


def of_extract(contract: ExtractContract, suite: Suite) -> Table:
    return Table(
        contract.table,
        {column.name: column.type for column in contract.raw_columns},
        {column.name: column.enum for column in contract.raw_columns if column.enum},
        suite,
        breaks_alone=True,
    )


def of_published(contract: PublishedContract, suite: Suite) -> Table:
    return Table(contract.table, dict(contract.columns), {}, suite, breaks_alone=False)


def passing_rows(table: Table) -> list[Row]:
    """Rows that keep every expectation of the table."""
    first = _passing_row(table)
    further = PASSING_FURTHER.get(table.name)
    return [first] if further is None else [first, first | further]


def _passing_row(table: Table) -> Row:
    row = {
        name: table.enums[name][0] if name in table.enums else DEFAULTS.get(kind, 1)
        for name, kind in table.types.items()
    }
    for expectation in table.suite.expectations:
        adjust = ADJUSTERS.get(expectation["type"])
        if adjust:
            adjust(row, expectation["kwargs"])
    return row | PASSING.get(table.name, {})


def breaking_rows(table: Table, expectation: Mapping[str, Any]) -> list[Row]:
    """Rows that break ``expectation``; raises KeyError where nobody has said how."""
    kwargs = expectation["kwargs"]
    column = kwargs.get("column", kwargs.get("column_A", ""))
    first, *further = passing_rows(table)
    if "min_value" in kwargs or not kwargs.get("or_equal"):
        first |= extracts.COMPANIONS.get((table.name, column), {})
    broken = BREAKERS[expectation["type"]](table, first, kwargs)
    return broken + further if broken else []


def _like(value: Any, limit: Any) -> Any:
    """A limit of a contract in the type of the column's value."""
    if isinstance(value, datetime):
        return datetime.fromisoformat(str(limit))
    if isinstance(value, date):
        return date.fromisoformat(str(limit))
    return Decimal(str(limit))


def _next_to(value: Any, steps: int) -> Any:
    return value + steps * (DAY if isinstance(value, date) else 1)


def _into_range(row: Row, kwargs: Mapping[str, Any]) -> None:
    column = kwargs["column"]
    if kwargs.get("min_value") is not None:
        row[column] = max(row[column], _like(row[column], kwargs["min_value"]))
    if kwargs.get("max_value") is not None:
        row[column] = min(row[column], _like(row[column], kwargs["max_value"]))


def _into_set(row: Row, kwargs: Mapping[str, Any]) -> None:
    row[kwargs["column"]] = kwargs["value_set"][0]


def _to_length(row: Row, kwargs: Mapping[str, Any]) -> None:
    row[kwargs["column"]] = "x" * kwargs["value"]


def _above(row: Row, kwargs: Mapping[str, Any]) -> None:
    if not kwargs.get("or_equal"):
        row[kwargs["column_A"]] = _next_to(row[kwargs["column_B"]], 1)


ADJUSTERS: dict[str, Callable[[Row, Mapping[str, Any]], None]] = {
    "expect_column_values_to_be_between": _into_range,
    "expect_column_values_to_be_in_set": _into_set,
    "expect_column_value_lengths_to_equal": _to_length,
    "expect_column_pair_values_a_to_be_greater_than_b": _above,
}


def _too_few_or_many(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    return [] if kwargs.get("min_value") else [row] * (kwargs["max_value"] + 1)


def _out_of_range(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    column = kwargs["column"]
    if kwargs.get("min_value") is not None:
        limit = _like(row[column], kwargs["min_value"])
        return [row | {column: limit if kwargs.get("strict_min") else _next_to(limit, -1)}]
    limit = _like(row[column], kwargs["max_value"])
    return [row | {column: limit if kwargs.get("strict_max") else _next_to(limit, 1)}]


def _twice(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    return [row, row]


def _not_above(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    return [row | {kwargs["column_A"]: _next_to(row[kwargs["column_B"]], -1)}]


def _not_in_set(table: Table, row: Row, kwargs: Mapping[str, Any]) -> list[Row]:
    wrong = "no such word" if isinstance(kwargs["value_set"][0], str) else -987654
    return [row | {kwargs["column"]: wrong}]


BREAKERS: dict[str, Callable[[Table, Row, Mapping[str, Any]], list[Row]]] = {
    "expect_table_row_count_to_be_between": _too_few_or_many,
    "expect_column_values_to_be_between": _out_of_range,
    "expect_column_values_to_be_in_set": _not_in_set,
    "expect_column_values_to_not_be_null": lambda table, row, kwargs: [
        row | {kwargs["column"]: None}
    ],
    "expect_column_values_to_be_unique": _twice,
    "expect_compound_columns_to_be_unique": _twice,
    "expect_column_value_lengths_to_equal": lambda table, row, kwargs: [
        row | {kwargs["column"]: "x" * (kwargs["value"] + 1)}
    ],
    "expect_column_pair_values_a_to_be_greater_than_b": _not_above,
    "unexpected_rows_expectation": lambda table, row, kwargs: [
        row | SQL_BREAKERS[table.name, kwargs["description"]]
    ],
}
