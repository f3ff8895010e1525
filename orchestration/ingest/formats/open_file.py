"""From a landed file's name to the reader of its format.

Belongs here: choosing the reader. Does not belong here: reading.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.ingest.formats.csv_reader import CsvFile
from orchestration.ingest.formats.jsonl_reader import JsonLinesFile
from orchestration.ingest.formats.parquet_reader import ParquetFile
from orchestration.ingest.formats.reader import OpenedFile, Work


def open_file(work: Work, path: Path, is_strict: bool) -> OpenedFile:
    """Open a landed file by the format that its name says.

    Raises:
        ExtractError: the file as a whole cannot be read.
        StrictReadingNeeded: open it again with ``is_strict``.
    """
    if path.name.endswith(".parquet"):
        return ParquetFile(work, path)
    if path.name.endswith((".csv", ".csv.gz")):
        return CsvFile(work, path, is_strict)
    return JsonLinesFile(work, path, is_strict)
