"""A warehouse of two published tables, small enough to publish dozens of times in a test.

Belongs here: making it and publishing it. Imported by the tests of this folder and by the child
processes that they start.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration.contracts import PublishedContract
from orchestration.publish import Candidate, Promotion, UsedExtract, build_candidate, promote

CONTRACTS = {
    contract.table: contract
    for contract in (
        PublishedContract(
            table="seg_customer",
            version="1.2.0",
            description="One row for each customer.",
            owner="customer-value",
            grain="customer_key",
            key=("customer_key",),
            columns=(
                ("customer_key", "varchar"),
                ("as_of_date", "date"),
                ("total_amount", "decimal(18,2)"),
                ("repeat_rate", "double"),
                ("note", "varchar"),
                ("is_member", "boolean"),
                ("order_count", "bigint"),
                ("first_order_at", "timestamp"),
            ),
            expectations=(),
            sha256="",
            descriptions=(("customer_key", "Our key of the customer; it's stable."),),
        ),
        PublishedContract(
            table="seg_summary",
            version="1.0.0",
            description="One row for each segment.",
            owner="customer-value",
            grain="segment",
            key=("segment",),
            columns=(("segment", "varchar"), ("as_of_date", "date"), ("customer_count", "bigint")),
            expectations=(),
            sha256="",
        ),
    )
}


def write_warehouse(path: Path, as_of: date, customers: int = 50, step: int = 1) -> Path:
    """A fresh warehouse; its content depends on ``as_of`` and ``step`` alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema segments")
        connection.execute(
            """
            create table segments.seg_customer as
            select
                'C' || lpad(cast(i * 37 % 1009 as varchar), 5, '0') as customer_key,
                cast($as_of as date) as as_of_date,
                cast(i * $step as decimal(18, 2)) as total_amount,
                i / 7.0::double as repeat_rate,
                case i % 3 when 0 then null when 1 then '' else 'n' || i end as note,
                i % 2 = 0 as is_member,
                cast(i as bigint) as order_count,
                timestamp '2025-01-01' + to_hours(i) as first_order_at
            from range($customers) as numbers(i)
            """,
            {"as_of": as_of, "customers": customers, "step": step},
        )
        connection.execute(
            """
            create table segments.seg_summary as
            select 'all' as segment, as_of_date, count(*) as customer_count
            from segments.seg_customer group by as_of_date
            """
        )
    return path


def build(warehouse: Path, serving: Path, as_of: date, code_version: str = "abc123") -> Candidate:
    """A candidate of that warehouse, opened as the pipeline opens it: read-only."""
    extracts = [UsedExtract("sales", "sales_orders", as_of, "0" * 64)]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return build_candidate(
            connection,
            CONTRACTS,
            serving,
            as_of=as_of,
            code_version=code_version,
            extracts=extracts,
        )


def publish(
    home: Path, as_of: date, customers: int = 50, step: int = 1, force: bool = False
) -> Promotion:
    """Warehouse, candidate and promotion of one day under ``home``."""
    warehouse = write_warehouse(home / f"warehouse-{as_of}-{step}.duckdb", as_of, customers, step)
    serving = home / "serving"
    return promote(build(warehouse, serving, as_of), serving, force)
