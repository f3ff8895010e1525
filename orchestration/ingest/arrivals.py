"""What has arrived as of one date, as tables of the warehouse's schema ``raw``.

Belongs here: the account of extracts that data quality is published from; counts and names, never
a delivered value. Does not belong here: the rows themselves (``orchestration/warehouse.py``) and
judging them (``split.py``, ``orchestration/checks``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb

from orchestration.contracts import ExtractContract
from orchestration.ingest import partition
from orchestration.settings import Zones

# Tables and their columns; described in dbt_project/models/staging/raw/_raw__sources.yml.
EXTRACT_LOAD = (
    ("source", "varchar"),
    ("table_name", "varchar"),
    ("extract_date", "date"),
    ("file_name", "varchar"),
    ("rows_landed", "bigint"),
    ("rows_accepted", "bigint"),
    ("rows_quarantined", "bigint"),
)
EXTRACT_REFUSAL = (
    ("source", "varchar"),
    ("table_name", "varchar"),
    ("extract_date", "date"),
    ("reason", "varchar"),
    ("column_name", "varchar"),
    ("row_count", "bigint"),
)
EXTRACT_CONTRACT = (
    ("source", "varchar"),
    ("table_name", "varchar"),
    ("contract_version", "varchar"),
    ("owner", "varchar"),
    ("description", "varchar"),
    ("delivery", "varchar"),
    ("is_required", "boolean"),
    ("freshness_days", "integer"),
    ("quarantine_limit_rate", "double"),
)


def write_arrivals(
    connection: duckdb.DuckDBPyConnection,
    contracts: Iterable[ExtractContract],
    zones: Zones,
    as_of: date,
) -> None:
    """Write ``raw.extract_load``, ``raw.extract_refusal`` and ``raw.extract_contract``.

    ``contracts`` are those of the active source systems. Of full deliveries only the newest extract
    up to ``as_of`` is told, as only that one is visible.
    """
    loads: list[tuple[Any, ...]] = []
    refusals: Counter[tuple[Any, ...]] = Counter()
    promises: list[tuple[Any, ...]] = []
    for contract in contracts:
        promises.append(
            (contract.source, contract.table, contract.version, contract.owner,
             " ".join(contract.description.split()), contract.delivery, contract.is_required,
             contract.freshness_days, contract.quarantine_limit)
        )  # fmt: skip
        for manifest in partition.read_manifests(contract, zones, as_of):
            where = (contract.source, contract.table, manifest.extract_date)
            for file in manifest.files:
                loads.append(
                    (*where, file.name,
                     file.rows_landed, file.rows_accepted, file.rows_quarantined)
                )  # fmt: skip
                for reason, rows in file.refused_by_reason.items():
                    code, _, column = reason.partition(":")
                    refusals[*where, code, column or None] += rows
    _write(connection, "extract_load", EXTRACT_LOAD, loads)
    _write(
        connection,
        "extract_refusal",
        EXTRACT_REFUSAL,
        [(*refusal, rows) for refusal, rows in refusals.items()],
    )
    _write(connection, "extract_contract", EXTRACT_CONTRACT, promises)


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """All rows in one statement: years of daily extracts are many thousand."""
    selected = ", ".join(
        f"unnest(cast(${place} AS {type_}[])) AS {name}"
        for place, (name, type_) in enumerate(columns, start=1)
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE raw.{table} AS SELECT {selected}",
        [[row[place] for row in rows] for place in range(len(columns))],
    )
