"""The PostgreSQL server: its address without its secret, a connection, the publisher's lock.

Belongs here: reaching the server and being its only publisher. Does not belong here: what is
published there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import conninfo

from orchestration.publish.targets import TargetError
from orchestration.settings import SettingError, Settings

CONNECT_SECONDS = 10
# A restart of a server takes seconds, a failover of a pair half a minute.
CONNECT_PAUSES_SECONDS = (2, 5, 10, 15)
# A publisher that was killed in the middle of a statement leaves its lock when the server has
# noticed: CLIENT_CHECK at the latest.
LOCK_PATIENCE_SECONDS = 30
CLIENT_CHECK = "2s"
PUBLISHER_LOCK = 0x7061_7472_6F6E  # "patron"; advisory locks are numbers, one space per database
LOCK_TIMEOUT = "10s"  # of what is nobody's business but the publisher's
OLDEST_SERVER = 14
INDEX_MEMORY = "256MB"
APPLICATION_NAME = "patron publisher"


@dataclass(frozen=True)
class Address:
    """Where the server is. The connection string may hold a password and is never shown."""

    dsn: str = field(repr=False)

    def __str__(self) -> str:
        """Host, port and database: what may be shown."""
        known = self._parameters()
        host = known.get("host") or os.environ.get("PGHOST") or "local socket"
        port = known.get("port") or os.environ.get("PGPORT") or "5432"
        database = known.get("dbname") or os.environ.get("PGDATABASE") or known.get("user") or ""
        return f"{host}:{port}/{database}"

    def conninfo(self, **changes: str | int) -> str:
        """The connection string in libpq's own form, with ``changes``."""
        given = {"connect_timeout": str(CONNECT_SECONDS), "application_name": APPLICATION_NAME}
        parameters: dict[str, str | int] = {**given, **self._parameters(), **changes}
        return conninfo.make_conninfo("", **parameters)

    def hide_secrets(self, text: str) -> str:
        """``text`` (an error message) on one line, without connection string and password."""
        text = text.replace(self.dsn, "***")
        password = self._parameters().get("password")
        if password:
            # As libpq's form writes it, and as it is.
            for form in (conninfo.make_conninfo("", password=password), password):
                text = text.replace(form, "***")
        return " ".join(text.split())

    def _parameters(self) -> dict[str, str]:
        # Readable: load_settings refuses anything else without quoting it.
        return {name: str(value) for name, value in conninfo.conninfo_to_dict(self.dsn).items()}


@dataclass(frozen=True)
class Target:
    """One server and the role that reads there."""

    address: Address
    reader: str


def configured_target(settings: Settings) -> Target:
    """The server that this deployment publishes to.

    Raises:
        SettingError: there is none.
    """
    if settings.postgres_dsn is None:
        raise SettingError(
            "PATRON_POSTGRES_DSN is not set; to publish to PostgreSQL as well, set it to "
            "postgresql://user:password@host:5432/database"
        )
    return Target(Address(settings.postgres_dsn), settings.postgres_reader)


@contextmanager
def connected(
    address: Address, pauses: Sequence[float] | None = None
) -> Iterator[psycopg.Connection]:
    """A connection for publishing, in autocommit mode; ``pauses`` are those between tries.

    Raises:
        TargetError: the server does not answer, refuses, or is too old.
    """
    connection = _connect(address, CONNECT_PAUSES_SECONDS if pauses is None else pauses)
    try:
        if connection.info.server_version < OLDEST_SERVER * 10_000:
            version = connection.info.server_version // 10_000
            raise TargetError(
                f"PostgreSQL at {address} is version {version}; {OLDEST_SERVER} or newer is needed"
            )
        for setting, value in (
            ("search_path", ""),  # every name is qualified
            ("timezone", "UTC"),
            ("client_connection_check_interval", CLIENT_CHECK),
            ("maintenance_work_mem", INDEX_MEMORY),
            ("statement_timeout", "0"),
            ("lock_timeout", LOCK_TIMEOUT),
            ("client_min_messages", "warning"),
        ):
            connection.execute("select pg_catalog.set_config(%s, %s, false)", [setting, value])
        yield connection
    finally:
        connection.close()


def _connect(address: Address, pauses: Sequence[float]) -> psycopg.Connection:
    started = time.monotonic()
    for pause in (*pauses, None):
        try:
            return psycopg.connect(address.conninfo(), autocommit=True)
        except psycopg.OperationalError as error:
            if pause is None:
                raise TargetError(
                    f"PostgreSQL at {address} cannot be reached "
                    f"(tried for {time.monotonic() - started:.0f} s: "
                    f"{address.hide_secrets(str(error))}); what is served as a file is not "
                    "affected. Start the server or mend PATRON_POSTGRES_DSN; the next run "
                    "catches up, or do it now: patron postgres sync"
                ) from None
            time.sleep(pause)
    raise AssertionError("unreachable: the last try returns or raises")


@contextmanager
def only_publisher(connection: psycopg.Connection, address: Address) -> Iterator[None]:
    """Hold the publisher's lock of the database; the server frees it when the connection ends.

    Raises:
        TargetError: another publisher works there, longer than a killed one would hold the lock.
    """
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while not _locked(connection):
        if time.monotonic() > deadline:
            raise TargetError(
                f"another publisher works on {address}: {_holder(connection)}; "
                "wait until it ends, then: patron postgres sync"
            )
        time.sleep(0.5)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_catalog.pg_advisory_unlock(%s)", [PUBLISHER_LOCK])


def _locked(connection: psycopg.Connection) -> bool:
    [(locked,)] = connection.execute(
        "select pg_catalog.pg_try_advisory_lock(%s)", [PUBLISHER_LOCK]
    ).fetchall()
    return bool(locked)


def _holder(connection: psycopg.Connection) -> str:
    holders = connection.execute(
        """
        select a.pid, a.usename, a.client_addr, a.backend_start
        from pg_catalog.pg_locks as l join pg_catalog.pg_stat_activity as a using (pid)
        where l.locktype = 'advisory' and l.granted
            and l.database = (
                select oid from pg_catalog.pg_database where datname = current_database()
            )
            and (l.classid::bigint << 32) + l.objid::bigint = %s
        """,
        [PUBLISHER_LOCK],
    ).fetchall()
    described = [
        f"server process {pid} of {user} from {client or 'a local socket'}, since {since:%H:%M:%S}"
        for pid, user, client, since in holders
    ]
    return "; ".join(described) or "it has just ended"
