"""JSON lines, plain or gzip: one object per line.

Belongs here: taking lines apart by the contract's names. Does not belong here: types
(``rules.py``), which see each value as text; nested values stay JSON text.

Keys that a line lacks are null. Which keys occur is looked up in the first lines only (1 MiB), for
the warning about new ones and the error about a required one that never occurs. Numbers pass
through a double where they have a fraction: send money of more than 15 digits as text.
"""

from __future__ import annotations

import json
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
from orchestration.ingest.rules import Arrival, Judgement, Reason, ReasonCode, judge, literal

_NOT_AN_OBJECT = Reason(ReasonCode.NOT_AN_OBJECT, None, "the line is no JSON object")
# One text column: no byte of a JSON text can be this delimiter, and nothing quotes.
_DIALECT = "columns = {line: 'VARCHAR'}, header = false, delim = '\x01', quote = '', escape = ''"


class JsonLinesFile:
    """An opened JSON lines file; see :class:`orchestration.ingest.formats.reader.OpenedFile`."""

    is_text = True

    def __init__(self, work: Work, path: Path, is_strict: bool) -> None:
        self._work, self._file = work, TextFile(work, path, None, is_strict)
        survey = self._file.survey
        if survey.size == 0:
            raise self._file.unreadable(
                "the file has 0 bytes; deliver one empty line where there is nothing to deliver"
            )
        self.size, self.sha256 = survey.size, survey.sha256
        self.is_strict = is_strict
        self.landed, self.row_group_rows = self._file.landed, self._file.row_group_rows
        keys = _keys(survey.head)
        self.warnings = column_warnings(path, work.contract, keys) if keys else []
        _check_required(path, keys, work)
        self.judgement = self._judgement()

    def parser_refusals(self) -> Refusals:
        return self._file.parser_refusals()

    def delivered(self, records: Numbers) -> Iterator[RefusedRecords]:
        return self._file.delivered(records)

    def _judgement(self) -> Judgement:
        columns = self._work.contract.columns
        fields = json.dumps({column.source_name: "VARCHAR" for column in columns})
        # json_transform reads a line once for all columns. DuckDB's own JSON reader would not say
        # which line it refused, and would stop at the first.
        relation = (
            "(SELECT CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' "
            f"THEN json_transform(line, {literal(fields)}) END AS o "
            f"FROM {self._file.source_sql(_DIALECT)} WHERE line IS NOT NULL)"
        )
        return judge(
            self._work.contract,
            {
                column.name: Arrival(
                    f"nullif(struct_extract(o, {literal(column.source_name)}), '')"
                )
                for column in columns
            },
            relation,
            constants(self._work),
            look_for_null_bytes=True,  # they can be written as an escape
            malformed=("o IS NULL", _NOT_AN_OBJECT),
        )


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
