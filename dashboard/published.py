"""What is published, and how the page reads it.

Belongs here: finding the served version, its catalogue, and one read-only connection per query.
Does not belong here: which questions are asked (``views/``) and how answers look (``charts/``).

A version is resolved once per rendering, so that a view shows one publication whole even while
another replaces it. A connection is closed after its query, and the file with the rendering: one
that stays open would keep the old version on the disk and in sight.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

DATABASE_NAME = "patron.duckdb"
MANIFEST_NAME = "manifest.json"


class _Rendering:
    """Files that are held open until a rendering ends."""

    def __init__(self, files: ExitStack) -> None:
        self.files = files
        self.opened: set[Path] = set()


_RENDERING: ContextVar[_Rendering | None] = ContextVar("rendering", default=None)


class UnpublishedError(LookupError):
    """A table or column is not in the publication; the message names it."""


@dataclass(frozen=True)
class PublishedTable:
    """One table of a publication, as its manifest says."""

    name: str
    version: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class UsedExtract:
    """One extract that the publication was made from."""

    source: str
    table: str
    extract_date: date


@dataclass(frozen=True)
class Publication:
    """One version, whole; ``folder`` is its own and not the link that is moved."""

    folder: Path
    publication_id: str
    as_of_date: date
    created_at: datetime
    code_version: str
    content_hash: str
    tables: dict[str, PublishedTable]
    extracts: tuple[UsedExtract, ...]

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table is published with all of these columns."""
        entry = self.tables.get(table)
        return entry is not None and set(columns) <= set(entry.columns)

    def quoted(self, table: str, column: str) -> str:
        """The column as an SQL identifier; the only way by which a name gets into a query.

        Raises:
            UnpublishedError: the table has no such column.
        """
        if not self.has(table, column):
            raise UnpublishedError(f"{table}.{column} is not published")
        return '"' + column.replace('"', '""') + '"'

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Answer of one query, on a connection of its own."""
        return _floats(self._answer(sql, parameters)).to_pandas()

    def ask_table(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """The same with exact types, for an export."""
        return self._answer(sql, parameters)

    def _answer(self, sql: str, parameters: Sequence[Any]) -> pa.Table:
        rendering = _RENDERING.get()
        if rendering is not None and self.database not in rendering.opened:
            rendering.opened.add(self.database)
            rendering.files.enter_context(_connected(self.database))
        with _connected(self.database) as opened:
            return opened.execute(sql, list(parameters)).to_arrow_table()


@contextmanager
def held_open() -> Iterator[None]:
    """Holds the file open from the first question to the last, for one rendering.

    Reading the file's catalogue takes 20 to 30 ms, mostly more than the question itself. Within,
    the connection of a query finds the catalogue read; an answer that is kept opens nothing.
    """
    if _RENDERING.get() is not None:
        yield
        return
    with ExitStack() as files:
        token = _RENDERING.set(_Rendering(files))
        try:
            yield
        finally:
            _RENDERING.reset(token)


def _connected(database: Path) -> duckdb.DuckDBPyConnection:
    # Without external access a query can read this file and nothing else of the machine.
    return duckdb.connect(database, read_only=True, config={"enable_external_access": "false"})


def current_publication(serving: Path) -> Publication | None:
    """What is served now; None before the first publication.

    Raises:
        OSError, ValueError, LookupError, TypeError: something is served that cannot be read.
    """
    link = serving / "current"
    if not link.exists() and not link.is_symlink():
        return None
    folder = link.resolve()
    document = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    return Publication(
        folder=folder,
        publication_id=document["publication_id"],
        as_of_date=date.fromisoformat(document["as_of_date"]),
        created_at=datetime.fromisoformat(document["created_at_utc"]),
        code_version=document["code_version"],
        content_hash=document["content_hash"],
        tables={entry["name"]: _table(entry) for entry in document["tables"]},
        extracts=tuple(
            UsedExtract(e["source"], e["table"], date.fromisoformat(e["extract_date"]))
            for e in document["extracts"]
        ),
    )


def _table(entry: dict[str, Any]) -> PublishedTable:
    columns = tuple(name for name, _ in entry["columns"])
    return PublishedTable(entry["name"], entry["contract_version"], entry["rows"], columns)


def _floats(answer: pa.Table) -> pa.Table:
    """Exact decimals as floats: enough for the screen, where they are rounded anyway."""
    fields = [
        field.with_type(pa.float64()) if pa.types.is_decimal(field.type) else field
        for field in answer.schema
    ]
    return answer.cast(pa.schema(fields))
