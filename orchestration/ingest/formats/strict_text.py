"""Splitting a text file into records without trusting its quotes: slower, for wicked files only.

Belongs here: deciding line by line what is a record, and a clean copy for the parser. Does not
belong here: fields and types.

DuckDB's parser gives up, or takes the rest of the file for one field, where a quote is never
closed, line ends are mixed or a line is longer than it can hold. Here such a line is refused alone:
a record that is not well-formed ends at its first line feed, and reading goes on behind it. Lines
without a quote cost a search, others one regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestration.ingest.formats.survey import read_blocks
from orchestration.ingest.refusals import Refusals
from orchestration.ingest.rules import Reason, ReasonCode

MAX_RECORD_BYTES = 2 * 1024 * 1024
TOO_LONG = Reason(
    ReasonCode.LINE_TOO_LONG, None, f"the line is longer than {MAX_RECORD_BYTES:,} bytes"
)
BAD_QUOTES = Reason(
    ReasonCode.BAD_QUOTES, None, "a quoted field does not end, or goes on behind its quote"
)
BAD_LINE_END = Reason(
    ReasonCode.BAD_LINE_END, None, "a carriage return stands in the middle of the line"
)


@dataclass(frozen=True)
class StrictRecord:
    """One record that is not empty; ``content`` is without its line end, and empty if too long."""

    start: int  # byte offset
    end: int
    line: int  # physical, from 1
    content: bytes
    reason: Reason | None  # why it is refused


def split_strictly(path: Path, is_gzip: bool, delimiter: str | None) -> Iterator[StrictRecord]:
    """The records of a file in order; without a ``delimiter``, every line is a record."""
    window = _Window(read_blocks(path, is_gzip))
    measure = _record_measure(delimiter) if delimiter else _measure_line
    line = 1
    while (end := window.find_line_end()) is not None:
        start = window.offset
        reason: Reason | None = TOO_LONG
        if end - window.position > MAX_RECORD_BYTES:
            content = b""
            window.skip_line()
        else:
            end, reason = measure(window, end)
            content = window.take(end)
        stripped = content.rstrip(b"\r\n")
        if stripped or reason:
            yield StrictRecord(start, window.offset, line, stripped, reason)
        line += content.count(b"\n") if reason is not TOO_LONG else 1


class _Window:
    """A moving part of the file, at least one longest record ahead of the position."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._is_exhausted = False
        self.buffer = b""
        self.position = 0
        self._dropped = 0

    @property
    def offset(self) -> int:
        return self._dropped + self.position

    def find_line_end(self) -> int | None:
        """Place behind the next line feed; None at the end of the file.

        A place further than the longest record is returned as soon as that is certain.
        """
        if len(self.buffer) - self.position <= MAX_RECORD_BYTES:
            self._refill()
        if self.position == len(self.buffer):
            return None
        found = self.buffer.find(b"\n", self.position, self.position + MAX_RECORD_BYTES)
        if found >= 0:
            return found + 1
        return min(len(self.buffer), self.position + MAX_RECORD_BYTES + 1)

    def _refill(self) -> None:
        if self._is_exhausted:
            return
        parts = [self.buffer[self.position :]]
        self._dropped += self.position
        self.position = 0
        size = len(parts[0])
        while size <= 2 * MAX_RECORD_BYTES:  # so that a byte is moved once or twice, not more
            block = next(self._blocks, b"")
            if not block:
                self._is_exhausted = True
                break
            parts.append(block)
            size += len(block)
        self.buffer = b"".join(parts)

    def take(self, end: int) -> bytes:
        content = self.buffer[self.position : end]
        self.position = end
        return content

    def skip_line(self) -> None:
        """Move behind the next line feed, however far it is, holding one block at a time."""
        while (found := self.buffer.find(b"\n", self.position)) < 0:
            self.position = len(self.buffer)
            self._refill()
            if self.position == len(self.buffer):
                return
        self.position = found + 1


def _measure_line(window: _Window, end: int) -> tuple[int, Reason | None]:
    return end, None


def _record_measure(delimiter: str) -> Callable[[_Window, int], tuple[int, Reason | None]]:
    d = re.escape(delimiter.encode())
    # Possessive: a quoted field is read once, and never anew after a mismatch behind it. As in
    # the parser, one space before the quotes and any behind do not count; two are text.
    quoted = rb' ?"[^"]*+(?:""[^"]*+)*+" *+'
    plain = rb'(?! ?")[^"\r\n' + d + rb"][^\r\n" + d + rb"]*+"
    field = rb"(?:" + quoted + rb"|" + plain + rb"|)"
    record = re.compile(field + rb"(?:" + d + field + rb")*+\r?(?:\n|\Z)")
    has_stray_return = re.compile(rb"\r(?!\n?\Z)").search

    def measure(window: _Window, end: int) -> tuple[int, Reason | None]:
        line = window.buffer[window.position : end]
        if b'"' not in line:
            return end, BAD_LINE_END if has_stray_return(line) else None
        limit = min(len(window.buffer), window.position + MAX_RECORD_BYTES)
        matched = record.match(window.buffer, window.position, limit)
        if matched:
            return matched.end(), None
        return end, BAD_LINE_END if has_stray_return(line) else BAD_QUOTES

    return measure


@dataclass(frozen=True)
class CleanText:
    """What the parser may read, and what was kept from it."""

    path: Path
    records: int
    refused: Refusals


def write_clean(
    source: Path, is_gzip: bool, delimiter: str | None, has_header: bool, target: Path
) -> CleanText:
    """Copy the well-formed records, one line feed behind each."""
    kinds = (TOO_LONG, BAD_QUOTES, BAD_LINE_END)
    refused: list[int] = []
    codes: list[int] = []
    first = 0 if has_header else 1
    records = 0
    target.unlink(missing_ok=True)
    with target.open("xb", buffering=1024 * 1024) as file:
        target.chmod(0o600)
        for number, record in enumerate(split_strictly(source, is_gzip, delimiter), first):
            records = number
            if record.reason:
                refused.append(number)
                codes.append(kinds.index(record.reason))
            else:
                # A carriage return cannot stand inside a JSON text; between tokens it is a space.
                content = record.content if delimiter else record.content.replace(b"\r", b" ")
                file.write(content + b"\n")
    return CleanText(
        target,
        records,
        Refusals(
            np.array(refused, np.int64), np.array(codes, np.int64), tuple((r,) for r in kinds)
        ),
    )
