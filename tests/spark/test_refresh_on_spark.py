"""A whole refresh on a cluster that loses a worker: every table equals DuckDB's, row by row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from both_engines import refresh_on_cluster, two_homes
from pyspark.sql import SparkSession
from spark_cluster import Catalog, Cluster, running_cluster
from table_comparison import Difference, differences

from orchestration.settings import Settings
from orchestration.spark.lake import several_at_once, take
from orchestration.spark.session import spark_session

sys.path.append(str(Path(__file__).parent.parent / "postgres"))
from postgres_server import running_server

SCHEMAS = ("raw", "history", "models", "seeds", "staging", "intermediate", "marts", "segments")
UNSTABLE = "fit_seconds"  # how long a fit took


@dataclass
class Refreshed:
    """Both homes, and Spark with its lake."""

    on_duckdb: Settings
    on_spark: Settings
    spark: SparkSession
    cluster: Cluster
    log: Path


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refreshed]:
    folder = tmp_path_factory.mktemp("engines")
    on_duckdb, on_spark = two_homes(folder)
    with running_server() as server:
        server.new_database("lake")
        catalog = Catalog(
            f"127.0.0.1:{server.port}", "lake", "publisher", server.password, folder / "lake"
        )
        with (
            running_cluster(folder / "cluster", catalog) as cluster,
            pytest.MonkeyPatch.context() as patch,
        ):
            log = folder / "refresh.log"
            refresh_on_cluster(on_spark, cluster, log)
            patch.setenv("SPARK_CONF_DIR", str(cluster.configuration))
            with spark_session(on_spark) as spark:
                yield Refreshed(on_duckdb, on_spark, spark, cluster, log)


@pytest.fixture(scope="module")
def warehouse(refreshed: Refreshed) -> Iterator[duckdb.DuckDBPyConnection]:
    file = refreshed.on_duckdb.zones.warehouse_file
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def relations_of_duckdb(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    found = warehouse.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where list_contains(?, table_schema) and table_name <> 'registered_extract' order by all",
        [list(SCHEMAS)],
    ).fetchall()
    return [name for (name,) in found]


def compared(
    warehouse: duckdb.DuckDBPyConnection, relation: str, exported: Path
) -> list[Difference]:
    columns = warehouse.execute(f"describe {relation}").fetchall()
    kept = f"* exclude ({UNSTABLE})" if any(row[0] == UNSTABLE for row in columns) else "*"
    return differences(
        warehouse,
        f"(select {kept} from {relation})",
        f"(select {kept} from read_parquet('{exported}/*.parquet'))",
    )


def test_a_worker_was_lost(refreshed: Refreshed):
    assert "Lost executor" in refreshed.log.read_text()
    assert [worker.poll() is None for worker in refreshed.cluster.workers] == [False, True]


def test_both_engines_have_the_same_tables(refreshed, warehouse):
    found = [
        f"{schema}.{row[1]}"
        for schema in SCHEMAS
        for kind in ("tables", "views")
        for row in refreshed.spark.sql(f"show {kind} in {schema}").collect()
    ]
    assert sorted(found) == relations_of_duckdb(warehouse)


def test_every_table_equals_that_of_duckdb(refreshed, warehouse, tmp_path):
    relations = relations_of_duckdb(warehouse)
    several_at_once(lambda relation: take(refreshed.spark, relation, tmp_path), relations)
    found = {name: compared(warehouse, name, tmp_path / name) for name in relations}
    unequal = {name: there for name, there in found.items() if there}
    told = "\n".join(f"{name}: {', '.join(map(str, there))}" for name, there in unequal.items())
    assert not unequal, f"{len(unequal)} of {len(relations)} tables differ\n{told}"
    assert len(relations) > 400


def test_every_published_table_equals_that_of_duckdb(refreshed):
    files = [home.zones.serving / "current" for home in (refreshed.on_duckdb, refreshed.on_spark)]
    with duckdb.connect() as connection:
        for side, file in zip(("expected", "found"), files, strict=True):
            connection.execute(f"attach '{file / 'patron.duckdb'}' as {side} (read_only)")
        tables = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'expected'"
            ).fetchall()
        ]
        found = {
            name: differences(connection, f"expected.{name}", f"found.{name}") for name in tables
        }
    assert {name: there for name, there in found.items() if there} == {}
    assert len(tables) > 20


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        ("update {} set net_amount = net_amount + 0.0001 where customer_key = '{}'", "net_amount"),
        ("update {} set value_tier = null where customer_key = '{}'", "value_tier"),
        ("delete from {} where customer_key = '{}'", "rows"),
    ],
)
def test_a_planted_difference_is_found(refreshed, warehouse, tmp_path, planted, what):
    relation = "segments.seg_customer_value"
    [(customer,)] = warehouse.execute(f"select max(customer_key) from {relation}").fetchall()
    assert not compared(warehouse, relation, take(refreshed.spark, relation, tmp_path / "before"))
    refreshed.spark.sql(f"create or replace table lake.marts.planted as select * from {relation}")
    refreshed.spark.sql(planted.format("lake.marts.planted", customer))
    found = compared(warehouse, relation, take(refreshed.spark, "marts.planted", tmp_path))
    refreshed.spark.sql("drop table lake.marts.planted")
    assert what in [difference.what for difference in found]
