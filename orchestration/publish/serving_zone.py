"""The serving zone: where publications lie, which one is served, and how a reader opens it.

Belongs here: names and places, read only. Does not belong here: making a candidate
(``candidate.py``) or changing what is served (``replace.py``).

    serving/current -> versions/<id>          one symbolic link: the whole state of what is served
    serving/versions/<id>/                    patron.duckdb, parquet/<table>.parquet, manifest.json,
                                              promotion.json (the version that it replaced)
    serving/candidates/<id>/                  complete and not yet checked; building-* incomplete

A reader opens ``current/patron.duckdb`` read-only, for each query or refresh. One open sees one
version whole, and keeps it until it closes, even when the version is replaced and deleted. A new
connection sees the new version, also in a process that still holds an old one: DuckDB shares one
instance for each resolved path of a process, and every version has a path of its own (a file
replaced in place would be that trap). A glob over ``current/parquet`` opens several files one
after the other, so that a replacement may fall between them: resolve the link once and read the
files of the folder that it names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from orchestration.publish.manifest import Manifest, PublicationError, read_manifest

DATABASE_NAME = "patron.duckdb"
PARQUET_FOLDER = "parquet"
PROMOTION_NAME = "promotion.json"
BUILDING_PREFIX = "building-"


@dataclass(frozen=True)
class ServingZone:
    """Places in the serving zone."""

    root: Path

    @property
    def current(self) -> Path:
        return self.root / "current"

    @property
    def versions(self) -> Path:
        return self.root / "versions"

    @property
    def candidates(self) -> Path:
        return self.root / "candidates"

    def current_version(self) -> Path | None:
        """Folder of the version that is served; None before the first publication.

        Raises:
            PublicationError: ``current`` is something else than a link.
        """
        if self.current.is_symlink():
            return self.root / self.current.readlink()
        if self.current.exists():
            raise PublicationError(
                f"{self.current} is no symbolic link (copied without its links?): move it away"
            )
        return None

    def previous_version(self) -> Path | None:
        """Folder of the version that the served one replaced; None where there is none."""
        current = self.current_version()
        if current is None:
            return None
        try:
            name = json.loads((current / PROMOTION_NAME).read_text(encoding="utf-8"))["replaced"]
        except (OSError, ValueError, KeyError, TypeError):
            return None  # a damaged version has no known predecessor
        folder = self.versions / name if name else None
        return folder if folder is not None and folder.is_dir() else None


def served(serving: Path) -> Manifest | None:
    """Manifest of what is served now; None before the first publication.

    Raises:
        PublicationError: something is served, and its manifest cannot be read.
    """
    folder = ServingZone(serving).current_version()
    return None if folder is None else read_manifest(folder)


def how_to_open(manifest: Manifest, serving: Path) -> tuple[str, ...]:
    """Commands that open the publication: DuckDB's shell, Python, Parquet."""
    database = serving / "current" / DATABASE_NAME
    table = manifest.tables[0].name
    parquet = serving / "current" / PARQUET_FOLDER / f"{table}.parquet"
    return (
        f"duckdb -readonly {database}",
        f"python -c \"import duckdb; duckdb.connect('{database}', read_only=True)"
        f".sql('from {table}').show()\"",
        f"{parquet}  (and {len(manifest.tables) - 1} more beside it)",
    )
