"""What the served file says of itself: columns, their meaning, numbers of metrics, currency.

Belongs here: reading it once, when the bundle is assembled. Does not belong here: figures, which
Superset asks for by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

COLUMNS = """
select table_name, column_name, data_type, comment from duckdb_columns()
where schema_name = 'main' order by table_name, column_index
"""
TABLES = "select table_name, comment from duckdb_tables() where schema_name = 'main'"
METRICS = """
select table_name, column_name, metric, metric_name from seg_metric_definition
order by table_name, column_name, length(metric), metric
"""


@dataclass(frozen=True)
class Column:
    """One published column."""

    name: str
    data_type: str
    description: str

    @property
    def is_temporal(self) -> bool:
        return self.data_type.startswith(("DATE", "TIMESTAMP"))


@dataclass(frozen=True)
class PublishedFacts:
    """The publication, as far as a dashboard needs to know it."""

    tables: dict[str, str]  # with what each holds
    columns: dict[str, tuple[Column, ...]]
    numbers: dict[tuple[str, str], tuple[str, ...]]  # of the catalogue, by table and column
    metric_names: dict[str, str]  # by number
    currency: str


def read_facts(served_file: Path) -> PublishedFacts:
    """The facts of the version that is served now."""
    with duckdb.connect(served_file.resolve(), read_only=True) as opened:
        tables = dict(opened.execute(TABLES).fetchall())
        columns = opened.execute(COLUMNS).fetchall()
        metrics = opened.execute(METRICS).fetchall()
        currency = opened.execute("select max(currency_code) from seg_customer").fetchone()
    numbers: dict[tuple[str, str], list[str]] = {}
    for table, column, number, _ in metrics:
        numbers.setdefault((table, column), []).append(number)
    described: dict[str, list[Column]] = {}
    for table, name, data_type, comment in columns:
        text = " ".join(filter(None, (comment, _bracket(numbers.get((table, name), [])))))
        described.setdefault(table, []).append(Column(name, data_type, text))
    return PublishedFacts(
        tables={table: comment or "" for table, comment in tables.items()},
        columns={table: tuple(found) for table, found in described.items()},
        numbers={place: tuple(found) for place, found in numbers.items()},
        metric_names={number: name for _, _, number, name in metrics},
        currency=currency[0] if currency and currency[0] else "",
    )


def _bracket(numbers: list[str]) -> str:
    return f"[{', '.join(numbers)}]" if numbers else ""
