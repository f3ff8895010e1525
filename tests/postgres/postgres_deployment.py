"""A deployment that publishes the small publication into a database of its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from postgres_server import Server

from orchestration.publish import Promotion
from orchestration.publish.postgres import Synced, Target, sync, verify_target
from orchestration.publish.verify import Difference

# The small publication belongs to the tests of the served file, run on their own or with these.
sys.path.append(str(Path(__file__).parents[1] / "unit" / "publish"))

from small_publication import CONTRACTS, publish

DAY = date(2025, 6, 30)
DUCKDB: dict[str, str | int] = {"threads": 1, "memory_limit": "500MB"}


@dataclass
class Deployment:
    """A home folder that publishes into a database of its own."""

    home: Path
    server: Server
    database: str
    target: Target

    @property
    def serving(self) -> Path:
        return self.home / "serving"

    def publish(self, day: date = DAY, **changes: Any) -> Promotion:
        return publish(self.home, day, **changes)

    def sync(self, force: bool = False) -> Synced:
        return sync(self.target, self.serving, CONTRACTS, DUCKDB, force=force)

    def differences(self) -> list[Difference]:
        return verify_target(self.target, self.serving, DUCKDB)

    def rows(self, query: str, user: str = "administrator", **parameters: Any) -> list[Any]:
        with psycopg.connect(self.server.dsn(self.database, user), autocommit=True) as connection:
            return connection.execute(query, parameters or None).fetchall()

    def do(self, statement: str) -> None:
        with self.server.administer(self.database) as connection:
            connection.execute(statement)

    def shown_day(self) -> date:
        [(day,)] = self.rows("select as_of_date from patron.publication")
        return day

    def versions(self) -> list[str]:
        found = self.rows(
            "select nspname from pg_namespace where nspname like 'patron_version%' order by 1"
        )
        return [name for (name,) in found]
