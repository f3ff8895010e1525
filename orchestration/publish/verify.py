"""Reading a publication back: is it what its manifest says?

Belongs here: comparing files, tables, rows and hashes with the manifest. Does not belong here:
whether the rows make sense (``checks/``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.publish.content_hash import (
    TableDigest,
    fingerprint,
    hash_publication,
    hash_table,
    quoted,
)
from orchestration.publish.durable import file_sha256
from orchestration.publish.manifest import (
    MANIFEST_NAME,
    ROW_GROUP,
    Manifest,
    PublicationError,
    PublishedTable,
    read_manifest,
)
from orchestration.publish.serving_zone import DATABASE_NAME, PROMOTION_NAME, ServingZone


@dataclass(frozen=True)
class Difference:
    """One way in which a publication is not what its manifest says."""

    where: str
    expected: str
    observed: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.observed}"


def verify_served(serving: Path) -> list[Difference]:
    """Compare what is served with its manifest; an empty list means that it is whole.

    Its rows were read when it was promoted, and the same bytes still say the same: rows are read
    again only where a file has changed, to name its tables.
    """
    try:
        folder = ServingZone(serving).current_version()
    except PublicationError as error:
        return [Difference("current", "a link to a version", str(error))]
    if folder is None:
        return [Difference("current", "a publication", "nothing published yet")]
    return verify_version(folder, trust_bytes=True)


def verify_version(folder: Path, trust_bytes: bool = False) -> list[Difference]:
    """Compare one version or candidate with the manifest beside it, reading every row twice: from
    Parquet and from the DuckDB file.

    Args:
        trust_bytes: files with the size and SHA-256 of the manifest are not read row by row.
    """
    try:
        manifest = read_manifest(folder)
    except PublicationError as error:
        return [Difference(MANIFEST_NAME, "a manifest", str(error))]
    differences = _file_differences(folder, manifest)
    if any(difference.observed == "absent" for difference in differences):
        return differences
    hashes = {table.name: table.content_hash for table in manifest.tables}
    differences += _compare(
        "content hash of the manifest", hash_publication(hashes), manifest.content_hash
    )
    if trust_bytes and not differences:
        return []
    try:
        differences += _content_differences(folder, manifest)
    except duckdb.Error as error:
        # The files are named above; DuckDB's message may quote rows, its first words do not.
        reason = re.split(r"[:\n]", str(error), maxsplit=1)[0]
        differences.append(Difference("tables", "readable tables", reason))
    return differences


def _file_differences(folder: Path, manifest: Manifest) -> list[Difference]:
    differences = []
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file():
            differences.append(Difference(file.path, f"{file.size_bytes} bytes", "absent"))
            continue
        differences += _compare(f"{file.path} bytes", file.size_bytes, path.stat().st_size)
        differences += _compare(f"{file.path} sha256", file.sha256, file_sha256(path))
    known = {file.path for file in manifest.files} | {MANIFEST_NAME, PROMOTION_NAME}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    differences += [Difference(name, "no such file", "present") for name in sorted(present - known)]
    return differences


def _content_differences(folder: Path, manifest: Manifest) -> list[Difference]:
    differences = []
    small = all(table.rows <= ROW_GROUP for table in manifest.tables)
    config: dict[str, str | bool | int | float | list[str]] = {"threads": 1} if small else {}
    with duckdb.connect(str(folder / DATABASE_NAME), read_only=True, config=config) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        found = {name for (name,) in tables}
        declared = {table.name for table in manifest.tables}
        differences += _compare("tables", ", ".join(sorted(declared)), ", ".join(sorted(found)))
        for table in manifest.tables:
            path = str(folder / table.parquet.path).replace("'", "''")
            if table.name in found:
                differences += _table_differences(connection, table, quoted(table.name))
            differences += _table_differences(connection, table, f"read_parquet('{path}')")
    return differences


def _table_differences(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, relation: str
) -> list[Difference]:
    """As ``relation_differences``; rows are hashed as text only where the fingerprint is another
    one, or of another DuckDB."""
    if _columns(connection, relation) == table.columns and table.fingerprint == fingerprint(
        connection, relation, table.columns
    ):
        return []
    return relation_differences(connection, table, relation)


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[tuple[str, str], ...]:
    described = connection.execute(f"describe from {relation}").fetchall()
    return tuple((name, type_) for name, type_, *_ in described)


def relation_differences(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, relation: str
) -> list[Difference]:
    """Compare one relation (SQL) with a table of the manifest: columns, rows, content hash."""
    where = f"{table.name} in {'Parquet' if 'read_parquet' in relation else 'DuckDB'}"
    columns = _columns(connection, relation)
    if columns != table.columns:
        return [Difference(f"{where}: columns", str(table.columns), str(columns))]
    digest = hash_table(connection, relation, columns)
    expected = TableDigest(table.rows, table.content_hash)
    return _compare(f"{where}: rows", expected.rows, digest.rows) + _compare(
        f"{where}: content hash", expected.content_hash, digest.content_hash
    )


def _compare(where: str, expected: object, observed: object) -> list[Difference]:
    return [] if expected == observed else [Difference(where, str(expected), str(observed))]
