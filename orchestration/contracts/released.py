"""What published tables have promised their readers: the contracts as last released.

Belongs here: ``expectations/released.yaml``, what of it a change breaks, and writing it anew. Does
not belong here: what a contract means (``published.py``) and whether data keep it (``checks/``).

Readers build on names, types and keys. A contract may change them only under a new version
(https://semver.org): a major one where a reader's query could fail or mean something else, a minor
one where there is only more to read. ``make release-contracts`` records the present contracts as
released, and refuses while a promise is broken.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.odcs import ContractError
from orchestration.contracts.published import PublishedContract, load_published_contracts
from orchestration.settings import CONTRACTS_ROOT

FILE_NAME = "released.yaml"
COMMAND = "make release-contracts"
_HEADER = f"""\
# The published contracts as last released: what readers of the tables build on.
# Written by `{COMMAND}`, which refuses while a promise is broken; not edited by hand.
"""
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_FILLED = ", filled"


@dataclass(frozen=True)
class Promise:
    """What one table promises: its key, which is its grain, and its columns (name -> type).

    ``filled`` are the columns that are never null.
    """

    version: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Released:
    """All promises by table, and the last version of each table that was retired."""

    tables: Mapping[str, Promise] = field(default_factory=dict)
    retired: Mapping[str, str] = field(default_factory=dict)


def promises(contracts: Mapping[str, PublishedContract]) -> dict[str, Promise]:
    """What the contracts promise now."""
    return {
        table: Promise(
            contract.version, contract.key, dict(contract.columns), frozenset(contract.required)
        )
        for table, contract in contracts.items()
    }


def broken_promises(released: Released, present: Mapping[str, Promise]) -> list[str]:
    """One line for each change that lacks its version, naming table, column and remedy."""
    found = []
    for table, before in released.tables.items():
        now = present.get(table)
        if now is None:
            found.append(
                f"{table}: released as {before.version} and gone now. Publish it again; or, once "
                f"its readers have been told, retire it: {COMMAND} RETIRE={table}"
            )
        else:
            found += _of_table(table, before, now)
    for table, version in released.retired.items():
        if table in present and _major(present[table].version) <= _major(version):
            found.append(
                f"{table}: retired as {version} and published again as {present[table].version}. "
                f"Give it another name, or version {_major(version) + 1}.0.0"
            )
    return found


def _of_table(table: str, before: Promise, now: Promise) -> list[str]:
    was, is_ = _parsed(table, before.version), _parsed(table, now.version)
    if is_ < was:
        return [
            f"{table}: released as {before.version} and now of version {now.version}. "
            "Versions rise: give it that version or a later one"
        ]
    found = []
    if is_[0] == was[0]:
        remedy = (
            f"Undo it, or state version {was[0] + 1}.0.0 in expectations/published/{table}.yaml "
            "and tell its readers (CHANGELOG.md)"
        )
        found += [f"{what}. {remedy}" for what in _breaking(table, before, now)]
    added = [name for name in now.columns if name not in before.columns]
    if added and is_[:2] == was[:2] and not found:
        found.append(
            f"{table}: {_listed(added)} added without a new version. State version "
            f"{was[0]}.{was[1] + 1}.0 in expectations/published/{table}.yaml"
        )
    return found


def _breaking(table: str, before: Promise, now: Promise) -> list[str]:
    found = []
    added = {name: type_ for name, type_ in now.columns.items() if name not in before.columns}
    for name, type_ in before.columns.items():
        if name not in now.columns:
            alike = [new for new, new_type in added.items() if new_type == type_]
            hint = f" (renamed to {' or '.join(alike)}?)" if alike else ""
            found.append(f"{table}.{name}: released as {type_} and gone now{hint}")
        elif now.columns[name] != type_:
            found.append(f"{table}.{name}: released as {type_} and now {now.columns[name]}")
        elif name in before.filled and name not in now.filled:
            found.append(f"{table}.{name}: released as never null and now without that promise")
    if before.key != now.key:
        found.append(
            f"{table}: released with one row per {', '.join(before.key)} and now per "
            f"{', '.join(now.key)}"
        )
    return found


def _parsed(table: str, version: str) -> tuple[int, int, int]:
    match = _VERSION.fullmatch(version)
    if not match:
        raise ContractError(
            f"{table}: version {version!r} is not of the form 1.0.0; correct it in "
            f"expectations/published/{table}.yaml"
        )
    major, minor, patch = map(int, match.groups())
    return major, minor, patch


def _major(version: str) -> int:
    return _parsed("released", version)[0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def read_released(path: Path) -> Released:
    """The file as it stands; nothing is released where it is missing."""
    if not path.exists():
        return Released()
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    tables = {}
    for table, stated in content["tables"].items():
        columns = {name: text.removesuffix(_FILLED) for name, text in stated["columns"].items()}
        filled = frozenset(
            name for name, text in stated["columns"].items() if text.endswith(_FILLED)
        )
        tables[table] = Promise(str(stated["version"]), tuple(stated["key"]), columns, filled)
    return Released(tables, content.get("retired") or {})


def write_released(path: Path, released: Released) -> None:
    """Write the file; equal promises give equal bytes."""
    content = {
        "tables": {
            table: {
                "version": promise.version,
                "key": list(promise.key),
                "columns": {
                    name: type_ + (_FILLED if name in promise.filled else "")
                    for name, type_ in promise.columns.items()
                },
            }
            for table, promise in sorted(released.tables.items())
        },
        "retired": dict(sorted(released.retired.items())),
    }
    path.write_text(_HEADER + yaml.safe_dump(content, sort_keys=False, width=100), "utf-8")


def release(root: Path, retire: Iterable[str] = ()) -> Released:
    """Record the present contracts as released; ``retire`` are tables that are given up.

    Raises:
        ContractError: a change lacks its version, or a table to retire is published or unknown.
    """
    before, present = read_released(root / FILE_NAME), promises(load_published_contracts(root))
    retired = dict(before.retired)
    for table in retire:
        if table in present:
            raise ContractError(
                f"{table} is published: remove its model and contract before retiring it"
            )
        if table not in before.tables:
            raise ContractError(f"{table} was never released; released: {', '.join(before.tables)}")
        retired[table] = before.tables[table].version
    kept = {table: promise for table, promise in before.tables.items() if table not in retired}
    broken = broken_promises(Released(kept, retired), present)
    if broken:
        raise ContractError("\n".join(broken))
    still_retired = {table: version for table, version in retired.items() if table not in present}
    released = Released(present, still_retired)
    write_released(root / FILE_NAME, released)
    return released


def main() -> int:
    parser = argparse.ArgumentParser(description="Record the published contracts as released.")
    parser.add_argument("--retire", nargs="*", default=[], help="tables that are given up")
    try:
        released = release(CONTRACTS_ROOT, parser.parse_args().retire)
    except ContractError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"released: {len(released.tables)} tables, expectations/{FILE_NAME}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
