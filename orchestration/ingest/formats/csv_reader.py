"""CSV (RFC 4180), plain or gzip.

Belongs here: dialect and header. Does not belong here: types (``rules.py``), bytes and records
(``text_file.py``).

DuckDB parses every field as text, with ``store_rejects``; SQL types the text in the same pass. It
costs about a tenth more than types declared to the parser, and none of its silent readings come
with it (see ``rules.py``). The first record is the header; names are matched exactly, order is
free. Fields are quoted with ``"``, doubled inside; a quote within an unquoted field stands for
itself; one space before the quotes of a quoted field, and any behind them, do not count. Empty
lines are no records; an empty field is null, quoted or not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from orchestration.ingest.errors import MissingColumn
from orchestration.ingest.formats.reader import (
    RefusedRecords,
    Work,
    column_warnings,
    constants,
)
from orchestration.ingest.formats.text_file import TextFile
from orchestration.ingest.refusals import Numbers, Refusals
from orchestration.ingest.rules import Arrival, judge, literal

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class CsvFile:
    """An opened CSV file; see :class:`orchestration.ingest.formats.reader.OpenedFile`."""

    is_text = True

    def __init__(self, work: Work, path: Path, is_strict: bool) -> None:
        delimiter = work.contract.delimiter
        self._file = TextFile(work, path, delimiter, is_strict)
        self.size, self.sha256 = self._file.survey.size, self._file.survey.sha256
        self.is_strict = is_strict
        self.landed, self.row_group_rows = self._file.landed, self._file.row_group_rows
        header = self._header(delimiter)
        self._check_required(work, path, header)
        self.warnings = column_warnings(path, work.contract, header)
        if not self._file.survey.ends_with_line_end:
            self.warnings.append(f"{path}: the last line has no line end; was the file cut off?")
        columns = ", ".join(f"c{n}: 'VARCHAR'" for n in range(len(header)))
        dialect = (
            f"columns = {{{columns}}}, header = true, delim = {literal(delimiter)}, "
            "quote = '\"', escape = '\"'"
        )
        places = {name: place for place, name in enumerate(header)}
        self.judgement = judge(
            work.contract,
            {
                column.name: Arrival(f"c{places[column.source_name]}")
                for column in work.contract.columns
                if column.source_name in places
            },
            self._file.source_sql(dialect),
            constants(work),
            look_for_null_bytes=self._file.survey.has_null_byte,
        )

    def parser_refusals(self) -> Refusals:
        return self._file.parser_refusals()

    def delivered(self, records: Numbers) -> Iterator[RefusedRecords]:
        return self._file.delivered(records)

    def _header(self, delimiter: str) -> list[str]:
        head = self._file.survey.head
        if head.startswith(_UTF16_MARKS):
            raise self._file.unreadable(
                "it begins with the byte order mark of UTF-16; set encoding: utf-16 in the contract"
            )
        text = head.decode("utf-8-sig", "replace")
        if not text.strip("\r\n"):
            raise self._file.unreadable("the file is empty; deliver at least the header line")
        if "\r" in text and "\n" not in text:
            raise self._file.unreadable(
                "its line ends are a carriage return alone; deliver LF or CR LF"
            )
        if "\0" in text.split("\n", 1)[0]:
            raise self._file.unreadable(
                "its header holds bytes 0; deliver text, or set the contract's encoding"
            )
        try:
            header = next(csv.reader(io.StringIO(text, ""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise self._file.unreadable(f"the header is no CSV record: {error}") from error
        header = [name.strip() for name in header]
        if doubled := sorted({name for name in header if name and header.count(name) > 1}):
            raise self._file.unreadable(f"column {', '.join(doubled)} stands twice in the header")
        if not any(header):
            raise self._file.unreadable("the first line is empty; it must be the header")
        return header

    def _check_required(self, work: Work, path: Path, header: list[str]) -> None:
        required = [column.source_name for column in work.contract.columns if column.required]
        if missing := [name for name in required if name not in header]:
            raise MissingColumn(path, missing, header, work.contract.table, work.extract_date)
