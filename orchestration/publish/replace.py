"""Replacing what is served: a whole old version or a whole new one, never a mix.

Belongs here: promotion, rollback and cleaning up after them. Does not belong here: building
(``candidate.py``) or comparing (``verify.py``).

The one commit point is ``os.replace`` of the link ``current``. Everything before it is invisible
to readers; everything after it is cleaning up, which the next promotion finishes if this one is
killed.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from orchestration.publish import durable
from orchestration.publish.candidate import Candidate
from orchestration.publish.manifest import Manifest, PublicationError, read_manifest
from orchestration.publish.one_publisher import only_publisher_of
from orchestration.publish.serving_zone import PROMOTION_NAME, ServingZone
from orchestration.publish.verify import Difference, verify_version

Reason = Literal[
    "first",  # nothing was served before
    "newer_as_of",
    "same_as_of",  # the same day again, with other content, code or extracts
    "forced",  # an older day, asked for explicitly
    "repaired",  # what was served is not what its manifest says
    "unchanged",  # not replaced: this very publication is served
    "older_as_of",  # not replaced: a newer day is served
]
NOT_REPLACED: tuple[Reason, ...] = ("unchanged", "older_as_of")
LINK_NAME = ".current-next"
LOCK_NAME = ".lock"


@dataclass(frozen=True)
class Promotion:
    """What a promotion did; ``previous`` is what was served before it, None where unreadable."""

    published: bool
    reason: Reason
    served: Manifest
    previous: Manifest | None


@dataclass(frozen=True)
class Rollback:
    """From which publication to which; ``done`` is False for a dry run."""

    abandoned: Manifest
    restored: Manifest
    done: bool


def promote(candidate: Candidate, serving: Path, force: bool = False) -> Promotion:
    """Serve ``candidate`` in place of what is served, unless that has a newer as-of date.

    A candidate that is not served is deleted: building it again is cheap. The current version and
    the one before it are kept.

    Raises:
        PublicationError: the candidate is not what its manifest says, or another promotion runs;
            what is served stays.
    """
    zone = ServingZone(serving)
    with only_publisher_of(str(zone.root), zone.root / LOCK_NAME):
        _require_whole(candidate.folder, verify_version(candidate.folder))
        reason, previous = _decide(candidate.manifest, zone, force)
        published = reason not in NOT_REPLACED
        _clean_up(zone, keep=candidate.folder)
        if published:
            _install(candidate, zone)
        _clean_up(zone)
        return Promotion(published, reason, read_manifest(zone.current), previous)


def rollback(serving: Path, dry_run: bool = False) -> Rollback:
    """Serve the version before the current one again.

    The abandoned version is deleted by the next promotion.

    Raises:
        PublicationError: there is no version to go back to, or it is damaged.
    """
    zone = ServingZone(serving)
    with only_publisher_of(str(zone.root), zone.root / LOCK_NAME):
        current, previous = zone.current_version(), zone.previous_version()
        if current is None or previous is None:
            raise PublicationError(
                f"{serving}: no previous version to go back to; publish the day that you want "
                "with `patron run --as-of DATE`"
            )
        _require_whole(previous, verify_version(previous))
        result = Rollback(read_manifest(current), read_manifest(previous), done=not dry_run)
        if not dry_run:
            _point_to(zone, previous)
    return result


def _decide(candidate: Manifest, zone: ServingZone, force: bool) -> tuple[Reason, Manifest | None]:
    current = zone.current_version()
    if current is None:
        return "first", None
    try:
        now = read_manifest(current)
    except PublicationError:
        return "repaired", None
    if candidate.publication_id == now.publication_id:
        is_whole = not verify_version(current, trust_bytes=True)
        return ("unchanged" if is_whole else "repaired"), now
    if candidate.as_of_date < now.as_of_date:
        return ("forced" if force else "older_as_of"), now
    return ("same_as_of" if candidate.as_of_date == now.as_of_date else "newer_as_of"), now


def _install(candidate: Candidate, zone: ServingZone) -> None:
    replaced = zone.current_version()
    record = {
        "replaced": replaced.name if replaced else None,
        "promoted_at_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    durable.write_file(candidate.folder / PROMOTION_NAME, json.dumps(record, indent=2) + "\n")
    durable.sync_folder(candidate.folder)
    durable.make_folder(zone.versions)
    version = _free_name(zone.versions / candidate.manifest.publication_id)
    candidate.folder.rename(version)
    durable.sync_folder(zone.versions)
    _point_to(zone, version)


def _point_to(zone: ServingZone, version: Path) -> None:
    """The commit point."""
    link = zone.root / LINK_NAME
    link.unlink(missing_ok=True)
    link.symlink_to(version.relative_to(zone.root))  # relative: the home folder may be moved
    os.replace(link, zone.current)  # noqa: PTH105 - the name that the documentation speaks of
    durable.sync_folder(zone.root)


def _free_name(version: Path) -> Path:
    """``version``, or with a counter where the kept previous or a damaged version has that name."""
    names = [version, *(version.with_name(f"{version.name}.{n}") for n in range(2, 5))]
    return next(name for name in names if not name.exists())  # at most two versions are kept


def _clean_up(zone: ServingZone, keep: Path | None = None) -> None:
    """Delete what is neither served nor the version before it: all that killed runs left."""
    kept = {
        folder.resolve()
        for folder in (zone.current_version(), zone.previous_version(), keep)
        if folder is not None
    }
    for parent in (zone.versions, zone.candidates):
        for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
            if folder.resolve() not in kept:
                shutil.rmtree(folder)
    (zone.root / LINK_NAME).unlink(missing_ok=True)


def _require_whole(folder: Path, differences: list[Difference]) -> None:
    if differences:
        listed = "; ".join(str(difference) for difference in differences)
        raise PublicationError(f"{folder.name} is not what its manifest says: {listed}")
