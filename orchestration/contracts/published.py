"""Contracts of published tables: what a BI tool may rely on.

Belongs here: the typed view of ``expectations/published/<table>.yaml``. Does not belong here:
writing or checking the tables (``publish/``, ``checks/``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import SchemaObject

from orchestration.contracts import odcs

TABLE_PROPERTIES = {"coveredColumns"}
MOST_COVERED = 31  # PostgreSQL's index of a key has room for 32 columns


@dataclass(frozen=True)
class PublishedContract:
    """What one published table promises: key, columns (name -> type) and expectations."""

    table: str
    version: str
    description: str
    owner: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    expectations: tuple[dict[str, Any], ...]
    sha256: str
    descriptions: tuple[tuple[str, str], ...] = ()  # column name -> what it means
    required: tuple[str, ...] = ()  # columns that are never null
    covered: tuple[str, ...] = ()  # columns that questions about many rows read


def load_published_contracts(contracts_root: Path) -> dict[str, PublishedContract]:
    """All published contracts by table name, in file order."""
    return {
        path.stem: _load(path) for path in sorted((contracts_root / "published").glob("*.yaml"))
    }


def _load(path: Path) -> PublishedContract:
    contract, schema = odcs.read_odcs(path)
    properties = schema.properties or []
    return PublishedContract(
        table=path.stem,
        version=contract.version or "",
        description=schema.description or "",
        owner=odcs.owner(contract),
        grain=schema.dataGranularityDescription or "",
        key=tuple(p.name or "" for p in properties if p.primaryKey),
        columns=tuple((p.name or "", p.physicalType or "") for p in properties),
        expectations=odcs.expectations(schema, str(path)),
        sha256=odcs.file_hash(path),
        descriptions=tuple((p.name or "", p.description or "") for p in properties),
        required=tuple(p.name or "" for p in properties if p.required),
        covered=_covered(schema, str(path)),
    )


def _covered(schema: SchemaObject, where: str) -> tuple[str, ...]:
    """The table's own property ``coveredColumns``.

    Raises:
        ContractError: too many, or of a column that the table does not have.
    """
    named = odcs.custom_properties(schema, TABLE_PROPERTIES, where).get("coveredColumns") or []
    known = {p.name for p in schema.properties or []}
    if unknown := [column for column in named if column not in known]:
        raise odcs.ContractError(
            f"{where}: coveredColumns names {', '.join(unknown)}, which {schema.name} does not have"
        )
    if len(named) > MOST_COVERED:
        raise odcs.ContractError(
            f"{where}: coveredColumns names {len(named)} columns, {MOST_COVERED} at most"
        )
    return tuple(named)
