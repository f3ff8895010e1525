"""What a person reads of a replay: one line per day, and what became of all of them.

Belongs here: words. Does not belong here: what is found (``days.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from orchestration.history.run_inputs import in_words
from orchestration.replay.days import Finding, ReplayedDay

REMEDIES = {
    Finding.DIFFERENT: "--restate replaces the records from the first different day on and "
    "declares the difference",
    Finding.NEW: "--record keeps the days without memory",
}


def told(day: ReplayedDay) -> str:
    """One day in one line."""
    if day.finding is Finding.PASSED_OVER:
        return f"{day.as_of}  passed over: no memory of it, and newer days stand without it"
    words = f"{day.as_of}  {day.finding:<9}  {day.members} members"
    if day.differing:
        words += f", {day.differing} differ"
    if day.finding is Finding.DIFFERENT:
        words += f"; {in_words(day.changed)}"
    if day.is_written:
        words += "; restated" if day.differing else "; written"
    return f"{words}  ({day.seconds:.1f} s)"


def summary(days: Sequence[ReplayedDay]) -> str:
    """All days in a few lines, with what can be done about them."""
    counts = Counter(day.finding for day in days)
    lines = [", ".join(f"{counts[finding]} {finding}" for finding in Finding if counts[finding])]
    lines += [
        remedy
        for finding, remedy in REMEDIES.items()
        if any(day.finding is finding and not day.is_written for day in days)
    ]
    return "\n".join(lines)
