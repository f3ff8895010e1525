"""JSON lines, plain or gzip: one object per line.

Belongs here: taking lines apart by the contract's names. Does not belong here: types
(``rules.py``), which see each value as the text it is written as; nested values stay JSON text.

Keys that a line lacks are null. Which keys occur is looked up in the first lines only, for the
warning about new ones and the error about a required one that never occurs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from orchestration.ingest.errors import MissingColumn, UnreadableFile
from orchestration.ingest.reader import (
    DELIVERED_BYTES,
    Numbers,
    RefusedRecord,
    Work,
    column_warnings,
    constants,
)
from orchestration.ingest.rules import Arrival, Judgement, Reason, ReasonCode, judge, literal
from orchestration.ingest.survey import Survey, locate, read_places

MAX_LINE_BYTES = 2 * 1024 * 1024
_REASONS = {
    "INVALID ENCODING": (ReasonCode.BAD_ENCODING, "bytes that are no text in this encoding"),
    "LINE SIZE OVER MAXIMUM": (ReasonCode.LINE_TOO_LONG, f"longer than {MAX_LINE_BYTES:,} bytes"),
}
_NOT_AN_OBJECT = Reason(ReasonCode.NOT_AN_OBJECT, None, "the line is no JSON object")


class JsonLinesFile:
    """An opened JSON lines file; see :class:`orchestration.ingest.reader.OpenedFile`."""

    def __init__(self, work: Work, path: Path, text: Path, is_gzip: bool, surveyed: Survey) -> None:
        self._work, self._text, self._is_gzip, self._survey = work, text, is_gzip, surveyed
        self.size, self.sha256 = surveyed.size, surveyed.sha256
        if surveyed.size == 0:
            raise UnreadableFile(
                path,
                "the file has 0 bytes; deliver one empty line where there is nothing to deliver",
                work.contract.table,
                work.extract_date,
            )
        self.landed = surveyed.records
        self.batch_rows = int(np.clip(64 * 1024 * 1024 // surveyed.mean_record_bytes, 2048, 65536))
        keys = _keys(surveyed.head)
        self.warnings = column_warnings(path, work.contract, keys) if keys else []
        _check_required(path, keys, work)
        self.judgement = self._judgement(path)

    def _judgement(self, path: Path) -> Judgement:
        columns = self._work.contract.columns
        fields = json.dumps({column.source_name: "VARCHAR" for column in columns})
        # json_transform reads a line once for all columns; the parser's own JSON reader would
        # neither say which line it refused nor keep numbers as they are written.
        relation = (
            "(SELECT CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' "
            f"THEN json_transform(line, {literal(fields)}) END AS o, line "
            f"FROM {self._read_lines()})"
        )
        arrivals = {
            column.name: Arrival(f"nullif(struct_extract(o, {literal(column.source_name)}), '')")
            for column in columns
        }
        judged = judge(
            self._work.contract,
            arrivals,
            relation,
            constants(self._work, path),
            look_for_null_bytes=True,
            malformed=("o IS NULL", _NOT_AN_OBJECT),
        )
        return judged

    def _read_lines(self) -> str:
        return (
            f"read_csv({literal(str(self._text))}, columns = {{line: 'VARCHAR'}}, header = false, "
            "auto_detect = false, delim = '\\x01', quote = '', escape = '', nullstr = '', "
            f"store_rejects = true, hive_partitioning = false, max_line_size = {MAX_LINE_BYTES}, "
            f"compression = '{'gzip' if self._is_gzip else 'none'}') WHERE line IS NOT NULL"
        )

    def parser_refusals(self) -> dict[int, list[Reason]]:
        connection = self._work.connection
        rows = connection.execute(
            "SELECT DISTINCT line, error_type::VARCHAR FROM reject_errors ORDER BY ALL"
        ).fetchall()
        connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
        found: dict[int, list[Reason]] = {}
        for line, kind in rows:
            code, message = _REASONS[kind]
            record = line - int(np.searchsorted(self._survey.empty_lines, line - 1))
            found.setdefault(record, []).append(Reason(code, None, message))
        return found

    def delivered(self, records: Numbers) -> Iterator[RefusedRecord]:
        empty = self._survey.empty_lines
        numbers = records - 1
        numbers = numbers + np.searchsorted(empty - np.arange(len(empty)), numbers, side="right")
        places = locate(self._text, self._is_gzip, False, numbers)
        for record, (place, content) in zip(
            records, read_places(self._text, self._is_gzip, places, DELIVERED_BYTES), strict=True
        ):
            size = place.end - place.start
            yield RefusedRecord(int(record), place.line, place.start, content, size)


def _keys(head: bytes) -> set[str]:
    """Keys of the objects in the first lines of the file."""
    keys: set[str] = set()
    for line in head.decode("utf-8-sig", "replace").split("\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue  # a refused line, or the last one, cut off by the size of the head
        if isinstance(found, dict):
            keys.update(found)
    return keys


def _check_required(path: Path, keys: set[str], work: Work) -> None:
    required = [column.source_name for column in work.contract.columns if column.required]
    missing = [name for name in required if name not in keys]
    if keys and missing:
        raise MissingColumn(path, missing, sorted(keys), work.contract.table, work.extract_date)
