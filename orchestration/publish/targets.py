"""What every place beside the served file has in common, whatever it stores.

Belongs here: what a target is to the rest of the system, and when it must not follow. Does not
belong here: how one of them stores a publication (``publish/postgres``, ``publish/object_store``).

The file that is served is the truth for every target, also after ``patron rollback``. A target
shows a whole publication, the old one or the new one, and catches up when it could not follow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from orchestration.publish.manifest import Manifest, PublicationError
from orchestration.publish.serving_zone import ServingZone
from orchestration.publish.verify import Difference
from orchestration.settings import Settings

Action = Literal[
    "loaded",  # the served publication was loaded and is shown
    "restored",  # a kept version of it is shown again
    "repaired",  # what was shown had its name and not its content
    "unchanged",  # it is shown, whole
]


class TargetError(PublicationError):
    """A target cannot be made to say what is served; the message says why and the remedy."""


class Shown(Protocol):
    """The publication that readers of a target see."""

    @property
    def publication_id(self) -> str: ...

    @property
    def as_of_date(self) -> date: ...

    def holds(self, manifest: Manifest) -> bool:
        """Whether this is the publication of ``manifest``, by name and content."""
        ...


@dataclass(frozen=True)
class Synced:
    """What a sync did; ``replaced`` is what was shown before, where that was something else."""

    action: Action
    manifest: Manifest
    replaced: Shown | None
    seconds: float

    def __str__(self) -> str:
        what = f"{self.action} {self.manifest.publication_id} ({self.manifest.rows:,} rows)"
        instead = f" instead of {self.replaced.publication_id}" if self.replaced else ""
        return f"{what}{instead} in {self.seconds:.1f} s"


class PublicationTarget(ABC):
    """One place that shows what is served."""

    name: ClassVar[str]  # of its asset and its command
    title: ClassVar[str]
    kind: ClassVar[str]  # the badge that Dagster draws

    @property
    @abstractmethod
    def where(self) -> str:
        """Its address, without secrets."""

    @abstractmethod
    def sync(self, force: bool = False) -> Synced:
        """Show the publication that is served.

        Args:
            force: replace a newer day that another deployment published there.

        Raises:
            TargetError: it cannot be done now; what was shown stays.
            PublicationError: nothing is served.
        """

    @abstractmethod
    def differences(self) -> list[Difference]:
        """Compare what readers see with the manifest of what is served; empty: they agree.

        Raises:
            TargetError: it cannot be read.
        """

    @abstractmethod
    def shown(self) -> Shown | None:
        """What readers see now, for a person who asks: no patience.

        Raises:
            TargetError: it cannot be reached.
        """


def configured_targets(settings: Settings) -> list[PublicationTarget]:
    """The targets of this deployment; one that is not configured is not imported."""
    targets: list[PublicationTarget] = []
    if settings.postgres_dsn is not None:
        from orchestration.publish.postgres.target import PostgresTarget

        targets.append(PostgresTarget(settings))
    if settings.object_store_url is not None:
        from orchestration.publish.object_store.target import ObjectStoreTarget

        targets.append(ObjectStoreTarget(settings))
    return targets


def refuse_newer(
    shown: Shown | None, manifest: Manifest, serving: Path, *, where: str, command: str
) -> None:
    """A newer day gives way only to the deployment that published it: then it went back.

    Raises:
        TargetError: a newer day is shown, and it is not of this deployment.
    """
    if shown is None or shown.as_of_date <= manifest.as_of_date:
        return
    versions = ServingZone(serving).versions
    ours = versions.iterdir() if versions.is_dir() else ()
    if not any(folder.name.startswith(shown.publication_id) for folder in ours):
        raise TargetError(
            f"{where} shows {shown.publication_id}, newer than {manifest.publication_id} and not "
            f"of this deployment. If this one is to replace it: {command} --force"
        )
