"""Object storage as one of the targets of a deployment.

Belongs here: that. Does not belong here: the work (the modules beside it).
"""

from __future__ import annotations

from orchestration.publish.object_store.pointer import Version, read_pointer
from orchestration.publish.object_store.read_back import verify_store
from orchestration.publish.object_store.store import configured_store
from orchestration.publish.object_store.synchronise import sync
from orchestration.publish.targets import PublicationTarget, Synced
from orchestration.publish.verify import Difference
from orchestration.settings import Settings


class ObjectStoreTarget(PublicationTarget):
    """The bucket of ``PATRON_OBJECT_STORE_URL``."""

    name = "object-store"
    title = "object storage"
    kind = "s3"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.store = configured_store(settings)

    @property
    def where(self) -> str:
        return str(self.store)

    def sync(self, force: bool = False) -> Synced:
        return sync(self.store, self._settings.zones.serving, force=force)

    def differences(self) -> list[Difference]:
        return verify_store(self.store, self._settings.zones.serving, self._settings.duckdb_limits)

    def shown(self) -> Version | None:
        pointer = read_pointer(configured_store(self._settings, tries=1))
        return pointer.shown if pointer else None
