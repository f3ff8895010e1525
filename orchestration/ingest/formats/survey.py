"""One pass over the bytes of a landed file before it is parsed: hash, records, oddities.

Belongs here: what can be known without understanding fields. The record count is the independent
count of what landed that the parser's result is held against. Does not belong here: parsing.

A record ends at a line feed outside quotes (for JSON lines: at every line feed); a line without a
character is no record. Whether a place is inside quotes follows from the parity of the quotes
before it, which RFC 4180 makes exact. Where a stray quote breaks the parity, the count differs from
the parser's and the reader goes the strict way (``strict_text.py``).

Where records stand is kept for the borders of blocks only. The few that are asked for later
are found by splitting their blocks again (``find_records.py``).
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

from orchestration.ingest.formats.record_ends import (
    Positions,
    count,
    count_returns,
    find_ends,
    first_and_last,
    positions,
)

BLOCK_BYTES = 512 * 1024  # less than the longest record that the parser takes
HEADER_BYTES = 1024 * 1024  # a longer header is no header


class TruncatedFile(ValueError):
    """A compressed file ends early or is damaged."""


@dataclass(frozen=True)
class Survey:
    """What one pass over a file found; bytes are those of the decompressed text."""

    size: int  # of the landed file, compressed if it is
    sha256: str  # of the landed file
    text_bytes: int
    records: int  # without empty lines; with the header
    longest_record: int  # bytes, of those with the border of a block in them: others are shorter
    empty_lines: Positions  # numbers (from 0) of the empty ones among records and empty lines
    head: bytes
    has_null_byte: bool
    has_mixed_line_ends: bool
    ends_with_line_end: bool
    has_quotes: bool
    borders: Positions  # of blocks: bytes, ends of records, line feeds before, if inside quotes

    @property
    def mean_record_bytes(self) -> float:
        return self.text_bytes / max(self.records, 1)


class _HashingFile:
    """A readable file that hashes what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def read_blocks(
    path: Path, is_gzip: bool, on_digest: Callable[[str], None] | None = None
) -> Iterator[bytes]:
    """The decompressed bytes in blocks; ``on_digest`` gets the file's sha256 at the end.

    Raises:
        TruncatedFile: a gzip file ends early or its checksum is wrong.
    """
    with path.open("rb") as file:
        hashing = _HashingFile(file)
        stream: IO[bytes] = cast("IO[bytes]", hashing) if on_digest else file
        if is_gzip:
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb"))
        while block := _next_block(stream):
            yield block
        if on_digest:
            on_digest(hashing.digest.hexdigest())


def _next_block(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(BLOCK_BYTES)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TruncatedFile(
            "the gzip file is truncated or damaged; deliver it again, whole, and write it under a "
            "name with a leading _ until it is complete"
        ) from error


class _Surveyor:
    """What is known of the blocks fed so far; those without an empty line are only counted."""

    def __init__(self, has_quotes: bool) -> None:
        self._has_quotes = has_quotes
        self.borders = [(0, 0, 0, False)]  # see Survey.borders
        self.position = self.ends = self.line_feeds = 0
        self.start = 0  # of the record that is not ended
        self.longest = 0  # of those that a border of blocks is in
        self.empty: list[Positions] = []
        self.has_null_byte = False
        self.before = b""  # the last byte fed
        self._is_inside = False
        self._returns = self._pairs = 0

    def feed(self, block: bytes) -> None:
        found = find_ends(block, self._has_quotes, self._is_inside)
        if found.may_have_empty_lines():
            self.empty.append(self.ends + self._empty(block, positions(found.ends)))
        if edges := first_and_last(found.ends):
            self.longest = max(self.longest, self.position + edges[0] + 1 - self.start)
            self.start = self.position + edges[1] + 1
        returns, pairs = count_returns(block, found.feeds, self.before == b"\r")
        self._returns, self._pairs = self._returns + returns, self._pairs + pairs
        self.has_null_byte = self.has_null_byte or b"\0" in block
        self._is_inside = found.is_inside
        self.ends += count(found.ends)
        self.line_feeds += count(found.feeds)
        self.position += len(block)
        self.before = block[-1:]
        self.borders.append((self.position, self.ends, self.line_feeds, self._is_inside))

    def _empty(self, block: bytes, ends: Positions) -> Positions:
        """Numbers, from 0 in this block, of records that are only a line end."""
        lengths = np.diff(ends, prepend=self.start - self.position - 1)
        is_return = np.frombuffer(self.before + block, np.uint8)[ends + len(self.before) - 1] == 13
        return np.flatnonzero((lengths == 1) | ((lengths == 2) & is_return))

    @property
    def has_mixed_line_ends(self) -> bool:
        return self._returns > 0 and not (self._returns == self._pairs == self.line_feeds)


def survey(path: Path, is_gzip: bool, has_quotes: bool) -> Survey:
    """Read the file once; with ``has_quotes``, a line feed inside quotes belongs to the record.

    Raises:
        TruncatedFile: a gzip file ends early or its checksum is wrong.
    """
    digest: list[str] = []
    seen, head = _Surveyor(has_quotes), b""
    for block in read_blocks(path, is_gzip, digest.append):
        seen.feed(block)
        head = head + block[: HEADER_BYTES - len(head)] if len(head) < HEADER_BYTES else head
    rest = seen.position - seen.start  # of a last record without a line feed
    empty_lines = np.concatenate([np.empty(0, np.int64), *seen.empty])
    return Survey(
        size=path.stat().st_size,
        sha256=digest[0],
        text_bytes=seen.position,
        records=seen.ends - len(empty_lines) + (rest > 0),
        longest_record=max(seen.longest, rest),
        empty_lines=empty_lines,
        head=head,
        has_null_byte=seen.has_null_byte,
        has_mixed_line_ends=seen.has_mixed_line_ends,
        ends_with_line_end=seen.before == b"\n",
        has_quotes=has_quotes,
        borders=np.array(seen.borders, np.int64),
    )
