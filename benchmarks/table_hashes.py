"""Content hashes of the tables of a warehouse, for comparing how two deployments came to it."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from orchestration.publish.content_hash import hash_table, quoted

BUILT = ("seeds", "staging", "intermediate", "marts", "segments")
MEASURED = {("marts.model_run", "fit_seconds"), ("models.model_run", "fit_seconds")}  # the machine


def table_hashes(
    connection: duckdb.DuckDBPyConnection, schemas: Collection[str] | None = BUILT
) -> dict[str, str]:
    """Content hash of every table and view of these schemas (None: of all), as publication
    computes it."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for schema, table, column, type_ in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database() "
        "ORDER BY schema_name, table_name, column_index"
    ).fetchall():
        is_asked_for = schemas is None or schema in schemas
        if is_asked_for and (f"{schema}.{table}", column) not in MEASURED:
            exact = "DECIMAL(38,0)" if type_ == "HUGEINT" else type_  # sums of integers
            columns.setdefault(f"{schema}.{table}", []).append((column, exact))
    return {
        name: hash_table(connection, _as_typed(name, described), described).content_hash
        for name, described in columns.items()
    }


def _as_typed(table: str, columns: Collection[tuple[str, str]]) -> str:
    casts = ", ".join(f"CAST({quoted(name)} AS {type_}) AS {quoted(name)}"
                      for name, type_ in columns)  # fmt: skip
    return f"(SELECT {casts} FROM {table})"
