"""Parquet: typed columns, cast to the contract's types.

Belongs here: schema and rows of a landed Parquet file. Does not belong here: which casts lose
something (``rules.py``). The footer's row count is the count of what landed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.ingest.errors import MissingColumn, UnreadableFile
from orchestration.ingest.formats.reader import (
    DELIVERED_BYTES,
    DELIVERED_ROWS,
    RefusedRecords,
    Work,
    column_warnings,
    constants,
    row_group_rows,
)
from orchestration.ingest.refusals import Numbers, Refusals
from orchestration.ingest.rules import Arrival, judge, literal, quoted


class ParquetFile:
    """An opened Parquet file; see :class:`orchestration.ingest.formats.reader.OpenedFile`."""

    is_text = False
    is_strict = False

    def __init__(self, work: Work, path: Path) -> None:
        self._work, self._path = work, path
        with path.open("rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.size = path.stat().st_size
        self._relation = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
        try:
            self.landed = pq.read_metadata(path).num_rows
            described = work.connection.execute(f"DESCRIBE FROM {self._relation}").fetchall()
        except (pa.ArrowException, duckdb.Error, OSError) as error:
            raise UnreadableFile(
                path,
                "not a whole Parquet file (empty, truncated or another format); deliver it again",
                work.contract.table,
                work.extract_date,
            ) from error
        found = {row[0]: row[1] for row in described}
        required = [column.source_name for column in work.contract.columns if column.required]
        if missing := [name for name in required if name not in found]:
            raise MissingColumn(path, missing, list(found), work.contract.table, work.extract_date)
        self.row_group_rows = row_group_rows(5 * self.size / max(self.landed, 1))  # unpacked, about
        self.warnings = column_warnings(path, work.contract, set(found))
        self.judgement = judge(
            work.contract,
            {
                column.name: _arrival(column.source_name, found[column.source_name])
                for column in work.contract.columns
                if column.source_name in found
            },
            self._relation,
            constants(work),
            look_for_null_bytes=True,
        )

    def parser_refusals(self) -> Refusals:
        return Refusals()

    def delivered(self, records: Numbers) -> Iterator[RefusedRecords]:
        connection = self._work.connection
        connection.register("wanted", pa.table({"record": records}))
        rows = connection.execute(
            "SELECT w.record, CAST(to_json(p) AS VARCHAR) FROM wanted AS w JOIN ("
            f"SELECT *, file_row_number FROM read_parquet({literal(str(self._path))}, "
            "file_row_number = true, hive_partitioning = false)) AS p "
            "ON p.file_row_number = w.record - 1 ORDER BY w.record"
        )
        while batch := rows.fetchmany(DELIVERED_ROWS):
            delivered = [row.encode("utf-8") for _, row in batch]
            yield RefusedRecords(
                np.array([record for record, _ in batch], np.int64),
                None,
                None,
                [row[:DELIVERED_BYTES] for row in delivered],
                [len(row) for row in delivered],
            )
        connection.unregister("wanted")


def _arrival(name: str, found: str) -> Arrival:
    kind = found.split("(")[0]
    if kind in ("VARCHAR", "ENUM"):
        return Arrival(f"nullif(CAST({quoted(name)} AS VARCHAR), '')")
    return Arrival(quoted(name), kind)
