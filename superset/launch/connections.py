"""The databases that Superset reads, and how a query reaches them.

Belongs here: addresses without secrets, and what is added to each connection when it is opened.
Does not belong here: what is asked.

Superset's own database holds an address only. With every query the served version is looked up and
the password is taken from the environment, so that a new publication is seen at once and no secret
is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import conninfo
from sqlalchemy.engine import URL, make_url

from launch.deployment import Deployment

DUCKDB, POSTGRESQL = "duckdb", "postgresql"
CONNECT_SECONDS = 10

Mutator = Callable[[URL, dict[str, Any], str | None, Any, Any], tuple[URL, dict[str, Any]]]


@dataclass(frozen=True)
class Connection:
    """One database that holds what is published."""

    kind: str
    address: str  # as Superset stores it: no password
    schema: str


def connections(deployment: Deployment) -> tuple[Connection, ...]:
    """The databases of this deployment: the served file always, PostgreSQL where it is set."""
    served = Connection(DUCKDB, f"duckdb:///{deployment.served_file}", "main")
    dsn = deployment.settings.superset_postgres_dsn
    if dsn is None:
        return (served,)
    address = _without_password(dsn).render_as_string()
    return (served, Connection(POSTGRESQL, address, "patron"))


def opened_by(deployment: Deployment) -> Mutator:
    """What Superset calls before it opens a connection (``DB_CONNECTION_MUTATOR``)."""
    threads = deployment.settings.duckdb_limits

    def opened(
        address: URL, options: dict[str, Any], user: str | None, security: Any, source: Any
    ) -> tuple[URL, dict[str, Any]]:
        if address == make_url(f"duckdb:///{deployment.served_file}"):
            return _served(deployment.served_file, threads, address, options)
        dsn = deployment.settings.superset_postgres_dsn
        if dsn is not None and address == _without_password(dsn):
            arguments = {**options.get("connect_args", {}), "connect_timeout": CONNECT_SECONDS}
            return _postgresql(dsn), {**options, "connect_args": arguments}
        return address, options

    return opened


def _served(
    link: Path, limits: dict[str, str | int], address: URL, options: dict[str, Any]
) -> tuple[URL, dict[str, Any]]:
    """The version that is served now: its own path, read-only, and nothing else of the machine."""
    given = options.get("connect_args", {})
    # One process shares one instance for each path: all its connections need the same options, and
    # what Superset says of the asking user differs from query to query.
    arguments = {
        **given,
        "read_only": True,
        "config": {
            "threads": str(limits["threads"]),
            "memory_limit": str(limits["memory_limit"]),
            "enable_external_access": "false",
            "lock_configuration": "true",
        },
    }
    return address.set(database=str(link.resolve())), {**options, "connect_args": arguments}


def _postgresql(dsn: str) -> URL:
    """A connection string as SQLAlchemy writes it; what the string leaves out stays libpq's."""
    parts = conninfo.conninfo_to_dict(dsn)
    named = {"user", "password", "host", "port", "dbname"}
    port = parts.get("port")
    return URL.create(
        "postgresql+psycopg2",
        username=_text(parts.get("user")),
        password=_text(parts.get("password")),
        host=_text(parts.get("host")),
        port=int(port) if port else None,
        database=_text(parts.get("dbname")),
        query={name: str(value) for name, value in parts.items() if name not in named},
    )


def _without_password(dsn: str) -> URL:
    return _postgresql(dsn)._replace(password=None)  # set() takes None for "leave it"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
