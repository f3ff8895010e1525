"""From a landed file's name to the reader of its format.

Belongs here: choosing the reader, decompression, encodings. Does not belong here: parsing.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.ingest.csv_reader import CsvFile
from orchestration.ingest.errors import UnreadableFile
from orchestration.ingest.jsonl_reader import JsonLinesFile
from orchestration.ingest.parquet_reader import ParquetFile
from orchestration.ingest.reader import OpenedFile, Work
from orchestration.ingest.survey import TruncatedFile, survey


def open_file(work: Work, path: Path) -> OpenedFile:
    """Open a landed file by the format that its name says.

    Raises:
        ExtractError: the file as a whole cannot be read.
    """
    if path.name.endswith(".parquet"):
        return ParquetFile(work, path)
    is_gzip = path.name.endswith(".gz")
    is_csv = ".csv" in path.suffixes
    try:
        surveyed = survey(path, is_gzip, has_quotes=is_csv, empty_line_is_record=False)
    except TruncatedFile as error:
        raise UnreadableFile(path, str(error), work.contract.table, work.extract_date) from error
    reader = CsvFile if is_csv else JsonLinesFile
    return reader(work, path, path, is_gzip, surveyed)
