"""The commit point: all views of the published schema show another version, at once.

Belongs here: that transaction and waiting for its moment. Does not belong here: loading the
version (``load.py``) or judging it (``read_back.py``).

The transaction first holds every view exclusively. A reader holds each view that it has read until
its statement, or its transaction, ends; so the swap lies wholly before or wholly after it. While it
waits, new readers queue behind it, and a reader that holds one view and wants another would wait in
a circle: it gives up well before the server looks for circles (``deadlock_timeout``) and would end
one of the two, lets the queue pass, and tries again.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from orchestration.publish.postgres.versions import SHOWN
from orchestration.publish.targets import TargetError

HOLD_MS = 400  # the longest that a swap lets readers wait; a page of a BI tool takes as long
SWAP_PATIENCE_SECONDS = 120  # for reports that run long; then the next run tries again
PAUSE_SECONDS = (0.2, 1.0)  # readers pass meanwhile

Columns = tuple[tuple[str, str], ...]  # (name, PostgreSQL type), in order


@dataclass(frozen=True)
class Relation:
    """A table or view of one schema with its comments."""

    name: str
    kind: str  # "r" table, "v" view
    columns: Columns
    comment: str | None
    column_comments: tuple[tuple[str, str], ...]


def show_version(connection: psycopg.Connection, schema: str, reader: str) -> None:
    """Point every view of the published schema at the tables of ``schema``; drop other views.

    Raises:
        TargetError: readers hold the views longer than a swap waits, or something that is not
            ours is in the way; what was shown stays.
    """
    tables = {table.name: table for table in relations(connection, schema)}
    deadline = time.monotonic() + SWAP_PATIENCE_SECONDS
    while True:
        views = {view.name: view for view in relations(connection, SHOWN)}
        _refuse_foreign(views, tables)
        statements = _statements(schema, tables, views, reader)
        try:
            with connection.transaction():
                _hold(connection, [name for name, view in views.items() if view.kind == "v"])
                connection.execute(sql.SQL("; ").join(statements))
                return
        except (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected):
            if time.monotonic() > deadline:
                raise TargetError(_who_reads(connection)) from None
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - no secret
        except errors.DependentObjectsStillExist as error:
            raise TargetError(
                f"a published table changed its columns or ended, and others built on it: "
                f"{' '.join((error.diag.message_detail or '').split())}. Drop those, then: "
                "patron postgres sync"
            ) from None


def relations(connection: psycopg.Connection, schema: str) -> list[Relation]:
    """Tables and views of ``schema``, by name."""
    rows = connection.execute(
        """
        select
            c.relname, c.relkind::text,
            pg_catalog.obj_description(c.oid, 'pg_class'),
            array_agg(a.attname::text order by a.attnum),
            array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum),
            array_agg(pg_catalog.col_description(c.oid, a.attnum) order by a.attnum)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute as a on a.attrelid = c.oid
        where n.nspname = %s and c.relkind in ('r', 'v', 'm', 'f', 'p')
            and a.attnum > 0 and not a.attisdropped
        group by c.oid, c.relname, c.relkind
        order by c.relname
        """,
        [schema],
    ).fetchall()
    return [
        Relation(
            name=name,
            kind=kind,
            columns=tuple(zip(names, types, strict=True)),
            comment=comment,
            column_comments=tuple(
                (column, text) for column, text in zip(names, texts, strict=True) if text
            ),
        )
        for name, kind, comment, names, types, texts in rows
    ]


def _refuse_foreign(views: dict[str, Relation], tables: dict[str, Relation]) -> None:
    foreign = sorted(name for name in tables if name in views and views[name].kind != "v")
    if foreign:
        raise TargetError(
            f"{', '.join(f'{SHOWN}.{name}' for name in foreign)}: not made by the publisher; "
            f"schema {SHOWN} is its own. Move them to another schema, then: patron postgres sync"
        )


def _hold(connection: psycopg.Connection, views: list[str]) -> None:
    """Hold all views exclusively, or fail within the time that readers may be kept waiting."""
    if not views:
        return
    [(circle_ms,)] = connection.execute(
        "select setting::bigint from pg_catalog.pg_settings where name = 'deadlock_timeout'"
    ).fetchall()
    # The statement's time bounds the wait for all views together, lock_timeout only for each.
    bound = sql.Literal(f"{max(1, min(HOLD_MS, circle_ms // 2))}ms")
    connection.execute(sql.SQL("set local statement_timeout = {}").format(bound))
    names = sql.SQL(", ").join(sql.Identifier(SHOWN, name) for name in views)
    connection.execute(sql.SQL("set local lock_timeout = {}").format(bound))
    connection.execute(sql.SQL("lock table {} in access exclusive mode").format(names))
    connection.execute("set local statement_timeout = 0")


def _statements(
    schema: str, tables: dict[str, Relation], views: dict[str, Relation], reader: str
) -> list[sql.Composable]:
    """What turns ``views`` into views of ``tables``: sent as one message while readers wait."""
    statements: list[sql.Composable] = []
    for name, view in views.items():
        gone = name not in tables and view.kind == "v"
        if gone or (name in tables and not _can_stay(view, tables[name])):
            statements.append(sql.SQL("drop view {}").format(sql.Identifier(SHOWN, name)))
    for name, table in tables.items():
        statements += _view_statements(schema, table, views.get(name), reader)
    return statements


def _view_statements(
    schema: str, table: Relation, view: Relation | None, reader: str
) -> list[sql.Composable]:
    target = sql.Identifier(SHOWN, table.name)
    stays = view is not None and _can_stay(view, table)
    statements: list[sql.Composable] = [
        sql.SQL("create or replace view {} as select {} from {}").format(
            target,
            sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns),
            sql.Identifier(schema, table.name),
        )
    ]
    if not (stays and view and view.comment == table.comment):
        comment = sql.Literal(table.comment)
        statements.append(sql.SQL("comment on view {} is {}").format(target, comment))
    known = dict(view.column_comments) if stays and view else {}
    wanted = dict(table.column_comments)
    statements += [
        sql.SQL("comment on column {}.{} is {}").format(
            target, sql.Identifier(name), sql.Literal(wanted.get(name))
        )
        for name, _ in table.columns
        if known.get(name) != wanted.get(name)
    ]
    grant = sql.SQL("grant select on {} to {}").format(target, sql.Identifier(reader))
    return [*statements, grant]


def _can_stay(view: Relation, table: Relation) -> bool:
    """Whether the view may be replaced in place: columns may only be added, at the end."""
    return view.columns == table.columns[: len(view.columns)]


def _who_reads(connection: psycopg.Connection) -> str:
    rows = connection.execute(
        """
        select distinct a.pid, a.usename, a.application_name, a.state, a.xact_start
        from pg_catalog.pg_locks as l
        join pg_catalog.pg_stat_activity as a using (pid)
        join pg_catalog.pg_class as c on c.oid = l.relation
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where n.nspname = %s and l.granted and a.pid <> pg_catalog.pg_backend_pid()
        order by a.xact_start
        """,
        [SHOWN],
    ).fetchall()
    described = []
    for pid, user, application, state, since in rows:
        # Without a monitoring role the publisher sees neither state nor time of others.
        known = [user, application or "unnamed", state, since and f"since {since:%H:%M:%S} UTC"]
        described.append(f"server process {pid} ({', '.join(filter(None, known))})")
    readers = "; ".join(described)
    return (
        f"readers hold the published views of schema {SHOWN} for more than "
        f"{SWAP_PATIENCE_SECONDS} s: {readers or 'they have just ended'}. What was shown stays. "
        "End a forgotten transaction with select pg_terminate_backend(PROCESS); "
        "the next run catches up, or do it now: patron postgres sync"
    )
