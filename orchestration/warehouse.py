"""The warehouse file: the only place that opens it, and what a refresh puts in before dbt runs.

Belongs here: connections, the lock error in words, registration of raw. Does not belong here:
transformations (dbt) and what BI reads (``publish/``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration.contracts import ExtractContract
from orchestration.history.declared import register_history
from orchestration.ingest import partition
from orchestration.ingest.arrivals import write_arrivals
from orchestration.model_zone import ModelTableError, model_file
from orchestration.privacy.pii_key import load_pii_key
from orchestration.settings import Settings


class WarehouseLockedError(RuntimeError):
    """Another process holds the warehouse file."""


class OtherAsOfError(RuntimeError):
    """The warehouse describes another as-of date than the one that is asked for."""


@contextmanager
def write(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for writing: one process at a time.

    Raises:
        WarehouseLockedError: naming the process that holds the file, and the remedy.
    """
    # Rows of single customers: for the pipeline's own account alone, as raw and quarantine are.
    settings.zones.warehouse_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _connect(settings, read_only=False) as connection:
        yield connection


@contextmanager
def read(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for reading, within a run. BI tools read the served file instead."""
    with _connect(settings, read_only=True) as connection:
        yield connection


@contextmanager
def _connect(settings: Settings, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    path = settings.zones.warehouse_file
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "temp_directory": str(path.parent / "spill"),
        # Written whole when it is closed: a checkpoint after every 16 MB cost a fifth of a build.
        "checkpoint_threshold": "64GB",
        # Only our DuckDB opens it. The default, the oldest format, costs a fourth more to write.
        "storage_compatibility_version": "v1.5.0",
    }
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.IOException as error:
        raise _in_words(error, path) from error
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _in_words(error: duckdb.IOException, path: Path) -> Exception:
    holder = re.search(r"Conflicting lock is held in (.+?) \(PID (\d+)\)", str(error))
    if not holder:
        return error
    return WarehouseLockedError(
        f"the warehouse {path} is held by process {holder.group(2)} ({holder.group(1)}); "
        f"wait until it ends, or end it (kill {holder.group(2)}), then run again"
    )


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Variables that the dbt profile reads; the key of the keyed hash among them."""
    return {
        "PATRON_WAREHOUSE_FILE": str(settings.zones.warehouse_file),
        "PATRON_THREADS": str(settings.threads),
        "PATRON_MEMORY_LIMIT": settings.memory_limit,
        "PATRON_TIMEZONE": settings.timezone,
        "PATRON_PII_KEY": load_pii_key(settings.zones.secrets),
    }


def register_raw(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Mapping[tuple[str, str], ExtractContract],
    as_of: date,
) -> dict[tuple[str, str], int]:
    """Make the extracts that are visible at ``as_of`` queryable as ``raw_<source>.<table>``.

    ``contracts`` are those of every known source system; the tables of inactive ones are empty.
    Views name their Parquet files one by one, so nothing beyond the as-of date can leak in. What is
    remembered from before that date stands beside them, as ``history.<table>``.

    Returns:
        The number of visible partitions by (source, table).
    """
    visible: dict[tuple[str, str], list[Path]] = {}
    connection.execute("BEGIN")
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
    for (source, table), contract in contracts.items():
        active = source in settings.sources
        files = partition.visible_partitions(contract, settings.zones, as_of) if active else []
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {contract.raw_schema}")
        connection.execute(
            f"CREATE OR REPLACE VIEW {contract.raw_schema}.{table} AS {_scan(contract, files)}"
        )
        visible[source, table] = files
    _write_registered_extract(connection, visible)
    _write_run_context(connection, settings, as_of)
    told = [contract for (source, _), contract in contracts.items() if source in settings.sources]
    write_arrivals(connection, told, settings.zones, as_of)
    register_history(connection, settings.zones, as_of, settings.value_period)
    connection.execute("COMMIT")
    return {name: len(files) for name, files in visible.items()}


def register_models(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, tables: Iterable[str]
) -> None:
    """Make what a Python model wrote as of ``as_of`` queryable as ``models.<table>``.

    Raises:
        ModelTableError: a table of that date is missing.
    """
    connection.execute("BEGIN")
    connection.execute("CREATE SCHEMA IF NOT EXISTS models")
    for table in tables:
        file = model_file(settings.zones, table, as_of)
        if not file.exists():
            raise ModelTableError(
                f"models/{table} of {as_of} is missing; materialise it, or run the daily_refresh"
            )
        connection.execute(
            f"CREATE OR REPLACE VIEW models.{table} AS "
            f"SELECT * FROM read_parquet({_quoted(file)}, hive_partitioning = false)"
        )
    connection.execute("COMMIT")


def require_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Fail unless raw was registered as of ``as_of``.

    Steps can be run singly from the UI; without this a partition could be built from, or published
    under, another date than its own.
    """
    rows = connection.execute(
        "SELECT as_of_date FROM raw.run_context" if _has_run_context(connection) else "SELECT NULL"
    ).fetchall()
    if rows != [(as_of,)]:
        raise OtherAsOfError(
            f"the warehouse is as of {rows[0][0]}, not {as_of}; materialise raw/run_context for "
            f"{as_of} first, or run the whole daily_refresh"
        )


def _has_run_context(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'run_context'"
        ).fetchall()
    )


def _scan(contract: ExtractContract, files: list[Path]) -> str:
    if not files:
        return partition.empty_table_sql(contract)
    return f"SELECT * FROM read_parquet([{', '.join(map(_quoted, files))}])"


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"


def as_of_end(as_of: date, time_zone: str) -> datetime:
    """First instant after ``as_of`` in ``time_zone``, as UTC without offset."""
    midnight = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC).replace(tzinfo=None)


def _write_run_context(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date
) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE raw.run_context (as_of_date DATE, as_of_end_at TIMESTAMP, "
        "business_time_zone VARCHAR, currency_code VARCHAR, value_scope VARCHAR, "
        "value_period VARCHAR, assumed_margin_rate DECIMAL(9, 6))"
    )
    connection.execute(
        "INSERT INTO raw.run_context VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            as_of,
            as_of_end(as_of, settings.timezone),
            settings.timezone,
            settings.currency,
            settings.value_scope,
            settings.value_period,
            settings.assumed_margin_rate,
        ],
    )


def _write_registered_extract(
    connection: duckdb.DuckDBPyConnection, visible: Mapping[tuple[str, str], list[Path]]
) -> None:
    """Each partition behind the views; the name of a data file holds a hash of its content."""
    rows = [
        (source, table, path.parent.name.partition("=")[2], path.stem.removeprefix("data-"))
        for (source, table), files in visible.items()
        for path in files
    ]
    columns = [[row[position] for row in rows] for position in range(4)]
    connection.execute(
        "CREATE OR REPLACE TABLE raw.registered_extract AS SELECT "
        "unnest(cast($1 AS varchar[])) AS source, unnest(cast($2 AS varchar[])) AS table_name, "
        "cast(unnest(cast($3 AS varchar[])) AS date) AS extract_date, "
        "unnest(cast($4 AS varchar[])) AS content_hash",
        columns,
    )
