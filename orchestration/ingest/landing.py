"""What has landed: ``landing/<source>/<table>/extract_date=YYYY-MM-DD/<file>``.

Belongs here: the folder convention of the landing zone. Does not belong here: looking into files.
Names that begin with ``.`` or ``_`` or end in ``.part`` or ``.tmp`` are deliveries in progress
and are not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.contracts import ExtractContract
from orchestration.ingest.errors import LandingFolderError
from orchestration.settings import Zones

FORMATS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet")
_FOLDER = re.compile(r"extract_date=(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class LandedExtract:
    """The files of one table for one extract date, in name order; never empty."""

    source: str
    table: str
    extract_date: date
    files: tuple[Path, ...]


def find_extracts(zones: Zones, source: str, table: str) -> list[LandedExtract]:
    """Everything that has landed for one table, by extract date.

    Raises:
        LandingFolderError: a folder or file name does not follow the convention.
    """
    found = []
    for folder in _delivered(zones.landing / source / table):
        extract_date = _extract_date(folder, table)
        files = tuple(_delivered(folder))
        for path in files:
            if not path.is_file() or not path.name.endswith(FORMATS):
                raise LandingFolderError(
                    f"{path}: not a known kind of file; known: {', '.join(FORMATS)}; while a "
                    "delivery is in progress, name it with a leading _ or an ending .part",
                    table,
                    extract_date,
                )
        if files:
            found.append(LandedExtract(source, table, extract_date, files))
    return sorted(found, key=lambda extract: extract.extract_date)


def is_arriving(zones: Zones, contract: ExtractContract, extract_date: date) -> bool:
    """Whether a delivery is in progress where :func:`find_extracts` finds none."""
    folder = zones.landing / contract.source / contract.table / f"extract_date={extract_date}"
    return folder.is_dir() and any(folder.iterdir())


def newest_extract_date(zones: Zones, sources: tuple[str, ...]) -> date | None:
    """The newest extract date for which any table of ``sources`` has landed."""
    dates = [
        extract.extract_date
        for source in sources
        for folder in _delivered(zones.landing / source)
        for extract in find_extracts(zones, source, folder.name)
    ]
    return max(dates, default=None)


def _delivered(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith((".", "_")) and not path.name.endswith((".part", ".tmp"))
    )


def _extract_date(folder: Path, table: str) -> date:
    named = _FOLDER.fullmatch(folder.name)
    try:
        if named and folder.is_dir():
            return date.fromisoformat(named.group(1))
    except ValueError:
        pass  # such as 2025-02-30: the same remedy as for any other name
    raise LandingFolderError(
        f"{folder}: unexpected in the landing zone; files of {table} belong into folders named "
        "extract_date=YYYY-MM-DD, such as extract_date=2025-06-30",
        table,
        None,
    )
