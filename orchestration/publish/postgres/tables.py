"""Making tables on the server: names quoted, types and descriptions given.

Belongs here: the statements. Does not belong here: which tables there are.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql


def create_table(
    connection: psycopg.Connection, target: sql.Identifier, columns: Sequence[tuple[str, str]]
) -> None:
    """An empty table whose rows will be loaded once, frozen and analysed: no work for autovacuum,
    whose locks would only be in the way of a swap."""
    declared = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_)) for name, type_ in columns
    )
    statement = sql.SQL("create table {} ({}) with (autovacuum_enabled = off)")
    connection.execute(statement.format(target, declared))


def describe(
    connection: psycopg.Connection,
    target: sql.Identifier,
    about: str | None,
    columns: Sequence[tuple[str, str]],
) -> None:
    statements = [sql.SQL("comment on table {} is {}").format(target, sql.Literal(about))]
    statements += [
        sql.SQL("comment on column {}.{} is {}").format(
            target, sql.Identifier(name), sql.Literal(text)
        )
        for name, text in columns
    ]
    connection.execute(sql.SQL("; ").join(statements))
