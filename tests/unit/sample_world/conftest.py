"""Small sample worlds, landed and loaded once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.ingest.load import LoadResult, load_until
from orchestration.sample_world import WorldSummary, write_world
from orchestration.settings import CONTRACTS_ROOT, Zones

# The last day lies behind the first of a month, so that monthly tables have a daily delivery.
LAST_DAY = date(2025, 6, 2)


@dataclass(frozen=True)
class LoadedWorld:
    """A world whose extracts went through the loader."""

    home: Path
    summary: WorldSummary
    contracts: dict[tuple[str, str], ExtractContract]
    results: list[LoadResult]

    def raw(self, source: str, table: str) -> str:
        """SQL of all raw rows of a table."""
        return f"read_parquet('{self.home}/raw/{source}/{table}/*/data-*.parquet')"

    def latest(self, source: str, table: str) -> str:
        """SQL of the end state: the newest whole state, or the latest version of each key."""
        contract = self.contracts[source, table]
        raw = self.raw(source, table)
        if contract.delivery == "full":
            return (
                f"(select * from {raw} where extract_date = (select max(extract_date) from {raw}))"
            )
        keys = ", ".join(f'"{name}"' for name in contract.key)
        return (
            f"(select * from {raw} qualify row_number() over "
            f"(partition by {keys} order by extract_date desc) = 1 and op <> 'D')"
        )

    def truth(self, name: str) -> str:
        return f"read_parquet('{self.home}/truth/{name}.parquet')"


def load_world(home: Path, summary: WorldSummary) -> LoadedWorld:
    contracts = load_extract_contracts(CONTRACTS_ROOT, ("crm", "sales"))
    results = [
        result
        for contract in contracts.values()
        for result in load_until(contract, Zones(home), summary.last_day, every_snapshot=True)
    ]
    return LoadedWorld(home, summary, contracts, results)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> LoadedWorld:
    """400 customers, three daily extracts."""
    home = tmp_path_factory.mktemp("world")
    return load_world(home, write_world(home, 400, last_day=LAST_DAY, daily_extracts=3))


@pytest.fixture(scope="session")
def one_extract_world(tmp_path_factory: pytest.TempPathFactory) -> LoadedWorld:
    """The same world, delivered in one extract."""
    home = tmp_path_factory.mktemp("one_extract")
    return load_world(home, write_world(home, 400, last_day=LAST_DAY, daily_extracts=1))


@pytest.fixture
def rows() -> Callable[[str], list[tuple]]:
    """Run a query on files and return its rows."""
    return lambda sql: duckdb.sql(sql).fetchall()
