"""The dbt project, built for the whole folder: on empty raw tables, a tiny world, a real shop.

Belongs here: starting dbt and the three warehouses. Does not belong here: rows (``tiny_world.py``)
and what is expected of a built project (the tests).
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import tiny_world

from orchestration import warehouse
from orchestration.assets.dbt_process import dbt_executable, selection
from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.ingest.load import load_until
from orchestration.model_steps import STEPS
from orchestration.settings import (
    CONTRACTS_ROOT,
    DBT_PROJECT_ROOT,
    PROJECT_ROOT,
    Settings,
    known_sources,
)

PII_KEY = "a key of the tests and nothing else"
REAL_SHOP = PROJECT_ROOT.parent / "shared/data/online_retail_ii/online_retail_ii.parquet"
REAL_SHOP_LANDED_ON = date(2011, 12, 9)


@dataclass(frozen=True)
class Build:
    """A finished dbt build: its output, its results by node and its warehouse."""

    output: str
    results: dict[str, dict[str, Any]]
    manifest: dict[str, Any]
    warehouse_file: Path


def contracts() -> dict[tuple[str, str], ExtractContract]:
    return load_extract_contracts(CONTRACTS_ROOT, known_sources())


class Dbt:
    """dbt on one warehouse path and target folder, so that only the first call parses the files."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home, sources=known_sources(), timezone="Europe/London")
        self.target = home / "target"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **warehouse.dbt_environment(self.settings),
            "PATRON_PII_KEY": PII_KEY,  # whatever the machine has set
            "PYTHONPATH": str(PROJECT_ROOT),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target),
            "DBT_PROFILES_DIR": str(DBT_PROJECT_ROOT),
        }
        # Deprecations, unused configurations and the like fail: they are tomorrow's errors.
        return subprocess.run(
            [dbt_executable(), "--warn-error", *arguments],
            cwd=DBT_PROJECT_ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def build(self, keep_as: str, *arguments: str, first: tuple[str, ...] = ()) -> Build:
        """Both builds with the Python models between them, as in a run; ``first`` is for the first.

        Their outputs and results are put together; what the first one fails stops the rest.
        """
        done = self.run("build", *selection("base_models"), *arguments, *first)
        output, results = done.stdout + done.stderr, self._results()
        if done.returncode == 0:
            with warehouse.write(self.settings) as connection:
                [[as_of]] = connection.execute("SELECT as_of_date FROM raw.run_context").fetchall()
                for step in STEPS:
                    step.run(connection, self.settings, as_of)
            done = self.run("build", *selection("valued_models"), *arguments)
            output += done.stdout + done.stderr
            results |= self._results()
        kept = self.settings.home / f"{keep_as}.duckdb"
        shutil.move(self.settings.zones.warehouse_file, kept)
        return Build(
            output=output,
            results=results,
            manifest=json.loads((self.target / "manifest.json").read_text()),
            warehouse_file=kept,
        )

    def _results(self) -> dict[str, dict[str, Any]]:
        results = json.loads((self.target / "run_results.json").read_text())["results"]
        # dbt lists who reads what it built, and does nothing about it.
        built = [r for r in results if not r["unique_id"].startswith("exposure.")]
        return {result["unique_id"]: result for result in built}


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    return Dbt(tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="session")
def empty_build(dbt: Dbt) -> Build:
    """Every model, seed, data test and unit test, with nothing landed at all."""
    with warehouse.write(dbt.settings) as connection:
        warehouse.register_raw(connection, dbt.settings, contracts(), tiny_world.AS_OF)
    return dbt.build("empty", first=("--no-partial-parse", "--show-all-deprecations"))


@pytest.fixture(scope="session")
def tiny_build(dbt: Dbt, empty_build: Build) -> Build:
    """The project on the tiny world; unit tests ran in the empty build, which comes first."""
    with warehouse.write(dbt.settings) as connection:
        # Registers the run context; the views of raw give way to tables that a test may change.
        warehouse.register_raw(connection, dbt.settings, contracts(), tiny_world.AS_OF)
        for (source, table), contract in contracts().items():
            name = f"{contract.raw_schema}.{table}"
            columns = ", ".join(f'"{c.name}" {c.type}' for c in contract.raw_columns)
            connection.execute(f"DROP VIEW {name}")
            connection.execute(f"CREATE TABLE {name} ({columns})")
            for row in tiny_world.raw_rows(source, table):
                names = ", ".join(f'"{column}"' for column in row)
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"INSERT INTO {name} ({names}) VALUES ({marks})", [*row.values()]
                )
    return dbt.build("tiny", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session")
def retail_build(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The project on the real online shop, from the landed file: order lines and nothing else."""
    if not REAL_SHOP.exists():
        pytest.skip(f"no real data: {REAL_SHOP}")
    landed = replace(dbt.settings, home=tmp_path_factory.mktemp("online_retail"))
    contract = contracts()["online_retail", "online_retail_lines"]
    folder = landed.zones.landing / contract.source / contract.table
    extract = folder / f"extract_date={REAL_SHOP_LANDED_ON}"
    extract.mkdir(parents=True)
    (extract / REAL_SHOP.name).symlink_to(REAL_SHOP)
    load_until(contract, landed.zones, REAL_SHOP_LANDED_ON)
    with warehouse.write(dbt.settings) as connection:
        warehouse.register_raw(connection, landed, contracts(), REAL_SHOP_LANDED_ON)
    return dbt.build("online_retail", "--exclude-resource-type", "unit_test")


@contextmanager
def opened(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a build, for reading."""
    connection = duckdb.connect()
    # Under the name it was built with: views and compiled SQL call their tables by it.
    connection.execute(f"ATTACH '{build.warehouse_file}' AS patron (READ_ONLY)")
    connection.execute("USE patron")
    connection.execute("SET TimeZone = 'UTC'")
    yield connection
    connection.close()


@pytest.fixture
def tiny(tiny_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tiny world's warehouse, for reading."""
    with opened(tiny_build) as connection:
        yield connection
