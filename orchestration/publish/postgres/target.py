"""PostgreSQL as one of the targets of a deployment.

Belongs here: that. Does not belong here: the work (the modules beside it).
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.contracts import PublishedContract, load_published_contracts
from orchestration.publish.postgres.read_back import verify_target
from orchestration.publish.postgres.server import configured_target
from orchestration.publish.postgres.synchronise import sync
from orchestration.publish.postgres.versions import Version, shown_at
from orchestration.publish.targets import PublicationTarget, Synced
from orchestration.publish.verify import Difference
from orchestration.settings import CONTRACTS_ROOT, Settings


class PostgresTarget(PublicationTarget):
    """The server of ``PATRON_POSTGRES_DSN``."""

    name = "postgres"
    title = "PostgreSQL"
    kind = "postgres"

    def __init__(
        self, settings: Settings, contracts: Mapping[str, PublishedContract] | None = None
    ) -> None:
        self.target = configured_target(settings)
        self._settings = settings
        self._contracts = contracts

    @property
    def where(self) -> str:
        return str(self.target.address)

    def sync(self, force: bool = False) -> Synced:
        contracts = self._contracts or load_published_contracts(CONTRACTS_ROOT)
        serving, limits = self._settings.zones.serving, self._settings.duckdb_limits
        return sync(self.target, serving, contracts, limits, force=force)

    def differences(self) -> list[Difference]:
        return verify_target(
            self.target, self._settings.zones.serving, self._settings.duckdb_limits
        )

    def shown(self) -> Version | None:
        return shown_at(self.target)
