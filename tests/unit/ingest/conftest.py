"""A small contract and a landing zone in a temporary folder, for every test of the loader."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.contracts import ExtractContract, load_extract_contract
from orchestration.ingest.landing import find_extracts
from orchestration.ingest.load import LoadResult, load_extract
from orchestration.ingest.partition import visible_partitions
from orchestration.settings import Zones

DAY = date(2025, 6, 1)
COLUMNS: dict[str, dict[str, Any]] = {
    "id": {"physicalType": "varchar", "required": True, "primaryKey": True},
    "qty": {"physicalType": "integer"},
    "price": {"physicalType": "decimal(18,4)"},
    "email": {
        "physicalType": "varchar",
        "classification": "personal",
        "customProperties": [{"property": "piiKind", "value": "email"}],
    },
    "at": {"physicalType": "timestamp"},
    "day": {"physicalType": "date"},
    "ratio": {"physicalType": "double"},
    "flag": {"physicalType": "boolean"},
    "status": {
        "physicalType": "varchar",
        "enum": [{"value": "open"}, {"value": "closed"}],
        "customProperties": [{"property": "valueMap", "value": {"offen": "open", "zu": "closed"}}],
    },
}


def write_contract(
    folder: Path, columns: dict[str, dict[str, Any]], table: str = "things", **custom: Any
) -> ExtractContract:
    """A contract file with these columns and table properties, loaded."""
    custom = {"deliveryMode": "delta", "quarantineLimit": 1.0, **custom}
    content = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": f"extracts.shop.{table}",
        "version": "1.0.0",
        "status": "active",
        "schema": [
            {
                "name": table,
                "customProperties": [{"property": k, "value": v} for k, v in custom.items()],
                "properties": [
                    {"name": name, "logicalType": "string", **column}
                    for name, column in columns.items()
                ],
            }
        ],
    }
    path = folder / "contracts" / "shop" / f"{table}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return load_extract_contract(path)


class Lake:
    """A lake in a temporary folder with one table, ``shop/things``."""

    def __init__(self, home: Path, contract: ExtractContract) -> None:
        self.zones = Zones(home)
        self.contract = contract

    def with_contract(self, **changes: Any) -> Lake:
        return Lake(self.zones.home, replace(self.contract, **changes))

    def land(self, content: bytes | str, name: str = "things.csv", day: date = DAY) -> Path:
        folder = self.zones.landing / "shop" / self.contract.table / f"extract_date={day}"
        folder.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path = folder / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def load(self, day: date = DAY) -> LoadResult:
        landed = find_extracts(self.zones, "shop", self.contract.table)
        extract = next(extract for extract in landed if extract.extract_date == day)
        result = load_extract(self.contract, extract, self.zones)
        for file in result.files:
            assert file.rows_landed == file.rows_accepted + file.rows_quarantined
        assert sum(file.rows_accepted for file in result.files) == len(self.rows())
        assert sum(file.rows_quarantined for file in result.files) == len(self.refused())
        return result

    def rows(self, columns: str = "*", behind: str = "") -> list[tuple[Any, ...]]:
        files = [str(path) for path in visible_partitions(self.contract, self.zones, date.max)]
        return _query(f"SELECT {columns} FROM read_parquet(?) {behind}", files) if files else []

    def refused(self, columns: str = "*") -> list[tuple[Any, ...]]:
        files = [str(path) for path in sorted(self.zones.quarantine.rglob("refused-*.parquet"))]
        return _query(f"SELECT {columns} FROM read_parquet(?)", files) if files else []

    def reasons(self) -> list[list[str]]:
        """For each refused row, its reasons as ``code`` or ``code:column``."""
        return [
            [":".join(filter(None, (reason["code"], reason["column"]))) for reason in reasons]
            for (reasons,) in self.refused("reasons")
        ]


def _query(sql: str, files: list[str]) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql, [files]).fetchall()


@pytest.fixture
def contract(tmp_path: Path) -> ExtractContract:
    return write_contract(tmp_path, COLUMNS)


@pytest.fixture
def lake(tmp_path: Path, contract: ExtractContract) -> Lake:
    return Lake(tmp_path / "home", contract)


@pytest.fixture
def make_lake(tmp_path: Path) -> Iterator[Callable[..., Lake]]:
    """A lake of its own for other columns or table properties."""

    def make(columns: dict[str, dict[str, Any]] | None = None, **custom: Any) -> Lake:
        return Lake(tmp_path / "home", write_contract(tmp_path, columns or COLUMNS, **custom))

    yield make
