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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.ingest.reader import RefusedRecord
from orchestration.ingest.rules import Reason

_REASON = pa.struct([("code", pa.string()), ("column", pa.string()), ("message", pa.string())])
SCHEMA = pa.schema(
    [
        ("file_name", pa.string()),
        ("record", pa.int64()),
        ("line", pa.int64()),
        ("byte_offset", pa.int64()),
        ("reasons", pa.list_(_REASON)),
        ("delivered", pa.binary()),
        ("delivered_bytes", pa.int64()),
    ]
)
_GROUP_ROWS = 10_000
_GROUP_BYTES = 32 * 1024 * 1024


class QuarantineWriter:
    """Collects refused rows of one extract in a private file; none is made when there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: list[dict[str, object]] = []
        self._bytes = 0
        self._writer: pq.ParquetWriter | None = None

    def write(
        self,
        file_name: str,
        records: Iterable[RefusedRecord],
        reasons: Mapping[int, Sequence[Reason]],
    ) -> None:
        for record in records:
            self._rows.append(_row(file_name, record, reasons[record.record]))
            self._bytes += len(record.delivered)
            if len(self._rows) >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
                self._flush()

    def _flush(self) -> None:
        if self._rows:
            if self._writer is None:
                descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                self._file = os.fdopen(descriptor, "wb")
                self._writer = pq.ParquetWriter(self._file, SCHEMA, compression="zstd")
            self._writer.write_table(pa.Table.from_pylist(self._rows, SCHEMA))
        self._rows, self._bytes = [], 0

    def __enter__(self) -> QuarantineWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


def _row(file_name: str, record: RefusedRecord, reasons: Sequence[Reason]) -> dict[str, object]:
    return {
        "file_name": file_name,
        "record": record.record,
        "line": record.line,
        "byte_offset": record.byte_offset,
        "reasons": [
            {"code": str(reason.code), "column": reason.column, "message": reason.message}
            for reason in reasons
        ],
        "delivered": record.delivered,
        "delivered_bytes": record.delivered_bytes,
    }


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


def count_reasons(reasons: Mapping[int, Sequence[Reason]]) -> dict[str, int]:
    """Rows by reason, most frequent first; a row with several reasons counts under each."""
    counted = Counter(
        label for found in reasons.values() for label in sorted({reason.label for reason in found})
    )
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` and its missing parents for their owner only."""
    for part in [*reversed(folder.parents), folder]:
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)
