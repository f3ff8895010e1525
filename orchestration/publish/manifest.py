"""The manifest: what a publication holds, what it was made from, and its name.

Belongs here: the typed manifest, its JSON form and the publication id. Does not belong here: where
publications lie (``serving_zone.py``) or whether one is whole (``verify.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST_NAME = "manifest.json"
ROW_GROUP = 122_880  # rows that DuckDB writes and reads as one piece of work


class PublicationError(RuntimeError):
    """A publication cannot be made, read or replaced; the message says what and the remedy."""


@dataclass(frozen=True)
class PublishedFile:
    """One file of a publication; ``path`` is relative to the manifest's folder."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class PublishedTable:
    """One published table; ``columns`` are (name, DuckDB type) in order.

    ``fingerprint`` is that of the same rows as ``content_hash``; older manifests have none.
    """

    name: str
    contract_version: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    content_hash: str
    parquet: PublishedFile
    fingerprint: str | None = None


@dataclass(frozen=True)
class UsedExtract:
    """The newest extract of one source table that a publication was made from."""

    source: str
    table: str
    extract_date: date
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What one publication holds. ``created_at_utc`` is the one value that two runs may differ in.

    ``content_hash`` covers the tables alone; the id also covers the code version and the extracts,
    so that the manifest that is served always tells the truth about both.
    """

    publication_id: str
    as_of_date: date
    created_at_utc: datetime
    code_version: str
    content_hash: str
    database: PublishedFile
    tables: tuple[PublishedTable, ...]
    extracts: tuple[UsedExtract, ...]

    @property
    def files(self) -> tuple[PublishedFile, ...]:
        return (self.database, *(table.parquet for table in self.tables))

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def publication_id(
    as_of: date, content_hash: str, code_version: str, extracts: Sequence[UsedExtract]
) -> str:
    """Name of a publication: the same input and code give the same name."""
    made_from = sorted((e.source, e.table, str(e.extract_date), e.sha256) for e in extracts)
    text = json.dumps([as_of.isoformat(), content_hash, code_version, made_from])
    return f"{as_of}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def render_manifest(manifest: Manifest) -> str:
    """The JSON text of a manifest, ready to be written."""
    document: dict[str, Any] = {"format": FORMAT, **asdict(manifest)}
    document["created_at_utc"] = manifest.created_at_utc.astimezone(UTC).isoformat()
    return json.dumps(document, indent=2, default=str) + "\n"


def read_manifest(path: Path) -> Manifest:
    """Read a manifest from its file, or from the folder of a publication.

    Raises:
        PublicationError: the file is absent, cut off, or of an unknown format.
    """
    file = path / MANIFEST_NAME if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise PublicationError(
                f"{file}: manifest format {document['format']!r} is unknown; known: {FORMAT}"
            )
        return _manifest(document)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublicationError(
            f"{file}: no readable manifest ({type(error).__name__}: {error}); publish again"
        ) from error


def _manifest(document: dict[str, Any]) -> Manifest:
    return Manifest(
        publication_id=document["publication_id"],
        as_of_date=date.fromisoformat(document["as_of_date"]),
        created_at_utc=datetime.fromisoformat(document["created_at_utc"]),
        code_version=document["code_version"],
        content_hash=document["content_hash"],
        database=PublishedFile(**document["database"]),
        tables=tuple(_table(entry) for entry in document["tables"]),
        extracts=tuple(
            UsedExtract(**{**entry, "extract_date": date.fromisoformat(entry["extract_date"])})
            for entry in document["extracts"]
        ),
    )


def _table(entry: dict[str, Any]) -> PublishedTable:
    columns = tuple((str(name), str(type_)) for name, type_ in entry["columns"])
    parquet = PublishedFile(**entry["parquet"])
    return PublishedTable(**{**entry, "columns": columns, "parquet": parquet})
