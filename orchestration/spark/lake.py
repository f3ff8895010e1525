"""Tables into the lake and out of it, by Parquet.

Belongs here: types of both engines, and moving whole tables. Does not belong here: which tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import duckdb
from pyspark.sql import SparkSession

from orchestration.history.change_log import quoted

# Small tables mostly wait for the catalog; Spark shares its executors among statements.
MOST_AT_ONCE = 4
SPARK_TYPES = {
    "VARCHAR": "string",
    "TIMESTAMP": "timestamp_ntz",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "HUGEINT": "decimal(38,0)",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
}
Types = Mapping[str, str]  # column -> type of DuckDB
Item = TypeVar("Item")


class UnknownTypeError(ValueError):
    """A column has a type that has no counterpart on Spark here."""


def spark_type(type_: str) -> str:
    """Spark's name of a type of DuckDB.

    Raises:
        UnknownTypeError: naming the known ones.
    """
    if re.fullmatch(r"DECIMAL\(\d+, ?\d+\)", type_):
        return type_.lower()
    if type_ not in SPARK_TYPES:
        raise UnknownTypeError(f"type {type_}; known: DECIMAL(p,s), {', '.join(SPARK_TYPES)}")
    return SPARK_TYPES[type_]


def types_of(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column -> type of a relation of DuckDB."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return {row[0]: row[1] for row in described}


def put(spark: SparkSession, relation: str, files: Sequence[Path], types: Types) -> None:
    """Make the table ``relation`` of the lake anew from Parquet files; no file, no row."""
    if files:
        frame = spark.read.parquet(*map(str, files)).selectExpr(
            *(f"cast(`{name}` as {spark_type(type_)}) as `{name}`" for name, type_ in types.items())
        )
    else:
        columns = (f"cast(null as {spark_type(t)}) as `{name}`" for name, t in types.items())
        frame = spark.sql(f"select {', '.join(columns)} where false")
    frame.writeTo(relation).using("iceberg").createOrReplace()


def put_relation(
    spark: SparkSession, connection: duckdb.DuckDBPyConnection, relation: str, folder: Path
) -> None:
    """Copy a small relation of DuckDB to the lake."""
    file = folder / f"{relation}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"COPY (FROM {relation}) TO {quoted(file)} (FORMAT parquet)")
    put(spark, relation, [file], types_of(connection, relation))


def take(spark: SparkSession, relation: str, folder: Path) -> Path:
    """Write a table of the lake as Parquet; returns the folder of its files."""
    written = folder / relation
    spark.table(relation).write.mode("overwrite").parquet(str(written))
    return written


def show(connection: duckdb.DuckDBPyConnection, relation: str, written: Path) -> None:
    """Make Parquet that :func:`take` wrote readable in DuckDB under the relation's own name."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {relation.partition('.')[0]}")
    connection.execute(
        f"CREATE OR REPLACE VIEW {relation} AS FROM read_parquet({quoted(written / '*.parquet')})"
    )


def make_schemas(spark: SparkSession, relations: Iterable[str]) -> None:
    """The schemas of these relations, where they are missing."""
    for schema in sorted({relation.partition(".")[0] for relation in relations}):
        spark.sql(f"create schema if not exists {schema}")


def several_at_once(work: Callable[[Item], object], items: Iterable[Item]) -> None:
    """Do the work for each item; the first fault is raised once those begun have ended."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        for done in [pool.submit(work, item) for item in items]:
            done.result()
