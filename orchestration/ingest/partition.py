"""Raw partitions and their manifests: ``raw/<source>/<table>/extract_date=YYYY-MM-DD/``.

Belongs here: what a partition on disk consists of, committing one, and which are visible at an
as-of date. Does not belong here: reading landed files.

A partition is ``data-<hash>.parquet`` and ``manifest.json``, which names it. Data are written and
synced in ``raw/_working``, then moved in; replacing the manifest is the commit. A process killed
before it leaves the old partition, after it the new one; files that the manifest does not name are
removed by the next commit.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from orchestration.contracts import ExtractContract
from orchestration.ingest.errors import DamagedPartition, SnapshotNotLoaded
from orchestration.ingest.rules import quoted
from orchestration.private_folder import make_private_folder
from orchestration.settings import Zones

# Raised when the loader reads the same bytes differently: partitions are then loaded again.
LOADER_FORMAT = 2
_MANIFEST = "manifest.json"
_SEEN = "_landed.json"
_SUPERSEDED = "superseded.json"  # beside or instead of a manifest: a snapshot that was not loaded


@dataclass(frozen=True)
class FileResult:
    """What became of one landed file; ``refused_by_reason`` counts rows by ``code[:column]``."""

    name: str
    size: int
    sha256: str
    rows_landed: int
    rows_accepted: int
    rows_quarantined: int
    refused_by_reason: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """The commit record of one partition; equal loads write equal bytes."""

    source: str
    table: str
    extract_date: date
    contract_version: str
    contract_sha256: str
    loader_format: int
    columns: tuple[tuple[str, str], ...]
    data_file: str
    data_sha256: str
    refused_file: str | None
    files: tuple[FileResult, ...]


def partition_folder(zone: Path, contract: ExtractContract, extract_date: date) -> Path:
    """Where an extract stands in ``raw/`` or ``quarantine/``."""
    return zone / contract.source / contract.table / f"extract_date={extract_date}"


def raw_schema(contract: ExtractContract) -> tuple[tuple[str, str], ...]:
    """Names and types of the raw columns."""
    return tuple((column.name, column.type) for column in contract.raw_columns)


def empty_table_sql(contract: ExtractContract) -> str:
    """A select that gives the raw columns, typed, and no row."""
    columns = ", ".join(
        f"CAST(NULL AS {type_}) AS {quoted(name)}" for name, type_ in raw_schema(contract)
    )
    return f"SELECT {columns} WHERE false"


def visible_partitions(contract: ExtractContract, zones: Zones, as_of: date) -> list[Path]:
    """Data files with an extract date up to ``as_of``; for full deliveries only the newest.

    Raises:
        DamagedPartition: a data file is gone, or has the columns of an older contract.
        SnapshotNotLoaded: of a full delivery, the newest up to ``as_of`` was passed over.
    """
    found = []
    for manifest in read_manifests(contract, zones, as_of):
        folder = partition_folder(zones.raw, contract, manifest.extract_date)
        path = folder / manifest.data_file
        if not path.exists():
            raise _damaged(manifest, folder, f"{manifest.data_file} is gone")
        if manifest.columns != raw_schema(contract):
            raise _damaged(manifest, folder, "it has the columns of another contract version")
        found.append(path)
    return found


def read_manifests(contract: ExtractContract, zones: Zones, as_of: date) -> list[Manifest]:
    """Manifests of the visible partitions, by extract date.

    Raises:
        SnapshotNotLoaded: of a full delivery, the newest up to ``as_of`` was passed over.
    """
    visible = [day for day in _dates(contract, zones, _MANIFEST) if day <= as_of]
    if contract.delivery == "full":
        passed_over = [day for day in _dates(contract, zones, _SUPERSEDED) if day <= as_of]
        if passed_over and passed_over[-1] >= max(visible, default=date.min):
            folder = partition_folder(zones.raw, contract, passed_over[-1])
            raise SnapshotNotLoaded(folder, contract.table, passed_over[-1])
        visible = visible[-1:]
    manifests = (read_manifest(contract, zones, extract_date) for extract_date in visible)
    return [manifest for manifest in manifests if manifest]


def superseded_dates(contract: ExtractContract, zones: Zones) -> list[date]:
    """Extracts of a full delivery that landed and were not loaded, as a newer one had landed."""
    return _dates(contract, zones, _SUPERSEDED)


def mark_superseded(
    zones: Zones, contract: ExtractContract, extract_date: date, newest: date
) -> None:
    """Note that the extract was passed over for that of ``newest``."""
    folder = partition_folder(zones.raw, contract, extract_date)
    make_private_folder(folder)
    _replace_file(folder / _SUPERSEDED, json.dumps({"superseded_by": newest.isoformat()}) + "\n")


def forget_superseded(zones: Zones, contract: ExtractContract, extract_date: date) -> None:
    """The extract is loaded now."""
    folder = partition_folder(zones.raw, contract, extract_date)
    (folder / _SUPERSEDED).unlink(missing_ok=True)


def _dates(contract: ExtractContract, zones: Zones, name: str) -> list[date]:
    """Dates of the partitions that have a file ``name``."""
    table = zones.raw / contract.source / contract.table
    return sorted(
        date.fromisoformat(path.parent.name.removeprefix("extract_date="))
        for path in table.glob(f"extract_date=*/{name}")
    )


def read_manifest(contract: ExtractContract, zones: Zones, extract_date: date) -> Manifest | None:
    """The manifest of one extract, or None where it was never loaded."""
    folder = partition_folder(zones.raw, contract, extract_date)
    path = folder / _MANIFEST
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text("utf-8"))
        return Manifest(
            **{
                **content,
                "extract_date": date.fromisoformat(content["extract_date"]),
                "columns": tuple((name, type_) for name, type_ in content["columns"]),
                "files": tuple(FileResult(**file) for file in content["files"]),
            }
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedPartition(
            f"{path}: not a manifest ({type(error).__name__}); remove {folder} and load again",
            contract.table,
            extract_date,
        ) from error


def _damaged(manifest: Manifest, folder: Path, what: str) -> DamagedPartition:
    return DamagedPartition(
        f"{folder}: {what}; remove the folder and load the extract again",
        manifest.table,
        manifest.extract_date,
    )


def name_by_content(written: Path) -> tuple[str, str]:
    """Name and sha256 of a finished data file."""
    with written.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"data-{digest[:12]}.parquet", digest


def commit(zones: Zones, contract: ExtractContract, written: Path, manifest: Manifest) -> None:
    """Make ``written`` the data of the partition; the replaced manifest is the commit point."""
    folder = partition_folder(zones.raw, contract, manifest.extract_date)
    make_private_folder(folder)
    written.replace(folder / manifest.data_file)
    content = asdict(manifest) | {"extract_date": manifest.extract_date.isoformat()}
    _replace_file(folder / _MANIFEST, json.dumps(content, indent=1, sort_keys=True) + "\n")
    remove_leftovers(folder, manifest)


def remove_leftovers(folder: Path, manifest: Manifest | None) -> None:
    """Remove data files that the manifest does not name, and unfinished ones."""
    named = {manifest.data_file} if manifest else set()
    for path in folder.glob("*.parquet*"):
        if path.name not in named:
            path.unlink()


def _replace_file(path: Path, content: str) -> None:
    unfinished = path.with_name(path.name + ".tmp")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


Stamps = dict[str, list[int]]  # by file name


def stamps(files: tuple[Path, ...]) -> Stamps:
    """Size and times of landed files, to be taken before they are read.

    Tools that copy a file often give it the time of the original; the time of its last change of
    status (ctime) they cannot set.
    """
    found = ((path.name, path.stat()) for path in files)
    return {name: [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns] for name, stat in found}


def remember_seen(
    zones: Zones, contract: ExtractContract, extract_date: date, seen: Stamps
) -> None:
    """Note the stamps of the landed files that were read, beside the manifest.

    Only a short cut to find them unchanged: it may be deleted, and is no part of the partition.
    """
    folder = partition_folder(zones.raw, contract, extract_date)
    path = folder / _SEEN
    path.touch(mode=0o600)
    path.write_text(json.dumps(seen, sort_keys=True), "utf-8")


def looks_unchanged(
    zones: Zones, contract: ExtractContract, extract_date: date, seen: Stamps
) -> bool:
    """Whether the landed files have the noted stamps."""
    path = partition_folder(zones.raw, contract, extract_date) / _SEEN
    try:
        return bool(json.loads(path.read_text("utf-8")) == seen)
    except (FileNotFoundError, ValueError):
        return False  # the caller compares contents then


def known_dates(contract: ExtractContract, zones: Zones) -> list[date]:
    """Dates of which raw or quarantine holds anything, finished or not."""
    folders = (zone / contract.source / contract.table for zone in (zones.raw, zones.quarantine))
    return sorted(
        {
            date.fromisoformat(path.name.removeprefix("extract_date="))
            for folder in folders
            for path in folder.glob("extract_date=*")
        }
    )


def take_out(
    zones: Zones, contract: ExtractContract, extract_date: date, *, but_note: bool = False
) -> None:
    """Remove an extract from raw and quarantine; without its manifest it is not visible.

    With ``but_note`` it stays noted that it was passed over, where it was.
    """
    folder = partition_folder(zones.raw, contract, extract_date)
    (folder / _MANIFEST).unlink(missing_ok=True)
    refused = partition_folder(zones.quarantine, contract, extract_date)
    shutil.rmtree(refused, ignore_errors=True)
    if but_note and (folder / _SUPERSEDED).exists():
        remove_leftovers(folder, None)
    else:
        shutil.rmtree(folder, ignore_errors=True)
