"""Object storage follows what is served: the order of looking, uploading, reading back, showing.

Belongs here: deciding what has to be done. Does not belong here: doing it.

Killed at any moment, the pointer names the old version or the new one, and the next call finishes
and cleans up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from orchestration.publish.manifest import Manifest, PublicationError, read_manifest
from orchestration.publish.object_store.leftovers import delete_others, whole_versions
from orchestration.publish.object_store.load import seal_version, upload_version
from orchestration.publish.object_store.pointer import (
    Pointer,
    Version,
    new_version,
    owner_mark,
    point_to,
    read_pointer,
)
from orchestration.publish.object_store.read_back import object_differences
from orchestration.publish.object_store.store import ObjectStore, OvertakenError
from orchestration.publish.one_publisher import only_publisher_of
from orchestration.publish.serving_zone import ServingZone
from orchestration.publish.targets import Action, Synced, TargetError, refuse_newer

LOCK_NAME = ".object-store.lock"


def sync(store: ObjectStore, serving: Path, *, force: bool = False) -> Synced:
    """Make the pointer show the publication that is served.

    Args:
        force: replace a newer day that another deployment published there.

    Raises:
        TargetError: it cannot be done now; what readers saw, they still see.
        PublicationError: nothing is served, or another process publishes.
    """
    started = time.monotonic()
    folder = ServingZone(serving).current_version()
    if folder is None:
        raise PublicationError(f"nothing is published yet in {serving}; start `patron run`")
    manifest = read_manifest(folder)
    with only_publisher_of(str(store), serving / LOCK_NAME):
        work = _Work(store, serving, folder, manifest, owner_mark(serving))
        try:
            action, replaced = work.carry_out(force)
        except OvertakenError:
            raise TargetError(
                f"another publisher wrote to {store} meanwhile, and its publication is shown; "
                "one prefix is for one deployment. To show this one: patron object-store sync"
            ) from None
    return Synced(action, manifest, replaced, time.monotonic() - started)


@dataclass(frozen=True)
class _Work:
    store: ObjectStore
    serving: Path
    folder: Path
    manifest: Manifest
    owner: str

    def carry_out(self, force: bool) -> tuple[Action, Version | None]:
        pointer = read_pointer(self.store)
        shown = pointer.shown if pointer else None
        if not force:
            refuse_newer(
                shown,
                self.manifest,
                self.serving,
                where=str(self.store),
                command="patron object-store sync",
            )
        damaged = shown is not None and shown.holds(self.manifest)
        if pointer and damaged and self._is_whole(pointer.shown):
            delete_others(self.store, pointer.kept(), self.owner)
            return "unchanged", None
        version = self._kept(pointer)
        action: Action = "repaired" if damaged else "restored" if version else "loaded"
        if version is None:
            # Makes room before uploading.
            delete_others(self.store, pointer.kept() if pointer else (), self.owner)
            version = self._uploaded()
        now = point_to(self.store, version, self.manifest, pointer)
        delete_others(self.store, now.kept(), self.owner)
        return action, None if damaged else shown

    def _is_whole(self, version: Version) -> bool:
        return not object_differences(self.store, version, self.manifest)

    def _kept(self, pointer: Pointer | None) -> Version | None:
        """A whole version of this publication: of before a rollback, or of a publisher that was
        killed just before it could show it."""
        shown = pointer.shown.folder if pointer else None
        mine = self.manifest
        for folder in whole_versions(self.store):
            if folder.startswith(f"versions/{mine.publication_id}.") and folder != shown:
                version = Version(folder, mine.publication_id, mine.as_of_date, mine.content_hash)
                if self._is_whole(version):
                    return version
        return None

    def _uploaded(self) -> Version:
        version = new_version(self.manifest, self.owner)
        upload_version(self.store, version, self.manifest, self.folder)
        seal_version(self.store, version, self.manifest)
        differences = object_differences(self.store, version, self.manifest)
        if differences:
            listed = "; ".join(str(difference) for difference in differences)
            raise TargetError(f"{self.store} did not keep what was uploaded: {listed}")
        return version
