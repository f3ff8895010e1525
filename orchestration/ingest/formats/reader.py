"""What every reader offers the loader, whatever the format of the file.

Belongs here: the shared shape of an opened file. Does not belong here: a format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np

from orchestration.contracts import ExtractContract
from orchestration.ingest.refusals import Numbers, Refusals
from orchestration.ingest.rules import Judgement, literal

DELIVERED_BYTES = 64 * 1024  # of a refused line are kept; enough to see what is wrong with it
DELIVERED_ROWS = 2_048
ROW_GROUP_BYTES = 256 * 1024 * 1024  # about, of a row group of raw


class StrictReadingNeeded(Exception):
    """The parser could not make out the records of a text file; read it the strict way."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self.path = path


_NOT_THE_FILE = (
    "Out of Memory Error", "IO Error", "INTERRUPT Error", "INTERNAL Error",
    "Binder Error", "Parser Error", "Catalog Error",
)  # fmt: skip


def is_about_content(error: Exception) -> bool:
    """Whether DuckDB complains about what stands in a file, not about disk, memory or the query.

    Damaged Parquet gives errors of a dozen kinds, so the others are listed.
    """
    is_of_the_system = isinstance(error, OSError) and error.errno is not None
    return not is_of_the_system and not str(error).startswith(_NOT_THE_FILE)


def row_group_rows(row_bytes: float) -> int:
    """Rows of a row group of raw: DuckDB's own number, which one thread reads; fewer of long rows.

    A row group is held in memory until it is whole.
    """
    return int(np.clip(ROW_GROUP_BYTES // max(row_bytes, 1), 2_048, 122_880))


@dataclass(frozen=True)
class Work:
    """What a reader needs besides the file."""

    connection: duckdb.DuckDBPyConnection
    contract: ExtractContract
    extract_date: date
    folder: Path  # private, for intermediate files; emptied after the load


@dataclass(frozen=True)
class RefusedRecords:
    """Some records of the file, as delivered: columns of equal length."""

    records: Numbers  # number of the record in the file, from 1, without the header
    lines: Numbers | None  # physical line in a text file, from 1
    byte_offsets: Numbers | None  # in the decompressed file
    delivered: list[bytes]  # at most DELIVERED_BYTES each
    sizes: list[int]  # their full lengths


class OpenedFile(Protocol):
    """A landed file, ready to be read once.

    The rows of ``judgement`` come in file order. What the parser itself refuses is known only
    when they have all been fetched: ``parser_refusals`` is asked after that.
    """

    size: int
    sha256: str
    landed: int
    judgement: Judgement
    warnings: list[str]
    row_group_rows: int  # of the raw file
    is_text: bool  # text can be read again, strictly, where the parser fails
    is_strict: bool

    def parser_refusals(self) -> Refusals:
        """What the parser refused."""

    def delivered(self, records: Numbers) -> Iterator[RefusedRecords]:
        """The records of these sorted numbers, DELIVERED_ROWS at a time."""


def constants(work: Work) -> dict[str, str]:
    """SQL of what stands in for a carried column that the file does not fill."""
    found = {
        "source_system": literal(work.contract.source),
        "extracted_at": f"TIMESTAMP '{work.extract_date} 00:00:00'",
        "op": "'I'",
    }
    required = {column.name for column in work.contract.columns if column.required}
    return {name: sql for name, sql in found.items() if name not in required}


def column_warnings(path: Path, contract: ExtractContract, names: Iterable[str]) -> list[str]:
    """New columns, and declared ones that are absent; ``found`` are the names at the source."""
    found = {name or "(without a name)" for name in names}
    declared = {column.source_name for column in contract.columns}
    carried = {"source_system", "extracted_at", "op"}
    warnings = []
    if new := sorted(found - declared - set(contract.ignored)):
        warnings.append(
            f"{path}: new column {', '.join(new)} is kept out of raw; declare it in the contract, "
            "with ignored: true if it is not wanted"
        )
    if absent := sorted(declared - found - carried):
        warnings.append(f"{path}: declared column {', '.join(absent)} is absent and becomes null")
    return warnings
