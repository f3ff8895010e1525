"""Rows that no contract accepts, planted beside the good ones and counted.

Belongs here: how a good row is spoilt, by file format. Does not belong here: rows that are right
but late or repeated (``planting.py``).
"""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts import ExtractContract
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.parameters import Parameters

# Tables that get broken rows; their totals are watched by later checks.
SPOILT = frozenset(
    {
        "crm_customers", "crm_tickets", "crm_survey_responses", "crm_message_events",
        "sales_orders", "sales_order_lines", "sales_returns", "sales_payments", "web_events",
        "loyalty_ledger",
    }
)  # fmt: skip
NUMERIC = ("integer", "bigint", "double", "decimal(18,4)", "decimal(18,6)", "decimal(18,8)")


@dataclass(frozen=True)
class BrokenRows:
    """How many rows of one kind were planted in one extract."""

    source: str
    table: str
    extract_date: str
    kind: str
    rows: int


@dataclass(frozen=True)
class Spoiler:
    """One way to spoil a row: put ``value`` into ``column``, cut the line, or repeat the row."""

    kind: str
    column: str = ""
    value: str | None = None


def spoilers(table: Table, contract: ExtractContract) -> list[Spoiler]:
    """The ways that make sense for this table and format, in a fixed order."""
    if table.name not in SPOILT:
        return []
    given = [c for c in contract.columns if c.name in table.rows.column_names]
    found = []
    for kind, value, fits in (
        ("bad_date", "2025-02-30 10:00:00", [c for c in given if c.type in ("timestamp", "date")]),
        ("bad_number", "12,50 approx", [c for c in given if c.type in NUMERIC]),
        ("unknown_enum", "no such word", [c for c in given if c.enum]),
        ("empty_key", None, [c for c in given if c.is_key and c.name != "source_system"]),
    ):
        typed = table.format == "parquet" and kind in ("bad_date", "bad_number")
        if fits and not typed:
            found.append(Spoiler(kind, fits[0].name, value))
    if table.format != "parquet":
        found.append(Spoiler("ragged_line"))
    return [*found, Spoiler("duplicate_key")]


def planted(rows: int, par: Parameters) -> int:
    """Broken rows beside ``rows`` good ones."""
    return math.ceil(rows * par.broken_share) if rows >= par.broken_from_rows else 0


def identifying_column(contract: ExtractContract) -> str:
    """The key column that gets another value, so that a broken row is broken for one reason."""
    return next(name for name in contract.key if name != "source_system")


def spoilt_rows(rows: pa.Table, key: str, ways: list[Spoiler]) -> list[dict[str, str | None]]:
    """The texts of each of ``rows``, spoilt in its way; ragged lines are cut by the writer."""
    texts = {name: pc.cast(rows[name], pa.string()) for name in rows.column_names}
    found = pa.table(texts).to_pylist()
    for row, way in zip(found, ways, strict=True):
        if way.kind != "duplicate_key" and pa.types.is_string(rows.schema.field(key).type):
            row[key] = f"{row[key]}-B"
        if way.column:
            row[way.column] = way.value
    return found


def csv_lines(rows: list[dict[str, str | None]], ways: list[Spoiler]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row, way in zip(rows, ways, strict=True):
        cells = list(row.values())
        writer.writerow(cells[:2] if way.kind == "ragged_line" else cells)
    return text.getvalue().encode()


def json_lines(rows: list[dict[str, str | None]], ways: list[Spoiler]) -> bytes:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    cut = [
        line[: len(line) // 2] if way.kind == "ragged_line" else line
        for line, way in zip(lines, ways, strict=True)
    ]
    return "".join(f"{line}\n" for line in cut).encode()


def typed_rows(rows: pa.Table, key: str, ways: list[Spoiler]) -> pa.Table:
    """Spoilt rows of a typed file: only texts can be wrong there."""
    spoilt = spoilt_rows(rows, key, ways)
    columns = []
    for field in rows.schema:
        values = pa.array([row[field.name] for row in spoilt], pa.string())
        columns.append(values.cast(field.type))
    return pa.table(columns, schema=rows.schema)
