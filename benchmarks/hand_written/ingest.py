"""Typed ingest of the landed files that the marts use, one Parquet file per table.

Belongs here: how an experienced person would read these files with DuckDB and nothing else. Left
out is what such a person would leave out: reasons for refused rows, manifests, quarantine,
contracts, formats that these files do not have. DuckDB's own CSV casts take some text that the
contracts refuse; the sample world holds none.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

MONEY = "decimal(18,4)"


@dataclass(frozen=True)
class Extract:
    """One table: typed columns (those not named are text), codes, and what must not be empty."""

    folder: str
    key: str
    types: dict[str, str]
    codes: dict[str, tuple[str, ...]]
    required: tuple[str, ...] = ()


EXTRACTS = {
    "crm_customers": Extract(
        "crm/crm_customers",
        "source_system, customer_id",
        {
            "created_at": "timestamp", "updated_at": "timestamp", "deleted_at": "timestamp",
            "birth_date": "date", "is_test": "boolean",
        },
        {"gender": ("female", "male", "other")},
    ),
    "crm_identities": Extract(
        "crm/crm_identities",
        "source_system, customer_id, id_type, id_value",
        {"verified": "boolean", "first_seen_at": "timestamp", "last_seen_at": "timestamp"},
        {"id_type": ("email", "phone", "loyalty_no", "device", "other")},
    ),
    "loyalty_members": Extract(
        "crm/loyalty_members",
        "program_id, member_id",
        {"enrolled_at": "timestamp", "left_at": "timestamp", "fee": MONEY},
        {},
        ("customer_id", "enrolled_at"),
    ),
    "crm_survey_responses": Extract(
        "crm/crm_survey_responses",
        "response_id, question_code",
        {
            "invited_at": "timestamp", "answered_at": "timestamp", "score": MONEY,
            "scale_min": MONEY, "scale_max": MONEY,
        },
        {
            "kind": (
                "nps", "csat", "ces", "attitude", "value", "switching", "involvement",
                "competitor_rank",
            )
        },
        ("customer_id",),
    ),
    "sales_orders": Extract(
        "sales/sales_orders",
        "source_system, order_id",
        {
            "ordered_at": "timestamp", "cancelled_at": "timestamp", "updated_at": "timestamp",
            "shipping": MONEY, "tax": MONEY,
        },
        {
            "status": (
                "placed", "paid", "shipped", "delivered", "completed", "cancelled", "failed",
                "dispatched", "canceled",
            )
        },
        ("ordered_at",),
    ),
    "sales_order_lines": Extract(
        "sales/sales_order_lines",
        "order_id, line_no",
        {
            "line_no": "integer", "qty": MONEY, "list_price": MONEY, "unit_price": MONEY,
            "discount": MONEY, "cost": MONEY,
        },
        {},
    ),
    "sales_returns": Extract(
        "sales/sales_returns",
        "return_line_id",
        {
            "line_no": "integer", "returned_at": "timestamp", "qty": MONEY, "amount": MONEY,
            "restocked": "boolean",
        },
        {},
        ("order_id", "line_no", "returned_at"),
    ),
    "sales_products": Extract(
        "sales/sales_products",
        "product_id, valid_from",
        {
            "valid_from": "date", "is_own_brand": "boolean", "launched_at": "timestamp",
            "list_price": MONEY, "cost": MONEY,
        },
        {},
    ),
    "fx_rates": Extract(
        "sales/fx_rates", "date, currency", {"date": "date", "rate": "decimal(18,8)"}, {}
    ),
}  # fmt: skip
ALWAYS = {"extracted_at": "timestamp"}
OPERATIONS = {"op": ("I", "U", "D")}
NEWEST_ONLY = ("crm_identities", "sales_products")  # delivered as the whole state each time


def ingest(connection: duckdb.DuckDBPyConnection, landing: Path, raw: Path, as_of: str) -> None:
    """Write ``raw/<table>.parquet`` for every table."""
    raw.mkdir(parents=True)
    for name, extract in EXTRACTS.items():
        files = sorted(
            path
            for path in (landing / extract.folder).glob("extract_date=*/*")
            if path.parent.name <= f"extract_date={as_of}" and not path.name.startswith((".", "_"))
        )
        if name in NEWEST_ONLY:
            files = [path for path in files if path.parent == files[-1].parent]
        query = _accepted(connection, extract, files)
        connection.execute(f"copy ({query}) to '{raw / name}.parquet' (format parquet)")


def _accepted(connection: duckdb.DuckDBPyConnection, extract: Extract, files: list[Path]) -> str:
    """The query over all files of a table that gives the rows of the right types and codes."""
    types = {**extract.types, **ALWAYS}
    codes = {**extract.codes, **OPERATIONS}
    listed = "[" + ", ".join(f"'{path}'" for path in files) + "]"
    partition = "hive_partitioning = true, hive_types = {extract_date: date}"
    if files[0].suffix == ".csv":
        columns = _csv_header(files[0])
        declared = ", ".join(f"'{name}': '{types.get(name, 'varchar')}'" for name in columns)
        source = (
            f"read_csv({listed}, columns = {{{declared}}}, auto_detect = false, header = true, "
            f"delim = ',', quote = '\"', escape = '\"', new_line = '\\n', ignore_errors = true, "
            f"{partition})"
        )
    else:
        described = connection.execute(f"describe from read_parquet('{files[0]}')").fetchall()
        columns = [name for name, *_ in described if name != "extract_date"]
        source = f"read_parquet({listed}, {partition})"
    required = {*extract.key.split(", "), *extract.required} & set(columns)
    conditions = [
        *(f'"{name}" is not null and "{name}"::varchar <> \'\'' for name in sorted(required)),
        *(f'("{name}" is null or "{name}" in {codes[name]})' for name in codes if name in columns),
    ]
    selected = ", ".join(f'"{name}"' for name in columns)
    if "op" not in columns:
        selected += ", 'I' as op"
    if "source_system" not in columns:
        selected += f", '{extract.folder.split('/')[0]}' as source_system"
    return f"select {selected}, extract_date from {source} where {' and '.join(conditions)}"


def _csv_header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))
