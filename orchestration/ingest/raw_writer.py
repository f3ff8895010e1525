"""Writing accepted rows as Parquet, the same bytes for the same rows.

Belongs here: file settings and row groups. Does not belong here: which rows are accepted.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP_ROWS = 122_880  # DuckDB's own size: one thread reads one group
ROW_GROUP_BYTES = 256 * 1024 * 1024  # rows with long texts close a group earlier: bounded memory
SLICE_ROWS = 8_192  # group ends depend on rows alone, not on how the reader cut its batches


class RawWriter:
    """A Parquet file with fixed settings; durable on disk when the block ends without error."""

    def __init__(self, path: Path, schema: pa.Schema, repeating: list[str]) -> None:
        """``repeating`` are the columns worth a dictionary; trying one costs a third of writing."""
        self.path = path
        self._schema = schema
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = 0
        self._group: list[pa.Table] = []
        self._group_rows = 0
        self._group_bytes = 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            compression="zstd",
            store_decimal_as_integer=True,
            store_schema=False,
            use_dictionary=repeating,
        )

    def __enter__(self) -> RawWriter:
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        self._pending.append(batch)
        self._pending_rows += batch.num_rows
        if self._pending_rows >= SLICE_ROWS:
            self._close_slices()

    def _close_slices(self) -> None:
        table = pa.Table.from_batches(self._pending, self._schema)
        whole = table.num_rows - table.num_rows % SLICE_ROWS
        for start in range(0, whole, SLICE_ROWS):
            self._add_slice(table.slice(start, SLICE_ROWS))
        rest = table.slice(whole)
        self._pending = rest.to_batches()
        self._pending_rows = rest.num_rows

    def _add_slice(self, piece: pa.Table) -> None:
        self._group.append(piece)
        self._group_rows += piece.num_rows
        self._group_bytes += piece.nbytes
        if self._group_rows >= ROW_GROUP_ROWS or self._group_bytes >= ROW_GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        if self._group:
            table = pa.concat_tables(self._group).combine_chunks()
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self._group, self._group_rows, self._group_bytes = [], 0, 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            if self._pending_rows:
                self._group.append(pa.Table.from_batches(self._pending, self._schema))
            self._write_group()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
