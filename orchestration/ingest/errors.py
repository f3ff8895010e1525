"""What can be wrong with an extract as a whole; a single wrong row is quarantined instead.

Belongs here: one class for each way an extract is refused. Messages name the file, what was found
and the remedy, and never a value of a row: it may be personal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path


class ExtractError(ValueError):
    """An extract cannot be loaded; what was loaded before stays in place."""

    def __init__(self, message: str, table: str, extract_date: date | None) -> None:
        super().__init__(message)
        self.table = table
        self.extract_date = extract_date


class LandingFolderError(ExtractError):
    """The landing zone holds something that is no delivery."""


class TwoFilesForOneDate(ExtractError):
    """The contract allows one file for an extract date, and several landed."""

    def __init__(self, files: Sequence[Path], table: str, extract_date: date) -> None:
        names = ", ".join(path.name for path in files)
        super().__init__(
            f"{files[0].parent}: {table} is delivered as one file for a date, and {len(files)} "
            f"landed: {names}; remove all but one, or set filesPerExtract: many in its contract",
            table,
            extract_date,
        )


class MissingColumn(ExtractError):
    """A required column is absent from the file, or has another name there."""

    def __init__(
        self,
        path: Path,
        missing: Sequence[str],
        found: Sequence[str],
        table: str,
        extract_date: date,
    ) -> None:
        listed = ", ".join(found) if found else "none"
        super().__init__(
            f"{path}: required column {', '.join(missing)} is missing; columns found: {listed}; "
            "deliver it, or give its name at the source as physicalName in the contract "
            "(a single found column may mean another delimiter)",
            table,
            extract_date,
        )


class UnreadableFile(ExtractError):
    """The file as a whole cannot be read: empty, truncated, not in its declared format."""

    def __init__(self, path: Path, reason: str, table: str, extract_date: date) -> None:
        super().__init__(f"{path}: {reason}", table, extract_date)


class QuarantineLimitExceeded(ExtractError):
    """More rows were refused than the contract allows."""


class RowsLost(ExtractError):
    """Rows landed differ from rows accepted + rows quarantined: the loader itself is at fault."""

    def __init__(
        self,
        path: Path,
        landed: int,
        accepted: int,
        quarantined: int,
        table: str,
        extract_date: date,
    ) -> None:
        super().__init__(
            f"{path}: {landed:,} records landed, but {accepted:,} accepted + {quarantined:,} "
            f"quarantined = {accepted + quarantined:,}; nothing was loaded; "
            "report the file, it is a fault of the loader",
            table,
            extract_date,
        )


class DamagedPartition(ExtractError):
    """A raw partition is not what its manifest says, or was written for another contract."""


class SnapshotNotLoaded(ExtractError):
    """A whole snapshot was passed over, as a newer one had landed, and is asked for now."""

    def __init__(self, folder: Path, table: str, extract_date: date) -> None:
        super().__init__(
            f"{folder}: this snapshot of {table} was not loaded, as a newer one had landed; "
            f"load the extracts as of {extract_date}, as a run for that date does; where its file "
            "has left landing, put it back, or if it was withdrawn, run with --full (takes out "
            f"what is not older than all of landing) or remove {folder}",
            table,
            extract_date,
        )
