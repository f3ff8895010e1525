"""Reading PostgreSQL back: is it what the manifest says?

Belongs here: comparing tables, types, rows and hashes of one schema, and the reader's rights. Does
not belong here: the files (``publish/verify.py``).

The rows come back through DuckDB with the types that PostgreSQL declares, and go through the same
hash as the served file's: in a stream, so that memory does not grow with the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.publish.content_hash import hash_table, quoted
from orchestration.publish.manifest import Manifest
from orchestration.publish.postgres.load import postgres_extension
from orchestration.publish.postgres.manifest_tables import manifest_differences
from orchestration.publish.postgres.reader_role import trespasses
from orchestration.publish.postgres.server import Address, Target, connected
from orchestration.publish.postgres.versions import MANIFEST_TABLES, SHOWN, shown_version
from orchestration.publish.serving_zone import served
from orchestration.publish.targets import TargetError
from orchestration.publish.verify import Difference

DuckdbConfig = Mapping[str, str | int]


def verify_target(target: Target, serving: Path, duckdb_config: DuckdbConfig) -> list[Difference]:
    """Compare what readers see in PostgreSQL with the manifest of what is served.

    An empty list means: same publication, same tables, rows and content, and the reader role can
    read that and nothing else.

    Raises:
        TargetError: the server cannot be reached.
    """
    manifest = served(serving)
    if manifest is None:
        return [Difference("served file", "a publication", "nothing published yet")]
    with connected(target.address) as connection:
        version = shown_version(connection)
        if version is None or not version.holds(manifest):
            found = version.publication_id if version else "nothing published yet"
            return [Difference("publication", manifest.publication_id, found)]
        differences = [
            Difference(f"role {target.reader}", "reads what is published, nothing else", sentence)
            for sentence in trespasses(connection, target.reader)
        ]
        differences += manifest_differences(connection, SHOWN, manifest)
    return differences + content_differences(target.address, SHOWN, manifest, duckdb_config)


def content_differences(
    address: Address, schema: str, manifest: Manifest, duckdb_config: DuckdbConfig
) -> list[Difference]:
    """Compare the tables or views of ``schema`` with ``manifest``, reading every row once."""
    differences = []
    with _attached(address, schema, duckdb_config) as connection:
        described = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() "
            "where database_name = 'target' and schema_name = ? order by table_name, column_index",
            [schema],
        ).fetchall()
        found: dict[str, list[tuple[str, str]]] = {}
        for table, column, type_ in described:
            if table not in MANIFEST_TABLES:
                found.setdefault(table, []).append((column, type_))
        declared = {table.name for table in manifest.tables}
        differences += [
            Difference(name, "no such table", "present") for name in sorted(set(found) - declared)
        ]
        for table in manifest.tables:
            columns = tuple(found.get(table.name, ()))
            if columns != table.columns:
                differences.append(
                    Difference(f"{table.name}: columns", str(table.columns), str(columns))
                )
                continue
            relation = f"target.{quoted(schema)}.{quoted(table.name)}"
            digest = hash_table(connection, relation, columns)
            for what, expected, observed in (
                ("rows", table.rows, digest.rows),
                ("content hash", table.content_hash, digest.content_hash),
            ):
                if expected != observed:
                    where = f"{table.name}: {what}"
                    differences.append(Difference(where, str(expected), str(observed)))
    return differences


@contextmanager
def _attached(
    address: Address, schema: str, duckdb_config: DuckdbConfig
) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with ``schema`` of the server attached read-only as ``target``.

    Raises:
        TargetError: DuckDB cannot read it; its own message would show the connection string.
    """
    try:
        with duckdb.connect(config=dict(duckdb_config)) as connection:
            connection.load_extension(postgres_extension())
            where = _text(address.conninfo(application_name="patron reading back"))
            connection.execute(
                f"attach {where} as target (type postgres, read_only, schema {_text(schema)})"
            )
            yield connection
    except duckdb.Error as error:
        reason = address.hide_secrets(str(error))
        raise TargetError(f"PostgreSQL at {address} cannot be read back: {reason}") from None


def _text(value: str) -> str:
    """``value`` as an SQL text; ATTACH takes no parameters."""
    return "'" + value.replace("'", "''") + "'"
