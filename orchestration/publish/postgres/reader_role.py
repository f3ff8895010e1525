"""The role that reads what is published, and can do nothing else.

Belongs here: making the role, its way in, and finding out what it could do beyond reading. Does not
belong here: the grant on each view (``swap.py``), and who is a member of the role (the operator).
"""

from __future__ import annotations

import psycopg
from psycopg import errors, sql

from orchestration.publish.postgres.versions import SHOWN, VERSION_NAME
from orchestration.publish.targets import TargetError


def prepare_schema(connection: psycopg.Connection, reader: str) -> None:
    """The published schema and the role that may enter it; repeats harmlessly.

    Raises:
        TargetError: the publisher lacks the right to create one of them.
    """
    _make_role(connection, reader)
    role, shown = sql.Identifier(reader), sql.Identifier(SHOWN)
    try:
        with connection.transaction():
            connection.execute(sql.SQL("create schema if not exists {}").format(shown))
            connection.execute(sql.SQL("revoke all on schema {} from public").format(shown))
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(shown, role))
            connection.execute(
                sql.SQL("comment on schema {} is {}").format(
                    shown,
                    sql.Literal(
                        "What Patron publishes: replaced as a whole; a query or a transaction sees "
                        "one publication. publication says which."
                    ),
                )
            )
    except errors.InsufficientPrivilege as error:
        raise TargetError(
            f"the publisher may not make schema {SHOWN}: {error.diag.message_primary}; remedy, by "
            "the owner of the database: grant create on database ... to the publisher"
        ) from None
    if _holds(connection, "has_schema_privilege(%s, 'public', 'create')", reader):
        # Servers up to 14 let everybody create in "public"; only its owner can take that back.
        connection.execute("revoke create on schema public from public")


def trespasses(connection: psycopg.Connection, reader: str) -> list[str]:
    """What ``reader`` could do beyond reading the published views, each as a sentence."""
    if not _exists(connection, reader):
        return [f"role {reader} does not exist"]
    rows = connection.execute(
        """
        select format('may enter or create in schema %%I', n.nspname)
        from pg_catalog.pg_namespace as n
        where (n.nspname ~ %(versions)s and has_schema_privilege(%(reader)s, n.oid, 'usage'))
            or (n.nspname !~ '^pg_' and has_schema_privilege(%(reader)s, n.oid, 'create'))
        union all
        select format('may change %%I.%%I', n.nspname, c.relname)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'f', 'p')
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and has_table_privilege(%(reader)s, c.oid, 'insert, update, delete, truncate')
        union all
        select format('may not read %%I.%%I', n.nspname, c.relname)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where n.nspname = %(shown)s and c.relkind = 'v'
            and not (
                has_schema_privilege(%(reader)s, n.oid, 'usage')
                and has_table_privilege(%(reader)s, c.oid, 'select')
            )
        order by 1
        """,
        {"reader": reader, "versions": VERSION_NAME, "shown": SHOWN},
    ).fetchall()
    return [sentence for (sentence,) in rows]


def _make_role(connection: psycopg.Connection, reader: str) -> None:
    if _exists(connection, reader):
        return
    create = sql.SQL("create role {} nologin").format(sql.Identifier(reader))
    try:
        connection.execute(create)
    except errors.InsufficientPrivilege:
        raise TargetError(
            f"role {reader} does not exist and the publisher may not create it; remedy, by an "
            f"administrator: {create.as_string(connection)}"
        ) from None
    except (errors.DuplicateObject, errors.UniqueViolation):
        return  # roles belong to the whole server: a publisher of another database was faster


def _exists(connection: psycopg.Connection, reader: str) -> bool:
    return _holds(connection, "exists (select from pg_catalog.pg_roles where rolname = %s)", reader)


def _holds(connection: psycopg.Connection, condition: str, reader: str) -> bool:
    query = f"select {condition}"  # a constant of this module
    [(holds,)] = connection.execute(query, [reader]).fetchall()
    return bool(holds)
