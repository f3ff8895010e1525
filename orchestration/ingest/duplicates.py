"""Rows of one file that repeat a key: the first is accepted, the others are refused.

Belongs here: judgements across the rows of one file. Does not belong here: which of several
versions of a key counts (staging models). Two rows are doubles when their key columns and
``extracted_at`` are equal; a contract without a key has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import ExtractContract
from orchestration.ingest.refusals import NONE, Numbers
from orchestration.ingest.rules import Reason, ReasonCode, literal, quoted

HASHES_IN_MEMORY = 20_000_000  # rows; 8 bytes each, three times


def find_duplicates(
    connection: duckdb.DuckDBPyConnection, contract: ExtractContract, accepted: Path
) -> tuple[Numbers, Numbers]:
    """Rows of ``accepted``, from 0, to be refused, sorted; and for each its place in KINDS."""
    if not contract.key:
        return NONE, NONE
    identity = ["source_file", *(quoted(name) for name in contract.key), "extracted_at"]
    listed = ", ".join(dict.fromkeys(identity))
    rows = f"read_parquet({literal(str(accepted))}, file_row_number = true)"
    suspects = f"SELECT hash({listed}) AS h FROM {rows} GROUP BY h HAVING count(*) > 1"
    if not _has_equal_hashes(connection, accepted, f"SELECT hash({listed}) AS h FROM {rows}"):
        return NONE, NONE
    same = " AND ".join(
        f"a.{quoted(column.name)} IS NOT DISTINCT FROM b.{quoted(column.name)}"
        for column in contract.columns
    )
    found = connection.execute(
        f"WITH suspect AS MATERIALIZED (SELECT * FROM {rows} WHERE hash({listed}) IN ({suspects})),"
        " numbered AS (SELECT *, min(file_row_number) OVER (PARTITION BY "
        f"{listed}) AS first_row FROM suspect) "
        f"SELECT a.file_row_number, CAST({same} AS BIGINT) AS is_exact "
        "FROM numbered AS a JOIN suspect AS b ON b.file_row_number = a.first_row "
        "WHERE a.file_row_number > a.first_row ORDER BY a.file_row_number"
    ).to_arrow_table()
    return np.asarray(found.column(0)), np.asarray(found.column(1))


def _has_equal_hashes(
    connection: duckdb.DuckDBPyConnection, accepted: Path, hashes_sql: str
) -> bool:
    """Whether there can be doubles at all: they are rare, and one hash per row tells."""
    if pq.read_metadata(accepted).num_rows <= HASHES_IN_MEMORY:
        # Sorting in memory takes a third of the time of grouping, which can spill.
        found = connection.execute(hashes_sql).to_arrow_table().column(0).combine_chunks()
        hashes = np.sort(np.asarray(found))
        return bool((hashes[1:] == hashes[:-1]).any())
    doubled = f"SELECT 1 FROM ({hashes_sql}) GROUP BY h HAVING count(*) > 1 LIMIT 1"
    return bool(connection.execute(doubled).fetchall())


def without_rows(accepted: Path, doubles: Numbers) -> Iterator[pa.RecordBatch]:
    """The rows of a raw file without ``doubles``, ``source_row`` numbered anew."""
    first = 0
    for batch in pq.ParquetFile(accepted).iter_batches():
        rows = np.arange(first, first + batch.num_rows)
        first += batch.num_rows
        source_rows = np.asarray(batch.column("source_row"))
        # Doubles before the row within its own source file, which began source_row - 1 rows ago.
        gone = np.searchsorted(doubles, rows) - np.searchsorted(doubles, rows - source_rows + 1)
        renumbered = batch.set_column(
            batch.num_columns - 1, "source_row", pa.array(source_rows - gone)
        )
        yield renumbered.filter(pa.array(~np.isin(rows, doubles, assume_unique=True)))


KINDS = (
    (
        Reason(
            ReasonCode.DUPLICATE_KEY,
            None,
            "same key and extracted_at as an earlier row of the file",
        ),
    ),
    (Reason(ReasonCode.DUPLICATE_ROW, None, "repeats an earlier row of the file exactly"),),
)
