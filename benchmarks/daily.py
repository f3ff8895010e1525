"""The day after a refresh: what has landed by then, how much of it is new, and whether the daily
run leaves what a full refresh of the same day leaves.

    python -m benchmarks.daily HOME OTHER_HOME    prints what differs, as JSON

Belongs here: landing zones of an evening, and comparing two deployments whole. Does not belong
here: running them (``bench.py``) and comparing with the script (``agreement.py``).
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.table_hashes import table_hashes
from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.history.declared import register_history
from orchestration.ingest import partition
from orchestration.publish.content_hash import quoted
from orchestration.publish.serving_zone import served
from orchestration.settings import CONTRACTS_ROOT, Settings, Zones, known_sources
from orchestration.transform.scratch import LAYERS

MEMORY = ("history", "models")  # what a day takes over from the days before
RECORDS = ("dagster",)  # so that the other deployment is not a new one to Dagster either
LIMIT = "4GB"
TAKEN_AT = "extracted_at"  # when a snapshot was taken: another on every row each day


def land(landing: Path, home: Path, last: str) -> None:
    """Link the extracts up to a date into the landing zone of a home."""
    for extract in sorted(landing.glob("*/*/extract_date=*")):
        link = home / "landing" / extract.relative_to(landing)
        if extract.name <= f"extract_date={last}" and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(extract)


def with_the_same_memory(home: Path, other: Path) -> Path:
    """A second deployment on the same landing zone, with the memory of the days before.

    Which segments are held and which periods are closed depends on the days that were run.
    """
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir()
    (other / "landing").symlink_to(home / "landing")
    for zone in (*MEMORY, *RECORDS):
        if (home / zone).exists():
            shutil.copytree(home / zone, other / zone)
    return other


def landed_rows(home: Path) -> dict[str, dict[str, list[int]]]:
    """By kind of delivery: rows that the newest day brought, and all. Of a whole snapshot only
    those count as new that its predecessor does not have, and all are those of the newest."""
    zones = Settings(home=home).zones
    newest = max(path.name for path in zones.raw.glob("*/*/extract_date=*"))
    rows: dict[str, list[int]] = {}
    for contract in load_extract_contracts(CONTRACTS_ROOT, known_sources()).values():
        dates = partition.known_dates(contract, zones)
        if not dates:
            continue
        brought_today = newest == f"extract_date={dates[-1]}"
        if contract.delivery == "full":
            new = _new_in_snapshot(contract, zones) if brought_today else 0
            dates = dates[-1:]
        else:
            new = _landed(contract, zones, dates[-1]) if brought_today else 0
        counted = rows.setdefault(contract.delivery, [0, 0])
        counted[0] += new
        counted[1] += sum(_landed(contract, zones, day) for day in dates)
    return {"landed_rows": rows}


def _landed(contract: ExtractContract, zones: Zones, extract_date: Any) -> int:
    manifest = partition.read_manifest(contract, zones, extract_date)
    return sum(file.rows_landed for file in manifest.files) if manifest else 0


def _new_in_snapshot(contract: ExtractContract, zones: Zones) -> int:
    """Accepted rows of the newest snapshot that the one before it does not hold, but for when."""
    names = (column.name for column in contract.columns if column.name != TAKEN_AT)
    columns = ", ".join(quoted(name) for name in names)
    folder = zones.raw / contract.source / contract.table
    loaded = sorted(folder.glob("extract_date=*/*.parquet"))
    before, newest = (f"SELECT {columns} FROM '{file}'" for file in loaded[-2:])
    return int(duckdb.sql(f"{newest} EXCEPT ALL {before}").aggregate("count(*)").fetchall()[0][0])


def differences(home: Path, other: Path) -> list[str]:
    """Tables of which two deployments do not hold the same: served, kept, or for the day after.

    Staging and intermediate tables that one has left and the other has not are not compared.
    """
    ours, theirs = (_contents(of) for of in (home, other))
    different = (name for name in ours | theirs if ours.get(name) != theirs.get(name))
    passing = tuple(f"warehouse: {layer}." for layer in LAYERS)
    both = ours.keys() & theirs.keys()
    return sorted(name for name in different if name in both or not name.startswith(passing))


def _contents(home: Path) -> dict[str, str]:
    """Content hash of each table by name."""
    zones = Settings(home=home).zones
    manifest = served(zones.serving)
    if manifest is None:
        raise RuntimeError(f"{home} serves nothing")
    found = {f"served: {table.name}": table.content_hash for table in manifest.tables}
    with _opened(home, str(zones.warehouse_file), read_only=True) as warehouse:
        hashes = table_hashes(warehouse, schemas=None)
        found |= {f"warehouse: {name}": told for name, told in hashes.items()}
    with _opened(home, ":memory:", read_only=False) as connection:
        register_history(connection, zones, manifest.as_of_date + timedelta(days=1), "day")
        hashes = table_hashes(connection, schemas=None)
        found |= {f"tomorrow: {name}": told for name, told in hashes.items()}
    return found


def _opened(home: Path, file: str, read_only: bool) -> duckdb.DuckDBPyConnection:
    config = {"memory_limit": LIMIT, "temp_directory": str(home / "spill"), "threads": 2}
    connection = duckdb.connect(file, read_only=read_only, config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


if __name__ == "__main__":
    print(json.dumps(differences(Path(sys.argv[1]), Path(sys.argv[2]))))
