"""What was counted in raw partitions, remembered, so that a day's checks pay for the day's rows.

Belongs here: one table's memory, ``raw/<source>/<table>/_counted.json``, and for which
files it holds good. Does not belong here: what is counted (``row_sums.py``) and asking
(``extract_suites.py``).

Only a short cut: it may be deleted, and is ignored where anything has changed that counts could
depend on. It holds counts and no value, and is private as the rows are that it stands beside.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.checks.row_sums import Counts, added

FORMAT = 1  # raised when the same question is answered otherwise
FILE_NAME = "_counted.json"
ENGINES = ("great-expectations", "duckdb")
# Older ones are added up, so that the file stays small; newer ones so that a partition which is
# delivered again soon makes its own day be counted anew, and not all.
MOST_BLOCKS = 32

Stamps = dict[str, list[int]]  # of data files, by their path from the table's folder


@dataclass(frozen=True)
class Block:
    """What was counted at one time: the partitions' files, and counts by question."""

    files: Stamps
    counts: tuple[Counts, ...]


def fingerprint(contract_sha256: str, questions: Mapping[int, Any]) -> str:
    """What counts depend on beside the rows; ``questions`` by place in the suite."""
    engines = [version(name) for name in ENGINES]
    told = json.dumps([FORMAT, contract_sha256, engines, questions], default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def stamps(files: Mapping[str, Path]) -> Stamps:
    """Size and times of data files. Their names hold a hash of their content; who writes another
    content under the same name changes these (the time of the last change cannot be set)."""
    found = ((name, path.stat()) for name, path in files.items())
    return {name: [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns] for name, stat in found}


def remembered(folder: Path, made_by: str, visible: Stamps, questions: int) -> list[Block]:
    """What holds good of the files that are visible now; a block holds good as a whole."""
    left = dict(visible)
    found = []
    for block in _read(folder / FILE_NAME, made_by, questions):
        if all(left.get(name) == stamp for name, stamp in block.files.items()):
            found.append(block)
            left = {name: stamp for name, stamp in left.items() if name not in block.files}
    return found


def _read(file: Path, made_by: str, questions: int) -> list[Block]:
    try:
        document = json.loads(file.read_text("utf-8"))
        if document["made_by"] != made_by:
            return []
        blocks = [Block(dict(told["files"]), tuple(told["counts"])) for told in document["blocks"]]
        return blocks if all(_is_sound(block, questions) for block in blocks) else []
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return []  # damaged: counted anew


def _is_sound(block: Block, questions: int) -> bool:
    numbers = [count for counts in block.counts for count in counts.values()]
    return (
        bool(block.files)
        and len(block.counts) == questions
        and all(block.counts)
        and all(isinstance(number, int) and number >= 0 for number in numbers)
    )


def remember(folder: Path, made_by: str, blocks: Sequence[Block]) -> None:
    """Replace what is remembered of the table in ``folder``."""
    newest_last = sorted(blocks, key=lambda block: max(block.files))
    older, newer = newest_last[: -MOST_BLOCKS // 2], newest_last[-MOST_BLOCKS // 2 :]
    if len(blocks) > MOST_BLOCKS:
        newest_last = [merged(older), *newer]
    document = {"made_by": made_by, "blocks": [asdict(block) for block in newest_last]}
    unfinished = folder / f"{FILE_NAME}.tmp"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
    unfinished.replace(folder / FILE_NAME)


def merged(blocks: Sequence[Block]) -> Block:
    """All files, and the sums of what was counted in them."""
    files = {name: stamp for block in blocks for name, stamp in block.files.items()}
    by_question = zip(*(block.counts for block in blocks), strict=True)
    return Block(files, tuple(added(parts) for parts in by_question))
