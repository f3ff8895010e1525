"""A landed text file between its bytes and the parser: what CSV and JSON lines have in common.

Belongs here: encodings, the way to clean text, record numbers and the lines behind them. Does not
belong here: what a line consists of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from orchestration.ingest.errors import UnreadableFile
from orchestration.ingest.reader import (
    DELIVERED_BYTES,
    Numbers,
    RefusedRecord,
    StrictReadingNeeded,
    Work,
    batch_rows,
    numbers_after_gaps,
)
from orchestration.ingest.rules import Reason, ReasonCode, literal
from orchestration.ingest.strict_text import (
    BAD_QUOTES,
    MAX_RECORD_BYTES,
    TOO_LONG,
    split_strictly,
    write_clean,
)
from orchestration.ingest.survey import Place, TruncatedFile, locate, read_places, survey
from orchestration.ingest.transcode import is_utf8, write_utf8

_REASONS = {
    "MISSING COLUMNS": Reason(ReasonCode.TOO_FEW_FIELDS, None, "fewer fields than the header"),
    "TOO MANY COLUMNS": Reason(ReasonCode.TOO_MANY_FIELDS, None, "more fields than the header"),
    "INVALID ENCODING": Reason(
        ReasonCode.BAD_ENCODING, None, "bytes that are no text in the declared encoding"
    ),
    "UNQUOTED VALUE": BAD_QUOTES,
    "LINE SIZE OVER MAXIMUM": TOO_LONG,
}


def take_rejects(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Line and kind of what the parser refused since the last call."""
    rows = connection.execute(
        "SELECT DISTINCT line, CAST(error_type AS VARCHAR) FROM reject_errors ORDER BY ALL"
    ).fetchall()
    if rows:  # dropping costs milliseconds
        forget_rejects(connection)
    return rows


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
        self.batch_rows = batch_rows(self.survey.mean_record_bytes)
        self._refused_before: dict[int, Reason] = {}
        self._parsed = self._text
        if is_strict:
            self._clean()
        elif self.survey.longest_record > MAX_RECORD_BYTES:
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

    def parser_refusals(self) -> dict[int, list[Reason]]:
        """Reasons by record number, of the parser and of the way to clean text.

        Raises:
            StrictReadingNeeded: the parser may have taken several records for one.
        """
        rows = take_rejects(self._work.connection)
        found: dict[int, list[Reason]] = {n: [r] for n, r in self._refused_before.items()}
        before = np.array(sorted(self._refused_before), np.int64) - 1
        for line, kind in rows:
            if not self.is_strict and kind in ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM"):
                raise StrictReadingNeeded(self._path)
            number = int(numbers_after_gaps(self._record(line), before))
            found.setdefault(number + 1, []).append(_REASONS[kind])
        return found

    def _record(self, line: int) -> Numbers:
        """Number, from 0, of a record that the parser calls ``line``: from 1, with the header."""
        place = line - 1
        if not self.is_strict:  # the parser counts empty lines, too; a clean text has none
            place -= int(np.searchsorted(self.survey.empty_lines, place))
        return np.array(place - self._header_records, np.int64)

    def delivered(self, records: Numbers) -> Iterator[RefusedRecord]:
        """The records of these sorted numbers, as they stand in the file."""
        places = self._places_strictly(records) if self.is_strict else self._places(records)
        contents = read_places(self._text, self._is_gzip, places, DELIVERED_BYTES)
        for record, place, content in zip(records, places, contents, strict=True):
            size = max(place.end - place.start, len(content))
            yield RefusedRecord(int(record), place.line, place.start, content, size)

    def _places(self, records: Numbers) -> list[Place]:
        numbers = numbers_after_gaps(records - 1 + self._header_records, self.survey.empty_lines)
        has_quotes = self._delimiter is not None
        return locate(self._text, self._is_gzip, has_quotes, numbers)

    def _places_strictly(self, records: Numbers) -> list[Place]:
        wanted = set(records.tolist())
        numbered = enumerate(
            split_strictly(self._text, self._is_gzip, self._delimiter), 1 - self._header_records
        )
        return [record.place for number, record in numbered if number in wanted]
