"""`patron doctor`: is this deployment fit to run? Each line is ok or the remedy.

Belongs here: cheap look-ups. They change nothing but what the first run would make as well: the
generated key and dbt's manifest. Does not belong here: data quality (checks).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from orchestration import warehouse
from orchestration.assets import dbt_process
from orchestration.contracts import (
    ContractError,
    load_extract_contracts,
    load_published_contracts,
)
from orchestration.ingest.landing import newest_extract_date
from orchestration.privacy.pii_key import PiiKeyError, load_pii_key
from orchestration.publish.manifest import PublicationError
from orchestration.publish.serving_zone import served
from orchestration.publish.targets import configured_targets
from orchestration.publish.verify import verify_served
from orchestration.settings import CONTRACTS_ROOT, Settings

EXPECTED = {
    "dagster": "1.13.27",
    "dagster-dbt": "0.29.27",
    "dbt-core": "1.11",
    "dbt-duckdb": "1.11.1",
    "duckdb": "1.5.5",
    "great-expectations": "1.24.1",
}
LOW_DISK_GB = 5


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``remedy`` is empty when all is well."""

    what: str
    state: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which a refresh would meet the trouble."""
    looks: list[Callable[[Settings], Iterator[Finding]]] = [
        _versions, _zones, _disk, _key, _contracts, _landing, _manifest, _lock, _served, _targets,
    ]  # fmt: skip
    return [finding for look in looks for finding in look(settings)]


def _versions(settings: Settings) -> Iterator[Finding]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", python, "" if python.startswith("3.11.") else "use Python 3.11")
    for package, expected in EXPECTED.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            found = "missing"
        fits = found == expected or found.startswith(expected + ".")
        remedy = "" if fits else f"expected {expected}: rm -r .venv && make setup"
        yield Finding(package, found, remedy)


def _zones(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    parent = next(path for path in (home, *home.parents) if path.exists())
    writable = os.access(parent, os.W_OK)
    state = str(home) if home.exists() else f"{home} (made by the first run)"
    yield Finding("PATRON_HOME", state, "" if writable else f"{parent} is not writable")


def _disk(settings: Settings) -> Iterator[Finding]:
    parent = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(parent).free / 1e9
    remedy = "" if free >= LOW_DISK_GB else f"free at least {LOW_DISK_GB} GB"
    yield Finding("disk", f"{free:.0f} GB free", remedy)


def _key(settings: Settings) -> Iterator[Finding]:
    try:
        load_pii_key(settings.zones.secrets)
    except PiiKeyError as error:
        yield Finding("PATRON_PII_KEY", "unusable", str(error))
        return
    path = settings.zones.secrets / "pii_key"
    if path.exists() and path.stat().st_mode & 0o077:
        yield Finding("PATRON_PII_KEY", "readable by others", f"chmod 600 {path}")
    else:
        yield Finding("PATRON_PII_KEY", "present")


def _contracts(settings: Settings) -> Iterator[Finding]:
    try:
        extracts = load_extract_contracts(CONTRACTS_ROOT, settings.sources)
        published = load_published_contracts(CONTRACTS_ROOT)
    except ContractError as error:
        yield Finding("contracts", "unreadable", str(error))
        return
    yield Finding("contracts", f"{len(extracts)} extracts, {len(published)} published tables")


def _landing(settings: Settings) -> Iterator[Finding]:
    newest = newest_extract_date(settings.zones, settings.sources)
    if newest is None:
        yield Finding(
            "landing", "empty", f"deliver into {settings.zones.landing} or: patron sample-world"
        )
    else:
        yield Finding("landing", f"newest extract {newest}")


def _manifest(settings: Settings) -> Iterator[Finding]:
    try:
        path = dbt_process.prepared_manifest(settings)
    except dbt_process.DbtParseError as error:
        yield Finding("dbt manifest", "does not parse", str(error))
        return
    yield Finding("dbt manifest", f"{path.stat().st_size / 1e6:.1f} MB, up to date")


def _lock(settings: Settings) -> Iterator[Finding]:
    if not settings.zones.warehouse_file.exists():
        yield Finding("warehouse", "not built yet")
        return
    try:
        with warehouse.write(settings):
            yield Finding("warehouse", "unlocked")
    except warehouse.WarehouseLockedError as error:
        yield Finding("warehouse", "locked", str(error))


def _served(settings: Settings) -> Iterator[Finding]:
    if not settings.zones.serving.exists():
        yield Finding("publication", "none yet")
        return
    try:
        differences = verify_served(settings.zones.serving)
    except PublicationError as error:
        yield Finding("publication", "unreadable", str(error))
        return
    if differences:
        first = differences[0]
        yield Finding(
            "publication",
            f"{len(differences)} differences from its manifest",
            f"{first.where}: expected {first.expected}, observed {first.observed}; patron run",
        )
    else:
        yield Finding("publication", "whole")


def _targets(settings: Settings) -> Iterator[Finding]:
    for target in configured_targets(settings):
        try:
            shown = target.shown()
            manifest = served(settings.zones.serving)
        except PublicationError as error:
            yield Finding(target.title, target.where, str(error))
            continue
        state = f"{target.where} shows {shown.publication_id if shown else 'nothing yet'}"
        behind = manifest is not None and (shown is None or not shown.holds(manifest))
        yield Finding(target.title, state, f"patron {target.name} sync" if behind else "")
