"""PostgreSQL follows what is served: the order of looking, loading, reading back, swapping.

Belongs here: deciding what has to be done. Does not belong here: doing it.

The file that is served is the truth, also after ``patron rollback``. Killed at any moment,
PostgreSQL shows the old version or the new one, and the next call finishes and cleans up.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg

from orchestration.contracts import PublishedContract
from orchestration.publish.manifest import Manifest
from orchestration.publish.postgres.load import load_version, served_file
from orchestration.publish.postgres.manifest_tables import manifest_differences, seal_version
from orchestration.publish.postgres.read_back import DuckdbConfig, content_differences
from orchestration.publish.postgres.reader_role import prepare_schema, trespasses
from orchestration.publish.postgres.server import Target, connected, only_publisher
from orchestration.publish.postgres.swap import show_version
from orchestration.publish.postgres.versions import (
    SHOWN,
    Version,
    delete_others,
    shown_version,
    whole_versions,
)
from orchestration.publish.targets import Action, Synced, TargetError, refuse_newer
from orchestration.publish.verify import Difference

TRIES = 2  # a connection that breaks once is tried again from the start; twice is a fault


def sync(
    target: Target,
    serving: Path,
    contracts: Mapping[str, PublishedContract],
    duckdb_config: DuckdbConfig,
    *,
    force: bool = False,
) -> Synced:
    """Make PostgreSQL show the publication that is served.

    Args:
        force: replace a newer day that another deployment published there.

    Raises:
        TargetError: it cannot be done now; what PostgreSQL showed, it still shows.
        PublicationError: nothing is served.
    """
    started = time.monotonic()
    for remaining in reversed(range(TRIES)):
        try:
            with served_file(serving, duckdb_config) as (file, manifest):
                work = _Work(target, serving, manifest, contracts, duckdb_config)
                action, replaced = work.carry_out(file, force)
            return Synced(action, manifest, replaced, time.monotonic() - started)
        except psycopg.Error as error:
            if remaining and isinstance(error, psycopg.OperationalError):
                continue
            # The primary message alone: DETAIL and CONTEXT may quote rows.
            reason = error.diag.message_primary or target.address.hide_secrets(str(error))
            raise TargetError(
                f"publishing to PostgreSQL at {target.address} failed: {reason}; what it showed "
                "stays. The next run catches up, or do it now: patron postgres sync"
            ) from None
    raise AssertionError("unreachable: the last try returns or raises")


@dataclass(frozen=True)
class _Work:
    """One try."""

    target: Target
    serving: Path
    manifest: Manifest
    contracts: Mapping[str, PublishedContract]
    duckdb_config: DuckdbConfig

    def carry_out(
        self, file: duckdb.DuckDBPyConnection, force: bool
    ) -> tuple[Action, Version | None]:
        address = self.target.address
        with connected(address) as connection, only_publisher(connection, address):
            prepare_schema(connection, self.target.reader)
            shown = shown_version(connection)
            if not force:
                refuse_newer(
                    shown,
                    self.manifest,
                    self.serving,
                    where=f"PostgreSQL at {address}",
                    command="patron postgres sync",
                )
            if shown and shown.holds(self.manifest) and self._is_shown_whole(connection):
                others = [v for v in whole_versions(connection) if v.schema != shown.schema]
                delete_others(connection, [shown, *others[:1]])
                return "unchanged", None
            damaged = shown is not None and shown.holds(self.manifest)
            version = self._kept(connection)
            action: Action = "repaired" if damaged else "restored" if version else "loaded"
            if version is None:
                version = self._loaded(connection, file)
            show_version(connection, version.schema, self.target.reader)
            replaced = None if damaged else shown
            delete_others(connection, [version, replaced] if replaced else [version])
            return action, replaced

    def _is_shown_whole(self, connection: psycopg.Connection) -> bool:
        return not (
            trespasses(connection, self.target.reader) or self._differences(connection, SHOWN)
        )

    def _kept(self, connection: psycopg.Connection) -> Version | None:
        """A whole version of this publication: of before a rollback, or of a publisher that was
        killed just before it could show it, or behind views that somebody changed."""
        for version in whole_versions(connection):
            if version.holds(self.manifest) and not self._differences(connection, version.schema):
                return version
        return None

    def _loaded(self, connection: psycopg.Connection, file: duckdb.DuckDBPyConnection) -> Version:
        shown = shown_version(connection)
        delete_others(connection, [shown] if shown else [])  # makes room before loading
        version = load_version(connection, file, self.manifest, self.contracts)
        seal_version(connection, version, self.manifest)
        differences = self._differences(connection, version.schema)
        if differences:
            listed = "; ".join(str(difference) for difference in differences)
            raise TargetError(f"PostgreSQL did not keep what was loaded: {listed}")
        return version

    def _differences(self, connection: psycopg.Connection, schema: str) -> list[Difference]:
        return manifest_differences(connection, schema, self.manifest) + content_differences(
            self.target.address, schema, self.manifest, self.duckdb_config
        )
