"""The pointer, and the names of versions.

Belongs here: what the pointer says, and reading and writing it. Does not belong here: the objects
that it points to.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration.publish.manifest import MANIFEST_NAME, Manifest
from orchestration.publish.object_store.store import ObjectAbsentError, ObjectStore
from orchestration.publish.targets import TargetError

FORMAT = 1
POINTER_NAME = "current.json"
VERSIONS = "versions/"
VERSION_NAME = re.compile(r"versions/[^/]+\.(?P<owner>[0-9a-f]{6})-[0-9a-f]{6}/")
# A reader that has read the pointer may read what it names for so long after it was replaced, and
# longer while it is the version before the current one.
GRACE = timedelta(hours=1)
# The pointer is filled up with blanks to a multiple of this, so that its size stays. Some libraries
# (pyarrow) ask for an object's size first: a pointer replaced by a longer one just then came cut.
POINTER_BYTES = 16_384


@dataclass(frozen=True)
class Version:
    """A whole version; ``folder`` ends with a slash and is relative to the prefix."""

    folder: str
    publication_id: str
    as_of_date: date
    content_hash: str
    replaced_at_utc: datetime | None = None

    def holds(self, manifest: Manifest) -> bool:
        """Whether this is the publication of ``manifest``, by name and content."""
        mine = (self.publication_id, self.content_hash)
        return mine == (manifest.publication_id, manifest.content_hash)


@dataclass(frozen=True)
class Pointer:
    """What readers are shown, and what they were shown before, newest first."""

    shown: Version
    before: tuple[Version, ...]
    tag: str  # the entity tag of the pointer's object: which state was read

    def kept(self) -> tuple[Version, ...]:
        """Versions that somebody may be reading."""
        now = datetime.now(UTC)
        late = [v for v in self.before[1:] if v.replaced_at_utc and now - v.replaced_at_utc < GRACE]
        return (self.shown, *self.before[:1], *late)


def owner_mark(serving: Path) -> str:
    """Tells this deployment's versions from others', so that it deletes its own leftovers."""
    text = f"{socket.gethostname()}:{serving.resolve()}"
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def new_version(manifest: Manifest, owner: str) -> Version:
    """A version that is going to be uploaded, under a name that was never used."""
    folder = f"{VERSIONS}{manifest.publication_id}.{owner}-{uuid.uuid4().hex[:6]}/"
    return Version(folder, manifest.publication_id, manifest.as_of_date, manifest.content_hash)


def read_pointer(store: ObjectStore) -> Pointer | None:
    """What readers are shown; None before the first publication.

    Raises:
        TargetError: the store does not answer, or the pointer is not one of ours.
    """
    try:
        text, tag = store.read(POINTER_NAME)
    except ObjectAbsentError:
        return None
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r} is unknown; known: {FORMAT}")
        before = tuple(_version(entry) for entry in document["before"])
        return Pointer(_version(document), before, tag)
    except (ValueError, KeyError, TypeError) as error:
        raise TargetError(
            f"{store}{POINTER_NAME} is no readable pointer ({type(error).__name__}: {error}); "
            "move it away, then: patron object-store sync"
        ) from None


def point_to(
    store: ObjectStore, version: Version, manifest: Manifest, before: Pointer | None
) -> Pointer:
    """The commit point: one object is replaced, if it is still the one that was read.

    Raises:
        OvertakenError: another publisher was faster.
    """
    now = datetime.now(UTC)
    earlier: tuple[Version, ...] = ()
    if before is not None:
        shown = (replace(before.shown, replaced_at_utc=now),)
        earlier = tuple(
            v for v in shown + before.kept()[1:] if v.folder != version.folder
        )  # fmt: skip
    document = {
        "format": FORMAT,
        **_entry(version),
        "created_at_utc": manifest.created_at_utc.isoformat(),
        "shown_since_utc": now.isoformat(),
        "manifest": version.folder + MANIFEST_NAME,
        "tables": {t.name: version.folder + t.parquet.path for t in manifest.tables},
        "before": [_entry(v) for v in earlier],
    }
    tag = before.tag if before else None
    text = json.dumps(document, indent=2)
    size = -(-(len(text) + 1) // POINTER_BYTES) * POINTER_BYTES
    store.write(POINTER_NAME, text.ljust(size - 1) + "\n", instead_of=tag)
    return Pointer(version, earlier, tag="")


def _entry(version: Version) -> dict[str, str]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(version).items()
        if value is not None
    }


def _version(entry: Mapping[str, Any]) -> Version:
    replaced = entry.get("replaced_at_utc")
    return Version(
        folder=entry["folder"],
        publication_id=entry["publication_id"],
        as_of_date=date.fromisoformat(entry["as_of_date"]),
        content_hash=entry["content_hash"],
        replaced_at_utc=datetime.fromisoformat(replaced) if replaced else None,
    )
