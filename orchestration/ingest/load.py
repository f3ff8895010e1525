"""Loading extracts: read by contract, split, check the sums, commit.

Belongs here: the order of the steps for one extract and which extracts need loading. Does not
belong here: formats (the readers), rules (``rules.py``), the partition on disk (``partition.py``).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import ExtractContract
from orchestration.ingest import partition
from orchestration.ingest.errors import TwoFilesForOneDate
from orchestration.ingest.formats.reader import Work
from orchestration.ingest.landing import LandedExtract, find_extracts, is_arriving
from orchestration.ingest.partition import FileResult
from orchestration.ingest.quarantine import remove_other_refused
from orchestration.ingest.raw_writer import prepare
from orchestration.ingest.split import split_extract
from orchestration.private_folder import make_private_folder
from orchestration.settings import Zones

DEFAULT_MEMORY_LIMIT = "2GB"  # beside it the process itself needs about 0.5 GB

Report = Callable[["LoadResult"], None]


@dataclass(frozen=True)
class LoadResult:
    """What became of one extract; ``was_loaded`` is False where raw was up to date already.

    ``superseded_by`` is the newer snapshot for which this one was passed over, its files unread.
    One that ``was_withdrawn`` is taken out of raw; those that ``left_landing`` are in raw still.
    """

    source: str
    table: str
    extract_date: date
    files: tuple[FileResult, ...]
    was_loaded: bool
    warnings: tuple[str, ...] = ()
    superseded_by: date | None = None
    was_withdrawn: bool = False
    left_landing: tuple[date, ...] = ()


def load_until(
    contract: ExtractContract,
    zones: Zones,
    as_of: date,
    report: Report | None = None,
    *,
    reload: bool = False,
    every_snapshot: bool = False,
    memory_limit: str = DEFAULT_MEMORY_LIMIT,
) -> list[LoadResult]:
    """Bring raw up to date with everything that landed up to ``as_of``, oldest first.

    Extracts whose files and contract are those of the last load are skipped, unless ``reload``. Of
    a full delivery, which comes as a whole snapshot each time, only the newest is loaded: no run of
    this date sees another. Those before it are marked as superseded and loaded by a run of their
    own date, or with ``every_snapshot``. What has left landing stays in raw, with a warning, until
    ``reload``; so do the marks, without one.

    Raises:
        ExtractError: an extract is refused; those before it are loaded.
    """
    landed = find_extracts(zones, contract.source, contract.table)
    extracts = [extract for extract in landed if extract.extract_date <= as_of]
    results = _left_landing(contract, landed, zones, as_of, take_out=reload)
    connection: duckdb.DuckDBPyConnection | None = None
    with _working_folder(zones) as folder:
        try:
            for extract in extracts:
                is_superseded = contract.delivery == "full" and extract is not extracts[-1]
                result = None
                if is_superseded or not reload:
                    result = _unchanged(contract, extract, zones)
                if result is None and is_superseded and not every_snapshot:
                    result = _passed_over(contract, extract, zones, extracts[-1].extract_date)
                elif result is None:
                    connection = connection or connect(folder, memory_limit)
                    result = _load(contract, extract, zones, connection, folder)
                results.append(result)
                if report:
                    report(result)
        finally:
            if connection:
                connection.close()
    return results


def load_extract(
    contract: ExtractContract,
    extract: LandedExtract,
    zones: Zones,
    *,
    memory_limit: str = DEFAULT_MEMORY_LIMIT,
) -> LoadResult:
    """Load one extract, whether or not raw has it already.

    Raises:
        ExtractError: it is refused; what was loaded before stays in place.
    """
    with _working_folder(zones) as folder:
        connection = connect(folder, memory_limit)
        try:
            return _load(contract, extract, zones, connection, folder)
        finally:
            connection.close()


def connect(folder: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB for reading, which spills into ``folder``.

    One thread: rows in file order keep a second one waiting, which costs up to 1.7 times the CPU.
    """
    connection = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": memory_limit,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": True,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")  # not accepted before the connection stands
    prepare(connection)
    return connection


@contextmanager
def _working_folder(zones: Zones) -> Iterator[Path]:
    """A private folder for what is not finished, on the file system of raw.

    What a killed process left behind is removed.
    """
    parent = zones.raw / "_working"
    make_private_folder(parent)
    for left in parent.iterdir():
        if not _is_running(left.name.split("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=parent) as folder:
        yield Path(folder)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _load(
    contract: ExtractContract,
    extract: LandedExtract,
    zones: Zones,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
) -> LoadResult:
    if len(extract.files) > 1 and not contract.many_files:
        raise TwoFilesForOneDate(extract.files, contract.table, extract.extract_date)
    work = Work(connection, contract, extract.extract_date, folder)
    seen = partition.stamps(extract.files)  # before: one replaced meanwhile is read again next time
    files, warnings = split_extract(work, extract.files, zones)
    partition.remember_seen(zones, contract, extract.extract_date, seen)
    partition.forget_superseded(zones, contract, extract.extract_date)
    return LoadResult(
        extract.source, extract.table, extract.extract_date, files, True, tuple(warnings)
    )


def _left_landing(
    contract: ExtractContract,
    landed: list[LandedExtract],
    zones: Zones,
    as_of: date,
    *,
    take_out: bool,
) -> list[LoadResult]:
    """Tell what raw has and landing has no more; with ``take_out``, raw loses it too.

    Files that are tidied away go from the old end, and so does all of a landing zone that is not
    there: raw keeps what is older than anything in landing even then.
    """
    there = {extract.extract_date for extract in landed}
    gone = {
        day: partition.read_manifest(contract, zones, day)
        for day in partition.known_dates(contract, zones)
        if day <= as_of and day not in there and not is_arriving(zones, contract, day)
    }
    results, kept = [], []
    for day, manifest in gone.items():
        stays = day < min(there, default=date.max) or not take_out
        if manifest and stays:
            kept.append(day)
            continue
        partition.take_out(zones, contract, day, but_note=stays)
        if manifest:
            told = f"{contract.source}/{contract.table} of {day} has left landing: taken out of raw"
            results.append(_without_files(contract, day, told, was_withdrawn=True))
    if kept:
        folder = partition.partition_folder(zones.raw, contract, kept[-1])
        told = (
            f"{contract.source}/{contract.table}: landing has no more what was loaded for "
            f"{kept[-1]}" + f" and {len(kept) - 1} dates before" * (len(kept) > 1) + "; raw keeps "
            "it; if it was withdrawn, run with --full (takes out what is not older than all of "
            f"landing) or remove {folder}"
        )
        results.append(_without_files(contract, kept[-1], told, left_landing=tuple(kept)))
    return results


def _without_files(
    contract: ExtractContract, extract_date: date, told: str, **more: Any
) -> LoadResult:
    return LoadResult(contract.source, contract.table, extract_date, (), False, (told,), **more)


def _passed_over(
    contract: ExtractContract, extract: LandedExtract, zones: Zones, newest: date
) -> LoadResult:
    partition.mark_superseded(zones, contract, extract.extract_date, newest)
    return LoadResult(
        extract.source, extract.table, extract.extract_date, (), False, superseded_by=newest
    )


def _unchanged(
    contract: ExtractContract, extract: LandedExtract, zones: Zones
) -> LoadResult | None:
    """The result of the last load where it is still that of these files and this contract."""
    manifest = partition.read_manifest(contract, zones, extract.extract_date)
    if (
        manifest is None
        or manifest.contract_sha256 != contract.sha256
        or manifest.loader_format != partition.LOADER_FORMAT
        or [file.name for file in manifest.files] != [path.name for path in extract.files]
    ):
        return None
    folder = partition.partition_folder(zones.raw, contract, extract.extract_date)
    if not (folder / manifest.data_file).exists():
        return None
    seen = partition.stamps(extract.files)
    if not partition.looks_unchanged(zones, contract, extract.extract_date, seen):
        if [file.sha256 for file in manifest.files] != [_sha256(path) for path in extract.files]:
            return None
        refused = partition.partition_folder(zones.quarantine, contract, extract.extract_date)
        remove_other_refused(refused, manifest.refused_file)  # of a blocked one that came between
        partition.remember_seen(zones, contract, extract.extract_date, seen)
    partition.forget_superseded(zones, contract, extract.extract_date)  # killed before it could
    return LoadResult(extract.source, extract.table, extract.extract_date, manifest.files, False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
