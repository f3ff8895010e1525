"""What dbt reads on Spark: raw, the run's context, what is remembered, what Python models wrote.

Belongs here: the dbt sources as tables of the lake. Does not belong here: moving a table
(``lake.py``) and what is visible as of a date (``orchestration/warehouse.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
from pyspark.sql import SparkSession

from orchestration import warehouse
from orchestration.assets.extracts import Contracts
from orchestration.history.declared import declared_tables
from orchestration.ingest.partition import visible_partitions
from orchestration.model_zone import model_file, model_tables
from orchestration.settings import Settings
from orchestration.spark.lake import make_schemas, put, put_relation, several_at_once, types_of

RAW_ACCOUNTS = ("run_context", "extract_load", "extract_refusal", "extract_contract")


def register_sources(
    spark: SparkSession,
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Contracts,
    as_of: date,
    folder: Path,
) -> None:
    """Raw as of ``as_of``, from the same Parquet files as on DuckDB, and the small tables beside.

    ``connection`` is a DuckDB of this process; raw and history are registered there too.
    """
    warehouse.register_raw(connection, settings, contracts, as_of)
    accounts = [f"raw.{name}" for name in RAW_ACCOUNTS]
    remembered = [f"history.{name}" for name in declared_tables()]
    raw = {f"{contract.raw_schema}.{contract.table}": contract for contract in contracts.values()}
    types = {relation: types_of(connection, relation) for relation in raw}
    make_schemas(spark, [*accounts, *remembered, *raw])

    def put_raw(relation: str) -> None:
        contract = raw[relation]
        active = contract.source in settings.sources
        files = visible_partitions(contract, settings.zones, as_of) if active else []
        put(spark, relation, files, types[relation])

    several_at_once(put_raw, raw)
    for relation in (*accounts, *remembered):
        put_relation(spark, connection, relation, folder)


def register_models(
    spark: SparkSession, settings: Settings, as_of: date, tables: Iterable[str]
) -> None:
    """What Python models wrote as of ``as_of``."""
    make_schemas(spark, ["models."])

    def put_model(table: str) -> None:
        columns = model_tables()[table].columns
        types = {name: kind.upper() for name, kind in columns.items()}
        put(spark, f"models.{table}", [model_file(settings.zones, table, as_of)], types)

    several_at_once(put_model, tables)
