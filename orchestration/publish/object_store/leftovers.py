"""Deleting what nobody needs: replaced versions, and what killed publishers left.

Belongs here: deciding what may go. Does not belong here: which versions are kept (``pointer.py``).

What this deployment left, it deletes at once: it holds the publisher's lock. What another one
uploads may be in the making, and goes only when nothing of it changed for a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from orchestration.publish.manifest import MANIFEST_NAME
from orchestration.publish.object_store.pointer import VERSION_NAME, VERSIONS, Version
from orchestration.publish.object_store.store import ObjectStore, StoredObject

OTHERS_GRACE = timedelta(days=1)


def delete_others(store: ObjectStore, keep: Iterable[Version], owner: str) -> None:
    """Delete every version but ``keep``, and give up uploads that did not end."""
    kept = {version.folder for version in keep}
    folders: dict[str, list[StoredObject]] = {}
    for stored in store.listed(VERSIONS):
        folders.setdefault(_folder(stored.name), []).append(stored)
    for folder, objects in folders.items():
        if folder not in kept and _may_go(folder, objects, owner):
            # The manifest first: a version without it is not whole, should this be interrupted.
            names = sorted((o.name for o in objects), key=lambda n: not n.endswith(MANIFEST_NAME))
            store.delete(names)
    for upload, upload_id in list(store.unfinished(VERSIONS)):
        if _may_go(_folder(upload.name), [upload], owner):
            store.abort(upload.name, upload_id)


def whole_versions(store: ObjectStore) -> list[str]:
    """Folders of the versions that have a manifest."""
    return [
        stored.name.removesuffix(MANIFEST_NAME)
        for stored in store.listed(VERSIONS)
        if stored.name == _folder(stored.name) + MANIFEST_NAME
    ]


def _folder(name: str) -> str:
    """``versions/<publication>.<load>/`` of an object's name."""
    return "/".join(name.split("/")[:2]) + "/"


def _may_go(folder: str, objects: list[StoredObject], owner: str) -> bool:
    named = VERSION_NAME.fullmatch(folder)
    if named is None:
        return False  # not made by a publisher
    youngest = max(stored.changed_at for stored in objects)
    return named["owner"] == owner or datetime.now(UTC) - youngest > OTHERS_GRACE
