"""Refused rows as delivered, with every reason: ``quarantine/<source>/<table>/extract_date=.../``.

Belongs here: the form of a refused row and writing it privately. Does not belong here: judging.

One row per refused record: ``file_name``; ``record`` (from 1, header and empty lines not counted);
``line`` and ``byte_offset`` where the format has them; ``reasons``, a list of (code, column,
message), the message without the value; ``delivered``, the bytes as they came (at most 64 KiB) and
``delivered_bytes``, their full number. Parquet rows are delivered as a JSON object. The rows may be
personal: files are created for their owner only.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.ingest.formats.reader import RefusedRecords
from orchestration.ingest.refusals import Refusals
from orchestration.ingest.rules import Reason
from orchestration.private_folder import make_private_folder

_REASONS = pa.list_(
    pa.struct([("code", pa.string()), ("column", pa.string()), ("message", pa.string())])
)
SCHEMA = pa.schema(
    [
        ("file_name", pa.string()),
        ("record", pa.int64()),
        ("line", pa.int64()),
        ("byte_offset", pa.int64()),
        ("reasons", _REASONS),
        ("delivered", pa.binary()),
        ("delivered_bytes", pa.int64()),
    ]
)


class QuarantineWriter:
    """Collects refused rows of one extract in a private file; none is made when there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, file_name: str, chunks: Iterable[RefusedRecords], refusals: Refusals) -> None:
        """Write the refused records of one file, which come in the order of ``refusals``."""
        kinds = pa.array([[_as_row(r) for r in kind] for kind in refusals.kinds], _REASONS)
        first = 0
        for chunk in chunks:
            rows = len(chunk.records)
            codes = pa.array(refusals.codes[first : first + rows])
            columns = [
                pa.repeat(pa.scalar(file_name, pa.string()), rows),
                pa.array(chunk.records),
                pa.nulls(rows, pa.int64()) if chunk.lines is None else pa.array(chunk.lines),
                pa.nulls(rows, pa.int64())
                if chunk.byte_offsets is None
                else pa.array(chunk.byte_offsets),
                kinds.take(codes),
                pa.array(chunk.delivered, pa.binary()),
                pa.array(chunk.sizes, pa.int64()),
            ]
            self._open().write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
            first += rows

    def _open(self) -> pq.ParquetWriter:
        if self._writer is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(descriptor, "wb")
            self._writer = pq.ParquetWriter(self._file, SCHEMA, compression="zstd")
        return self._writer

    def __enter__(self) -> QuarantineWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


def _as_row(reason: Reason) -> dict[str, str | None]:
    return {"code": str(reason.code), "column": reason.column, "message": reason.message}


def commit_refused(written: Path, folder: Path) -> str | None:
    """Move the collected file to its name by content; returns the name, or None if there is none.

    Files of earlier loads stay until :func:`remove_other_refused`.
    """
    if not written.exists():
        return None
    with written.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = f"refused-{digest[:12]}.parquet"
    make_private_folder(folder)
    written.replace(folder / name)
    return name


def remove_other_refused(folder: Path, keep: str | None) -> None:
    """Remove refused rows of earlier loads of the same extract."""
    if folder.is_dir():
        for path in folder.glob("refused-*.parquet"):
            if path.name != keep:
                path.unlink()
