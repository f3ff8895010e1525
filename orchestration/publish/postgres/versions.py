"""The versions that a server holds: their names, which one is shown, which are whole.

Belongs here: reading that, and deleting versions. Does not belong here: loading one
(``load.py``) or showing one (``swap.py``).

A version's manifest is written last: a version without it was being loaded when its publisher
ended, and is deleted by the next one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg import errors, sql

from orchestration.publish.manifest import Manifest
from orchestration.publish.postgres.server import Target, connected

SHOWN = "patron"  # the schema that BI tools read
VERSION_NAME = r"^patron_version_\d{8}_[0-9a-f]{8}$"
PUBLICATION = "publication"  # one row: which publication
PUBLICATION_TABLE = "publication_table"  # one row per table: rows and content hash
MANIFEST_TABLES = (PUBLICATION, PUBLICATION_TABLE)


@dataclass(frozen=True)
class Version:
    """A whole version, as its own manifest names it."""

    schema: str
    publication_id: str
    as_of_date: date
    content_hash: str
    loaded_at_utc: datetime

    def holds(self, manifest: Manifest) -> bool:
        """Whether this is the publication of ``manifest``, by name and content."""
        mine = (self.publication_id, self.content_hash)
        return mine == (manifest.publication_id, manifest.content_hash)


def new_name(as_of: date) -> str:
    """A schema name for a version that is going to be loaded."""
    return f"patron_version_{as_of:%Y%m%d}_{uuid.uuid4().hex[:8]}"


def shown_version(connection: psycopg.Connection) -> Version | None:
    """The version that readers see; None before the first publication."""
    return _read(connection, SHOWN)


def shown_at(target: Target) -> Version | None:
    """The version that readers see on a server, for a person who asks: no patience.

    Raises:
        TargetError: the server cannot be reached.
    """
    with connected(target.address, pauses=()) as connection:
        return shown_version(connection)


def whole_versions(connection: psycopg.Connection) -> list[Version]:
    """All whole versions, the one that was loaded last first."""
    found = [_read(connection, schema) for schema in _schemas(connection)]
    whole = [version for version in found if version is not None]
    return sorted(whole, key=lambda version: version.loaded_at_utc, reverse=True)


def delete_others(connection: psycopg.Connection, keep: Iterable[Version]) -> None:
    """Delete every version but ``keep``: replaced ones and what killed publishers left.

    One that somebody reads directly (a dump of the whole database) is left for the next time.
    """
    kept = {version.schema for version in keep}
    for schema in _schemas(connection):
        if schema not in kept:
            with suppress(errors.LockNotAvailable):
                connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))


def _schemas(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select nspname from pg_catalog.pg_namespace where nspname ~ %s order by nspname",
        [VERSION_NAME],
    ).fetchall()
    return [name for (name,) in rows]


def _read(connection: psycopg.Connection, schema: str) -> Version | None:
    relation = sql.Identifier(schema, PUBLICATION)
    [(exists,)] = connection.execute(
        "select pg_catalog.to_regclass(%s) is not null", [relation.as_string(connection)]
    ).fetchall()
    if not exists:
        return None
    query = sql.SQL(
        "select version_schema, publication_id, as_of_date, content_hash, loaded_at_utc from {}"
    ).format(relation)
    try:
        row = connection.execute(query).fetchone()
    except errors.UndefinedColumn:
        return None  # not of this code: to be loaded again
    return None if row is None else Version(*row)
