"""Where the records of a block of text end, as bits: one for each byte.

Belongs here: line feeds and quotes of one block. Does not belong here: files, and what the records
are worth (``survey.py``).

Counting bits costs a small part of listing the places of all line feeds, which few blocks need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]  # 64 bytes of the text each, the first in the lowest bit


@dataclass(frozen=True)
class RecordEnds:
    """Line feeds of one block, and those of them that end a record."""

    feeds: Bits
    ends: Bits
    is_inside: bool  # quotes, behind the block

    def may_have_empty_lines(self) -> bool:
        """False where no line feed stands at the beginning or at most two bytes behind another.

        Both an empty line and one of a carriage return alone end in such a one.
        """
        behind = self.feeds << np.uint64(1)
        behind |= behind << np.uint64(1)
        behind[0] |= np.uint64(3)
        high = self.feeds[:-1] >> np.uint64(62)
        behind[1:] |= high | (high >> np.uint64(1))
        behind &= self.feeds
        return bool(behind.any())


def find_ends(block: bytes, has_quotes: bool, is_inside: bool) -> RecordEnds:
    """A record ends at a line feed outside quotes; ``is_inside`` tells if a quote is open before.

    Whether a place is inside quotes is the parity of the quotes before it.
    """
    data = np.frombuffer(block, np.uint8)
    feeds = _bits(data == 10)
    if not has_quotes or not (is_inside or b'"' in block):
        return RecordEnds(feeds, feeds, is_inside)
    inside = _bits(data == 34)
    for width in (1, 2, 4, 8, 16, 32):  # each bit becomes the parity of those up to it in its word
        inside ^= inside << np.uint64(width)
    until = np.bitwise_xor.accumulate(inside >> np.uint64(63)) ^ np.uint64(is_inside)
    inside[0] ^= np.negative(np.uint64(is_inside))
    inside[1:] ^= np.negative(until[:-1])
    return RecordEnds(feeds, feeds & ~inside, bool(until[-1]))


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def positions(bits: Bits) -> Positions:
    """Places in the block, from 0."""
    return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))


def first_and_last(bits: Bits) -> tuple[int, int] | None:
    """The lowest and the highest place, or None where there is none."""
    first = next((place for place, word in enumerate(bits) if word), None)
    if first is None:
        return None
    last = len(bits) - 1 - next(place for place, word in enumerate(bits[::-1]) if word)
    low, high = int(bits[first]), int(bits[last])
    return first * 64 + (low & -low).bit_length() - 1, last * 64 + high.bit_length() - 1


def count_returns(block: bytes, feeds: Bits, is_behind_return: bool) -> tuple[int, int]:
    """Carriage returns in the block, and line feeds right behind one."""
    if not is_behind_return and b"\r" not in block:
        return 0, 0
    returns = _bits(np.frombuffer(block, np.uint8) == 13)
    behind = returns << np.uint64(1)
    behind[0] |= np.uint64(is_behind_return)
    behind[1:] |= returns[:-1] >> np.uint64(63)
    return count(returns), count(feeds & behind)


def _bits(is_there: npt.NDArray[np.bool_]) -> Bits:
    bits = np.packbits(is_there, bitorder="little")
    bits.resize(-(-len(bits) // 8) * 8, refcheck=False)  # with zeros
    return bits.view("<u8")
