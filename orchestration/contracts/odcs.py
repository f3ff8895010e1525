"""Reading one Open Data Contract Standard file; shared by extract and published contracts.

Belongs here: the file format (ODCS 3.2, https://bitol.io). Does not belong here: what a given
kind of contract means.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import (
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
    Team,
)
from pydantic import ValidationError


class ContractError(ValueError):
    """A contract file is wrong; the message names the file, the place and the remedy."""


def read_odcs(path: Path) -> tuple[OpenDataContractStandard, SchemaObject]:
    """Parse one contract file, which describes exactly one table: the contract and that table."""
    try:
        # The standard's own reader parses in Python: seconds for all contracts, at every start.
        text = path.read_text(encoding="utf-8")
        contract = OpenDataContractStandard(**yaml.load(text, Loader=yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError, TypeError) as error:  # TypeError: no mapping on top
        raise ContractError(f"{path}: not an ODCS 3 contract: {error}") from error
    if not contract.schema_ or len(contract.schema_) != 1:
        raise ContractError(f"{path}: describe exactly one table under 'schema'")
    if contract.schema_[0].name != path.stem:
        raise ContractError(
            f"{path}: the table is {contract.schema_[0].name!r}; name it as the file: {path.stem!r}"
        )
    return contract, contract.schema_[0]


def custom_properties(item: Any, known: set[str], where: str) -> dict[str, Any]:
    """``customProperties`` of a contract, table or column as a dictionary; unknown names raise."""
    found = {entry.property: entry.value for entry in item.customProperties or []}
    unknown = sorted(set(found) - known)
    if unknown:
        raise ContractError(f"{where}: unknown customProperties {unknown}; known: {sorted(known)}")
    return found


def expectations(schema: SchemaObject, where: str) -> tuple[dict[str, Any], ...]:
    """The Great Expectations expectations of a table and its columns, in file order.

    Each is ``{"type": ..., "kwargs": {...}}``; a column's expectations get their ``column``.
    """
    found: list[dict[str, Any]] = []
    described: list[SchemaObject | SchemaProperty] = [schema, *(schema.properties or [])]
    for item in described:
        for quality in item.quality or []:
            if (quality.type, quality.engine) != ("custom", "greatExpectations"):
                raise ContractError(
                    f"{where}: quality of {item.name!r} must be type custom, "
                    "engine greatExpectations"
                )
            implementation = quality.implementation
            if not isinstance(implementation, dict) or "type" not in implementation:
                raise ContractError(f"{where}: quality of {item.name!r} lacks implementation.type")
            kwargs = dict(implementation.get("kwargs") or {})
            if item is not schema:
                kwargs = {"column": item.name, **kwargs}
            found.append({"type": implementation["type"], "kwargs": kwargs})
    return tuple(found)


def owner(contract: OpenDataContractStandard) -> str:
    """Name of the team that answers for the table; empty where the contract names none."""
    return (isinstance(contract.team, Team) and contract.team.name) or ""


def file_hash(path: Path) -> str:
    """SHA-256 of the contract file, hexadecimal: part of what makes a load repeatable."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
