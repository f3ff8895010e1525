"""The models of points run by themselves, on ledgers of a test and at any as-of date.

Belongs here: putting rows under the compiled SQL and reading what comes out; no dbt is started.
Does not belong here: what is expected (``points_played.py``, the tests).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from conftest import Build

# In the order of their references.
MODELS = (
    "intermediate.int_points_entries_ordered",
    "intermediate.int_points_debits_paired",
    "marts.points_ledger_lot",
    "marts.points_balance",
)
LIABILITY = (
    "marts.dim_programme",
    "marts.points_redemption_triangle",
    "intermediate.int_redemptions_developed",
    "intermediate.int_points_cohorts_projected",
    "marts.points_liability",
)


class PointsModels:
    """The built tables of an empty world, in which staging takes rows and models are made again."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, build: Build) -> None:
        self.connection = connection
        self.build = build

    def put(self, table: str, rows: pa.Table) -> None:
        """Replace the rows of a table of the warehouse; columns that are not given are null."""
        self.connection.execute(f"DELETE FROM {table}")
        self.connection.register("given_rows", rows)
        self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given_rows")
        self.connection.unregister("given_rows")

    def run(self, as_of: date, models: tuple[str, ...] = MODELS) -> None:
        self.connection.execute(
            "UPDATE raw.run_context SET as_of_date = ?, as_of_end_at = ?,"
            " business_time_zone = 'UTC'",
            [as_of, as_of + timedelta(days=1)],
        )
        for model in models:
            name = model.split(".")[1]
            sql = self.build.results[f"model.patron.{name}"]["compiled_code"]
            self.connection.execute(f"CREATE OR REPLACE TABLE {model} AS {sql}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


@contextmanager
def points_models(build: Build, folder: Path) -> Iterator[PointsModels]:
    """The models on a copy of a build's warehouse."""
    copy = folder / "points.duckdb"
    shutil.copy(build.warehouse_file, copy)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{copy}' AS patron")
        connection.execute("USE patron")
        connection.execute("SET TimeZone = 'UTC'")
        yield PointsModels(connection, build)
