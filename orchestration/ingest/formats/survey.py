"""One pass over the bytes of a landed file before it is parsed: hash, records, oddities.

Belongs here: what can be known without understanding fields. The record count is the independent
count of what landed that the parser's result is held against. Does not belong here: parsing.

A record ends at a line feed outside quotes (for JSON lines: at every line feed); a line without a
character is no record. Whether a place is inside quotes follows from the parity of the quotes
before it, which RFC 4180 makes exact. Where a stray quote breaks the parity, the count differs from
the parser's and the reader goes the strict way (``strict_text.py``).
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
import numpy.typing as npt

BLOCK_BYTES = 4 * 1024 * 1024
HEADER_BYTES = 1024 * 1024  # a longer header is no header

Positions = npt.NDArray[np.int64]


class TruncatedFile(ValueError):
    """A compressed file ends early or is damaged."""


@dataclass(frozen=True)
class Survey:
    """What one pass over a file found; bytes are those of the decompressed text."""

    size: int  # of the landed file, compressed if it is
    sha256: str  # of the landed file
    text_bytes: int
    records: int  # without empty lines; with the header
    longest_record: int  # bytes
    empty_lines: Positions  # numbers (from 0) of the empty ones among records and empty lines
    head: bytes
    has_null_byte: bool
    has_mixed_line_ends: bool
    ends_with_line_end: bool
    edges_file: Path  # before, between and behind the records: offset, line feeds up to there

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


class RecordSplitter:
    """Finds the ends of records in consecutive blocks."""

    def __init__(self, has_quotes: bool) -> None:
        self._has_quotes = has_quotes
        self._is_inside = False  # while a quoted field is open
        self.position = 0  # bytes fed so far
        self.line_feeds = 0  # physical lines fed so far

    def feed(self, block: bytes) -> tuple[Positions, Positions]:
        """Offsets just behind each record's line feed, and the number of physical lines before."""
        data = np.frombuffer(block, np.uint8)
        feeds = np.flatnonzero(data == 10)
        lines = np.arange(self.line_feeds + 1, self.line_feeds + 1 + len(feeds))
        self.line_feeds += len(feeds)
        if self._has_quotes and (self._is_inside or b'"' in block):
            is_inside, self._is_inside = _inside_quotes(data, feeds, self._is_inside)
            if is_inside.any():
                feeds, lines = feeds[~is_inside], lines[~is_inside]
        ends = feeds + (self.position + 1)
        self.position += len(block)
        return ends, lines


def _inside_quotes(
    data: npt.NDArray[np.uint8], feeds: Positions, before: bool
) -> tuple[npt.NDArray[np.bool_], bool]:
    """Whether each of the places ``feeds`` of a block is inside quotes, and whether its end is.

    A bit for each byte, and of each word of 64 bits whether its quotes are odd: no list of quotes,
    of which a file may have more than anything else, is made.
    """
    words = np.zeros(len(data) // 64 + 1, "<u8")
    bits = np.packbits(data == 34, bitorder="little")
    words.view(np.uint8)[: len(bits)] = bits
    is_odd = (np.bitwise_count(words) & 1).astype(bool)
    until = np.logical_xor.accumulate(is_odd) ^ before
    word = feeds >> 6
    in_word = words[word] & ((np.uint64(1) << (feeds & 63).astype(np.uint64)) - np.uint64(1))
    is_inside = until[word] ^ is_odd[word] ^ (np.bitwise_count(in_word) & 1).astype(bool)
    return is_inside, bool(until[-1])


class _LineEnds:
    """Which line ends occur: LF, CR LF, or both, or a CR on its own."""

    def __init__(self) -> None:
        self.feeds = 0
        self.returns = 0
        self.pairs = 0
        self._last = b""

    def feed(self, block: bytes) -> None:
        if self.returns == 0 and b"\r" not in block and self._last != b"\r":
            self.feeds += b"\n" in block  # enough to know that there is a plain one
        else:
            self.returns += block.count(b"\r")
            self.pairs += block.count(b"\r\n") + (self._last == b"\r" and block[:1] == b"\n")
            self.feeds += block.count(b"\n")
        self._last = block[-1:]

    @property
    def are_mixed(self) -> bool:
        return self.returns > 0 and not (self.returns == self.pairs == self.feeds)


def survey(path: Path, is_gzip: bool, has_quotes: bool, edges_file: Path) -> Survey:
    """Read the file once; with ``has_quotes``, a line feed inside quotes belongs to the record.

    Where each record begins is written to ``edges_file``: those asked for later (:func:`locate`)
    are then found without a second pass.

    Raises:
        TruncatedFile: a gzip file ends early or its checksum is wrong.
    """
    digest: list[str] = []
    splitter, line_ends = RecordSplitter(has_quotes), _LineEnds()
    ended, start, longest = 0, 0, 0
    empty: list[Positions] = []
    head, has_null_byte, before = b"", False, b""
    with edges_file.open("wb") as edges:
        edges.write(bytes(2 * 8))
        for block in read_blocks(path, is_gzip, digest.append):
            ends, lines = splitter.feed(block)
            edges.write(np.column_stack([ends, lines]).tobytes())
            line_ends.feed(block)
            has_null_byte = has_null_byte or b"\0" in block
            head = head + block[: HEADER_BYTES - len(head)] if len(head) < HEADER_BYTES else head
            if len(ends):
                lengths = np.diff(ends, prepend=start)
                longest = max(longest, int(lengths.max()))
                if lengths.min() <= 2:
                    empty.append(ended + _empty(ends, lengths, before + block, splitter.position))
                ended, start = ended + len(ends), int(ends[-1])
            before = block[-1:]
        # The end of a last record without a line feed.
        edges.write(np.array([splitter.position, splitter.line_feeds], np.int64).tobytes())
    empty_lines = np.concatenate(empty) if empty else np.empty(0, np.int64)
    has_rest = splitter.position > start
    return Survey(
        size=path.stat().st_size,
        sha256=digest[0],
        text_bytes=splitter.position,
        records=ended - len(empty_lines) + has_rest,
        longest_record=max(longest, splitter.position - start),
        empty_lines=empty_lines,
        head=head,
        has_null_byte=has_null_byte,
        has_mixed_line_ends=line_ends.are_mixed,
        ends_with_line_end=before == b"\n",
        edges_file=edges_file,
    )


def _empty(ends: Positions, lengths: Positions, window: bytes, window_end: int) -> Positions:
    """Numbers, from 0 in this block, of records that are only a line end."""
    short = np.flatnonzero(lengths <= 2)
    first = window_end - len(window)
    return np.array(
        [n for n in short if lengths[n] == 1 or window[int(ends[n]) - 2 - first] == 13],
        dtype=np.int64,
    )


@dataclass(frozen=True)
class Places:
    """Where records stand in the decompressed text: arrays of equal length."""

    starts: Positions
    ends: Positions
    lines: Positions  # physical, from 1


def locate(known: Survey, wanted: Positions) -> Places:
    """Places of the ``wanted`` records: sorted numbers from 0, empty lines counted."""
    edges = np.memmap(known.edges_file, np.int64, "r").reshape(-1, 2)
    starts, ends = edges[wanted], edges[wanted + 1]
    return Places(starts[:, 0], ends[:, 0], starts[:, 1] + 1)


def read_places(path: Path, is_gzip: bool, places: Places, limit: int) -> Iterator[bytes]:
    """The bytes of each place, in file order, without the line end, cut off at ``limit``."""
    opener = gzip.open if is_gzip else Path.open
    with opener(path, "rb") as file:
        for start, end in zip(places.starts.tolist(), places.ends.tolist(), strict=True):
            file.seek(start)
            yield file.read(min(end - start, limit)).rstrip(b"\r\n")
