"""The judged rows of one file, in one query: the accepted become Parquet, the refused are noted.

Belongs here: the query that writes, and the settings of raw files. Does not belong here: what makes
a row refused (``rules.py``, the readers, ``duplicates.py``).

DuckDB writes the file itself; rows that pass through Python or Arrow cost as much again. A query
has one result, so the few refused rows leave it as entries of DuckDB's log, kept in memory: number
and reasons, never a value. An entry that got lost would be a row that is neither accepted nor
refused, which the loader's sums find.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.contracts import ExtractContract
from orchestration.ingest.duplicates import doubled_sql
from orchestration.ingest.formats.reader import OpenedFile, Work
from orchestration.ingest.refusals import Numbers
from orchestration.ingest.rules import literal, quoted

_LOG_TYPE = "refused_row"


@dataclass(frozen=True)
class Written:
    """How many rows were accepted, and of the others the sorted numbers and the reasons.

    Numbers count from 0 what the parser let through; ``marks`` are as in ``Judgement.sql``, or one
    of ``duplicates.KINDS``.
    """

    accepted: int
    refused: Numbers
    marks: pa.ChunkedArray


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Settings that the query relies on."""
    connection.execute("CALL enable_logging(level = 'info', storage = 'memory')")
    connection.execute("SET logging_mode = 'ENABLE_SELECTED'")
    connection.execute(f"SET enabled_log_types = '{_LOG_TYPE}'")
    # Joins as written: rows stay in file order only on the side that is read, not the hashed one.
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side,in_clause'")


def write_accepted(work: Work, opened: OpenedFile, file_name: str, target: Path) -> Written:
    """Write the accepted rows of ``opened`` to ``target``, in file order.

    All rows are read: only then has the parser reported all that it refused.
    """
    work.connection.execute("CALL truncate_duckdb_logs()")
    ((accepted,),) = work.connection.execute(
        f"COPY ({_accepted_sql(work, opened, file_name)}) TO {literal(str(target))} "
        f"({_format(work.contract)}, ROW_GROUP_SIZE {opened.row_group_rows})"
    ).fetchall()
    noted = work.connection.execute(
        # DISTINCT, as the optimizer may have a condition evaluated twice.
        "SELECT DISTINCT CAST(split_part(message, ' ', 1) AS BIGINT) - 1 AS emitted, "
        "split_part(message, ' ', 2) AS mark "
        f"FROM duckdb_logs() WHERE type = '{_LOG_TYPE}' ORDER BY emitted"
    ).to_arrow_table()
    return Written(accepted, np.asarray(noted.column(0).combine_chunks()), noted.column(1))


def merge(work: Work, parts: list[Path], target: Path) -> None:
    """Make one raw file of those of several landed files, in this order."""
    if len(parts) == 1:
        parts[0].replace(target)
    else:
        listed = ", ".join(literal(str(part)) for part in parts)
        work.connection.execute(
            f"COPY (FROM read_parquet([{listed}])) TO {literal(str(target))} "
            f"({_format(work.contract)})"
        )
        for part in parts:
            part.unlink()
    target.chmod(0o600)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _format(contract: ExtractContract) -> str:
    """Snappy: zstd takes a third less disk and twice the CPU of writing.

    Version 2 keeps numbers and keys as differences, and dictionaries are for what repeats itself:
    a fifth less CPU of writing and reading, a fourth less disk. Its encoding of doubles Spark
    cannot read (SPARK-56894).
    """
    version = "v1" if any(column.type == "double" for column in contract.columns) else "v2"
    return (
        f"FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 5000, PARQUET_VERSION {version}"
    )


def _accepted_sql(work: Work, opened: OpenedFile, file_name: str) -> str:
    columns = ", ".join(quoted(column.name) for column in work.contract.columns)
    numbered = f"SELECT *, row_number() OVER () AS emitted FROM ({opened.judgement.sql})"
    names, doubles, judged = "", "", f"({numbered})"
    if work.contract.key:
        judged = "judged"
        names = f"WITH judged AS MATERIALIZED ({numbered}), {doubled_sql(work.contract, judged)} "
        noted = _noted("mark")
        doubles = f" AND emitted NOT IN (SELECT emitted FROM doubled WHERE {noted} IS NOT NULL)"
    # An enum is its own dictionary: the writer need not look up the name of every row.
    source_file = f"CAST({literal(file_name)} AS ENUM({literal(file_name)}))"
    return (
        f"{names}SELECT {columns}, DATE '{work.extract_date}' AS extract_date, "
        f"{source_file} AS source_file, row_number() OVER () AS source_row FROM {judged} "
        f"WHERE CASE WHEN refused IS NOT NULL THEN {_noted('refused')} END IS NULL{doubles}"
    )


def _noted(mark: str) -> str:
    return (
        f"write_log(emitted || ' ' || {mark}, level := 'info', log_type := '{_LOG_TYPE}', "
        "return_value := 'noted')"
    )
