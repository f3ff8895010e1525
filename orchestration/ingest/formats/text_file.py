"""A landed text file between its bytes and the parser: what CSV and JSON lines have in common.

Belongs here: encodings, the way to clean text, record numbers and the lines behind them. Does not
belong here: what a line consists of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.ingest.errors import UnreadableFile
from orchestration.ingest.formats.find_records import (
    ChangedFile,
    FoundRecord,
    find_records,
    open_text,
)
from orchestration.ingest.formats.reader import (
    DELIVERED_BYTES,
    DELIVERED_ROWS,
    RefusedRecords,
    StrictReadingNeeded,
    Work,
    row_group_rows,
)
from orchestration.ingest.formats.strict_text import (
    BAD_QUOTES,
    MAX_RECORD_BYTES,
    TOO_LONG,
    split_strictly,
    write_clean,
)
from orchestration.ingest.formats.survey import TruncatedFile, survey
from orchestration.ingest.formats.transcode import is_utf8, write_utf8
from orchestration.ingest.refusals import Numbers, Refusals, from_labels, numbers_after_gaps
from orchestration.ingest.rules import Reason, ReasonCode, literal

_REASONS = {
    "MISSING COLUMNS": Reason(ReasonCode.TOO_FEW_FIELDS, None, "fewer fields than the header"),
    "TOO MANY COLUMNS": Reason(ReasonCode.TOO_MANY_FIELDS, None, "more fields than the header"),
    "INVALID ENCODING": Reason(
        ReasonCode.BAD_ENCODING, None, "bytes that are no text in the declared encoding"
    ),
    "UNQUOTED VALUE": BAD_QUOTES,
    "LINE SIZE OVER MAXIMUM": TOO_LONG,
}
# Of these the parser may have taken all lines up to some later quote for one.
_SWALLOWING = ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM")


def take_rejects(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What the parser refused since the last call: ``line`` and ``kinds``, comma-separated."""
    rejects = connection.execute(
        "SELECT line, string_agg(DISTINCT error_type::VARCHAR, ',' ORDER BY error_type::VARCHAR) "
        "AS kinds FROM reject_errors GROUP BY line ORDER BY line"
    ).to_arrow_table()
    if rejects.num_rows:  # dropping costs milliseconds
        forget_rejects(connection)
    return rejects


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what the parser refused in a file that failed."""
    connection.execute("DROP TABLE IF EXISTS reject_errors")
    connection.execute("DROP TABLE IF EXISTS reject_scans")


class TextFile:
    """The records of a text file, and which of them the parser sees.

    With ``is_strict`` the parser gets a clean copy (``strict_text.py``). Without, it reads the file
    itself, and :class:`StrictReadingNeeded` tells when it could not.
    """

    def __init__(self, work: Work, path: Path, delimiter: str | None, is_strict: bool) -> None:
        self._work, self._path, self._delimiter = work, path, delimiter
        self._header_records = 0 if delimiter is None else 1
        self._text, self._is_gzip = path, path.name.endswith(".gz")
        self.is_strict = is_strict
        try:
            digest = self._to_utf8()
            self.survey = survey(self._text, self._is_gzip, has_quotes=delimiter is not None)
        except TruncatedFile as error:
            raise self.unreadable(str(error)) from error
        if digest:
            self.survey = replace(self.survey, size=path.stat().st_size, sha256=digest)
        self.landed = max(self.survey.records - self._header_records, 0)
        self.row_group_rows = row_group_rows(self.survey.mean_record_bytes)
        self._refused_before = Refusals()
        self._parsed = self._text
        if is_strict:
            self._clean()
        elif self.survey.has_mixed_line_ends or self.survey.longest_record > MAX_RECORD_BYTES:
            # The parser takes a lone carriage return for a line end here and for text there.
            raise StrictReadingNeeded(path)

    def _to_utf8(self) -> str | None:
        encoding = self._work.contract.encoding
        try:
            if is_utf8(encoding):
                return None
        except LookupError as error:
            raise self.unreadable(
                f"the contract's encoding {encoding!r} is unknown; examples: utf-8, latin-1, "
                "cp1252, utf-16, gb18030"
            ) from error
        target = self._work.folder / f"{self._path.name}.utf8"
        digest = write_utf8(self._text, self._is_gzip, encoding, target)
        self._text, self._is_gzip = target, False
        return digest

    def _clean(self) -> None:
        clean = write_clean(
            self._text,
            self._is_gzip,
            self._delimiter,
            bool(self._header_records),
            self._work.folder / f"{self._path.name}.clean",
        )
        self._parsed = clean.path
        self.landed = clean.records
        self._refused_before = clean.refused

    def unreadable(self, reason: str) -> UnreadableFile:
        return UnreadableFile(
            self._path, reason, self._work.contract.table, self._work.extract_date
        )

    def source_sql(self, dialect: str) -> str:
        """The parser's relation; ``dialect`` holds columns, delimiter and quotes."""
        compression = "gzip" if self._is_gzip and self._parsed == self._text else "none"
        return (
            f"read_csv({literal(str(self._parsed))}, {dialect}, auto_detect = false, "
            "nullstr = '', store_rejects = true, hive_partitioning = false, "
            f"max_line_size = {MAX_RECORD_BYTES}, compression = '{compression}')"
        )

    def parser_refusals(self) -> Refusals:
        """Refused by the parser and on the way to clean text.

        Raises:
            StrictReadingNeeded: the parser may have taken several records for one.
        """
        rejects = take_rejects(self._work.connection)
        kinds = rejects.column("kinds").combine_chunks()
        if not self.is_strict and any(
            word in label for label in pc.unique(kinds).to_pylist() for word in _SWALLOWING
        ):
            raise StrictReadingNeeded(self._path)
        records = self._records(np.asarray(rejects.column("line").combine_chunks()))
        before = self._refused_before
        found = numbers_after_gaps(records, before.records - 1) + 1
        return before + from_labels(
            found,
            pa.chunked_array([kinds]),
            lambda label: tuple(_REASONS[kind] for kind in label.split(",")),
        )

    def _records(self, lines: Numbers) -> Numbers:
        """Numbers, from 0, of what the parser calls ``lines``: from 1, with the header."""
        places = lines.astype(np.int64) - 1
        if not self.is_strict:  # the parser counts empty lines, too; a clean text has none
            places = places - np.searchsorted(self.survey.empty_lines, places)
        return places - self._header_records

    def delivered(self, records: Numbers) -> Iterator[RefusedRecords]:
        """The records of these sorted numbers, as they stand in the file."""
        found = self._find_strictly(records) if self.is_strict else self._find(records)
        for first in range(0, len(records), DELIVERED_ROWS):
            try:
                part = list(islice(found, DELIVERED_ROWS))
            except ChangedFile as error:
                raise self.unreadable(str(error)) from error
            yield RefusedRecords(
                records[first : first + DELIVERED_ROWS],
                np.array([record.line for record in part], np.int64),
                np.array([record.start for record in part], np.int64),
                [record.content for record in part],
                [_delivered_bytes(record) for record in part],
            )

    def _find(self, records: Numbers) -> Iterator[FoundRecord]:
        numbers = numbers_after_gaps(records - 1 + self._header_records, self.survey.empty_lines)
        return find_records(self._text, self._is_gzip, self.survey, numbers, DELIVERED_BYTES)

    def _find_strictly(self, records: Numbers) -> Iterator[FoundRecord]:
        wanted = set(records.tolist())
        numbered = enumerate(
            split_strictly(self._text, self._is_gzip, self._delimiter), 1 - self._header_records
        )
        places = [(r.start, r.end, r.line) for number, r in numbered if number in wanted]
        with open_text(self._text, self._is_gzip) as file:
            for start, end, line in places:
                file.seek(start)
                content = file.read(min(end - start, DELIVERED_BYTES)).rstrip(b"\r\n")
                yield FoundRecord(start, end, line, content)


def _delivered_bytes(record: FoundRecord) -> int:
    span = record.end - record.start
    return span if span > DELIVERED_BYTES else len(record.content)
