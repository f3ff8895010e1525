"""CSV (RFC 4180), plain or gzip: opened for one pass through DuckDB.

Belongs here: dialect, header and the parser's refusals. Does not belong here: types (``rules.py``).

DuckDB parses every field as text, with ``store_rejects``; SQL types the text in the same pass. It
costs about a tenth more than types declared to the parser, and none of its silent readings come
with it (see ``rules.py``). The first record is the header; names are matched exactly.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from orchestration.contracts import ExtractContract
from orchestration.ingest.errors import MissingColumn, UnreadableFile
from orchestration.ingest.reader import (
    DELIVERED_BYTES,
    Numbers,
    RefusedRecord,
    Work,
    column_warnings,
    constants,
)
from orchestration.ingest.rules import Arrival, Reason, ReasonCode, judge, literal
from orchestration.ingest.survey import Survey, locate, read_places

MAX_LINE_BYTES = 2 * 1024 * 1024
_REASONS = {
    "MISSING COLUMNS": (ReasonCode.TOO_FEW_FIELDS, "fewer fields than the header"),
    "TOO MANY COLUMNS": (ReasonCode.TOO_MANY_FIELDS, "more fields than the header"),
    "INVALID ENCODING": (ReasonCode.BAD_ENCODING, "bytes that are no text in this encoding"),
    "UNQUOTED VALUE": (ReasonCode.BAD_QUOTES, "a quoted field does not end where it should"),
    "LINE SIZE OVER MAXIMUM": (ReasonCode.LINE_TOO_LONG, f"longer than {MAX_LINE_BYTES:,} bytes"),
}


class CsvFile:
    """An opened CSV file; see :class:`orchestration.ingest.reader.OpenedFile`."""

    def __init__(self, work: Work, path: Path, text: Path, is_gzip: bool, surveyed: Survey) -> None:
        self._work, self._text, self._is_gzip, self._survey = work, text, is_gzip, surveyed
        header = _header(path, work, surveyed)
        self.size, self.sha256 = surveyed.size, surveyed.sha256
        self.landed = surveyed.records - 1
        self.batch_rows = int(np.clip(64 * 1024 * 1024 // surveyed.mean_record_bytes, 2048, 65536))
        self.warnings = column_warnings(path, work.contract, set(header))
        if not surveyed.ends_with_line_end:
            self.warnings.append(f"{path}: the last line has no line end; was the file cut off?")
        places = {name: position for position, name in enumerate(header)}
        self.judgement = judge(
            work.contract,
            {
                column.name: Arrival(f"c{places[column.source_name]}")
                for column in work.contract.columns
                if column.source_name in places
            },
            self._read_csv(len(header)),
            constants(work, path),
            look_for_null_bytes=surveyed.has_null_byte,
        )

    def _read_csv(self, fields: int) -> str:
        columns = ", ".join(f"c{n}: 'VARCHAR'" for n in range(fields))
        return (
            f"read_csv({literal(str(self._text))}, columns = {{{columns}}}, header = true, "
            f"auto_detect = false, delim = {literal(self._work.contract.delimiter)}, "
            "quote = '\"', escape = '\"', nullstr = '', store_rejects = true, hive_partitioning = false, "
            f"max_line_size = {MAX_LINE_BYTES}, "
            f"compression = '{'gzip' if self._is_gzip else 'none'}')"
        )

    def parser_refusals(self) -> dict[int, list[Reason]]:
        connection = self._work.connection
        found: dict[int, list[Reason]] = {}
        rows = connection.execute(
            "SELECT DISTINCT line, error_type::VARCHAR FROM reject_errors ORDER BY ALL"
        ).fetchall()
        connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
        for line, kind in rows:
            code, message = _REASONS[kind]
            found.setdefault(self._record(line - 1), []).append(Reason(code, None, message))
        return found

    def _record(self, number: int) -> int:
        """The record number, from 1, of a line of the parser: it counts header and empty lines."""
        return number - int(np.searchsorted(self._survey.empty_lines, number))

    def delivered(self, records: Numbers) -> Iterator[RefusedRecord]:
        empty = self._survey.empty_lines
        numbers = records + np.searchsorted(empty - np.arange(len(empty)), records, side="right")
        places = locate(self._text, self._is_gzip, True, numbers)
        for record, (place, content) in zip(
            records, read_places(self._text, self._is_gzip, places, DELIVERED_BYTES), strict=True
        ):
            size = place.end - place.start
            yield RefusedRecord(int(record), place.line, place.start, content, size)


def _header(path: Path, work: Work, surveyed: Survey) -> list[str]:
    contract, extract_date = work.contract, work.extract_date
    if surveyed.records == 0:
        raise UnreadableFile(
            path,
            "the file is empty; deliver at least the header line",
            contract.table,
            extract_date,
        )
    try:
        text = surveyed.head.decode("utf-8-sig", "replace")
        header = next(csv.reader(io.StringIO(text, ""), delimiter=contract.delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFile(
            path, f"the header is no CSV record: {error}", contract.table, extract_date
        ) from error
    header = [name.strip() for name in header]
    _check_header(path, header, contract, work)
    return header


def _check_header(path: Path, header: list[str], contract: ExtractContract, work: Work) -> None:
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise UnreadableFile(
            path,
            f"column {', '.join(doubled)} stands twice in the header",
            contract.table,
            work.extract_date,
        )
    required = [column.source_name for column in contract.columns if column.required]
    missing = [name for name in required if name not in header]
    if missing:
        raise MissingColumn(path, missing, header, contract.table, work.extract_date)


def is_parser_failure(error: duckdb.Error) -> bool:
    """Whether DuckDB gave the file up, rather than a line of it."""
    return "CSV" in str(error)
