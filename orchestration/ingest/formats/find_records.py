"""Records of a surveyed text file, by their numbers: places and bytes.

Belongs here: finding the few refused records again. Does not belong here: the first pass
(``survey.py``).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np

from orchestration.ingest.formats.record_ends import Positions, find_ends, positions
from orchestration.ingest.formats.survey import Survey


class ChangedFile(ValueError):
    """The text is not the one that was surveyed."""


class FoundRecord(NamedTuple):
    """A record as it stands in the decompressed text."""

    start: int
    end: int
    line: int  # physical, from 1
    content: bytes  # without the line end, cut off


def open_text(path: Path, is_gzip: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_gzip else path.open("rb")


def find_records(
    path: Path, is_gzip: bool, known: Survey, wanted: Positions, limit: int
) -> Iterator[FoundRecord]:
    """The ``wanted`` records: sorted numbers from 0, empty lines counted; cut off at ``limit``.

    Only the blocks in which one begins or ends are split again.

    Raises:
        ChangedFile: a block has not the surveyed number of records any more.
    """
    if not len(wanted):
        return
    edges = np.union1d(wanted, wanted + 1)  # edge n is behind the n-th record
    begins = np.isin(edges, wanted)
    blocks = np.searchsorted(known.borders[1:-1, 1], edges)
    window = _Window(0, b"")
    begun: tuple[int, int, _Window] | None = None
    with open_text(path, is_gzip) as file:
        for part in np.split(np.arange(len(edges)), np.flatnonzero(np.diff(blocks)) + 1):
            block = known.borders[blocks[part[0]] :][:2]
            window = window.move(file, block[0, 0], block[1, 0] + limit)
            offsets, lines = _edges(window, block, known.has_quotes)
            numbers = edges[part] - block[0, 1]
            for offset, line, is_begin in zip(
                offsets[numbers].tolist(), lines[numbers].tolist(), begins[part], strict=True
            ):
                if begun:
                    start, first_line, beginning = begun
                    content = beginning.cut(start, min(offset, start + limit))
                    yield FoundRecord(start, offset, first_line, content.rstrip(b"\r\n"))
                begun = (offset, line + 1, window) if is_begin else None


class _Window(NamedTuple):
    """A part of the text, moved forwards only: going back in gzip means to begin anew."""

    position: int
    data: bytes

    def move(self, file: IO[bytes], start: int, end: int) -> _Window:
        kept = self.data[start - self.position :]
        if not kept:
            file.seek(start)
        return _Window(start, kept + file.read(max(end - start - len(kept), 0)))

    def cut(self, start: int, end: int) -> bytes:
        return self.data[start - self.position : end - self.position]


def _edges(window: _Window, block: Positions, has_quotes: bool) -> tuple[Positions, Positions]:
    """Where the records of a block end, and line feeds up to there; ``block`` is its two borders.

    With an edge more in front, for the beginning of the text, and one behind, for the end of a last
    record without a line feed.
    """
    (start, ended, line_feeds, is_inside), (behind, ended_behind, _, _) = block.tolist()
    found = find_ends(window.cut(start, behind), has_quotes, bool(is_inside))
    ends = positions(found.ends)
    if len(ends) != ended_behind - ended:
        raise ChangedFile("it changed while it was read; run again when its delivery is complete")
    lines = np.searchsorted(positions(found.feeds), ends) + (line_feeds + 1)
    return np.r_[0, ends + (start + 1), behind], np.r_[0, lines, 0]
