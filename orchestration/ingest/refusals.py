"""Which records of a file are refused, and why; compact, for files that are wrong throughout.

Belongs here: record numbers with their reasons, counting, and the arithmetic between numberings.
Does not belong here: judging, and the records themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.ingest.rules import Reason

Numbers = npt.NDArray[np.int64]
Reasons = tuple[Reason, ...]
NONE: Numbers = np.empty(0, np.int64)


@dataclass(frozen=True)
class Refusals:
    """Sorted record numbers, from 1; ``codes`` are the places of their reasons in ``kinds``."""

    records: Numbers = field(default_factory=lambda: NONE)
    codes: Numbers = field(default_factory=lambda: NONE)
    kinds: tuple[Reasons, ...] = ()

    def __len__(self) -> int:
        return len(self.records)

    def __add__(self, other: Refusals) -> Refusals:
        records = np.concatenate([self.records, other.records])
        codes = np.concatenate([self.codes, other.codes + len(self.kinds)])
        order = np.argsort(records, kind="stable")
        return Refusals(records[order], codes[order], self.kinds + other.kinds)

    def count_by_reason(self) -> dict[str, int]:
        """Rows by reason, most frequent first; a row with several reasons counts under each."""
        counted: Counter[str] = Counter()
        for kind, rows in zip(
            self.kinds, np.bincount(self.codes, minlength=len(self.kinds)), strict=True
        ):
            for label in {reason.label for reason in kind}:
                counted[label] += int(rows)
        found = [(label, rows) for label, rows in counted.items() if rows]
        return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def from_labels(
    records: Numbers, labels: pa.ChunkedArray, reasons_of: Callable[[str], Reasons]
) -> Refusals:
    """Refusals from one text for each record; equal texts share their reasons."""
    if not len(records):
        return Refusals()
    encoded = labels.combine_chunks().dictionary_encode()
    kinds = tuple(reasons_of(label) for label in encoded.dictionary.to_pylist())
    return Refusals(records, np.asarray(encoded.indices).astype(np.int64), kinds)


def numbers_after_gaps(numbers: Numbers, gaps: Numbers) -> Numbers:
    """Numbers in a sequence without ``gaps`` -> numbers in the whole one; all from 0, sorted."""
    return numbers + np.searchsorted(gaps - np.arange(len(gaps)), numbers, side="right")
