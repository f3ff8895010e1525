"""The manifest of a publication as two tables of its version, which readers see as views.

Belongs here: writing them, which declares a version whole, and comparing them with the manifest.
Does not belong here: which versions there are (``versions.py``).

They change with the version and are joined like any published table, so that a query which shows
the as-of date beside its figures cannot show another day's.
"""

from __future__ import annotations

from datetime import UTC

import psycopg
from psycopg import errors, sql

from orchestration.publish.manifest import Manifest
from orchestration.publish.postgres.tables import create_table, describe
from orchestration.publish.postgres.versions import (
    PUBLICATION,
    PUBLICATION_TABLE,
    Version,
)
from orchestration.publish.verify import Difference

MANIFEST_COLUMNS = {
    PUBLICATION: (
        ("publication_id", "text", "Name of the publication."),
        ("as_of_date", "date", "The tables describe the world at the end of this day."),
        ("created_at_utc", "timestamp without time zone", "When it was made."),
        ("code_version", "text", "Version of the code that made it."),
        ("content_hash", "text", "Hash of all tables: equal content, equal hash."),
        ("version_schema", "text", "Where the tables lie; for the publisher alone."),
        ("loaded_at_utc", "timestamp without time zone", "When it was loaded here."),
    ),
    PUBLICATION_TABLE: (
        ("table_name", "text", "The published table."),
        ("as_of_date", "date", "The table describes the world at the end of this day."),
        ("contract_version", "text", "Version of the contract that the table keeps."),
        ("row_count", "bigint", "Rows of the table."),
        ("content_hash", "text", "Hash of the table: equal content, equal hash."),
    ),
}
MANIFEST_DESCRIPTIONS = {
    PUBLICATION: "One row: which publication these tables are.",
    PUBLICATION_TABLE: "One row per published table: rows and content hash. Grain: table_name.",
}


def seal_version(connection: psycopg.Connection, version: Version, manifest: Manifest) -> None:
    """Write the version's own manifest: from here on it is whole."""
    rows: dict[str, list[tuple[object, ...]]] = {
        PUBLICATION: [
            (
                manifest.publication_id,
                manifest.as_of_date,
                manifest.created_at_utc.astimezone(UTC).replace(tzinfo=None),
                manifest.code_version,
                manifest.content_hash,
                version.schema,
                version.loaded_at_utc,
            )
        ],
        PUBLICATION_TABLE: _table_rows(manifest),
    }
    with connection.transaction():
        for name, columns in MANIFEST_COLUMNS.items():
            target = sql.Identifier(version.schema, name)
            create_table(connection, target, [(column, type_) for column, type_, _ in columns])
            describe(
                connection,
                target,
                MANIFEST_DESCRIPTIONS[name],
                [(column, text) for column, _, text in columns],
            )
            copying = sql.SQL("copy {} from stdin (freeze)").format(target)
            with connection.cursor().copy(copying) as copy:
                for row in rows[name]:
                    copy.write_row(row)


def manifest_differences(
    connection: psycopg.Connection, schema: str, manifest: Manifest
) -> list[Difference]:
    """Compare the tables' manifest in ``schema`` with the manifest itself."""
    query = sql.SQL(
        "select table_name, as_of_date, contract_version, row_count, content_hash "
        "from {} order by table_name"
    ).format(sql.Identifier(schema, PUBLICATION_TABLE))
    try:
        found = connection.execute(query).fetchall()
    except (errors.UndefinedTable, errors.UndefinedColumn) as error:
        reason = error.diag.message_primary or "unreadable"
        return [Difference(PUBLICATION_TABLE, "the manifest", reason)]
    expected = sorted(_table_rows(manifest), key=str)
    if found == expected:
        return []
    return [Difference(PUBLICATION_TABLE, str(expected), str(found))]


def _table_rows(manifest: Manifest) -> list[tuple[object, ...]]:
    return [
        (t.name, manifest.as_of_date, t.contract_version, t.rows, t.content_hash)
        for t in manifest.tables
    ]
