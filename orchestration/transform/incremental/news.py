"""What is new since the kept tables were made: rows, and prices and rates that changed.

Belongs here: finding the raw rows that came, left or became visible, and the source records and
orders that they name. Does not belong here: whom else that touches (``closure.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts import PROVENANCE_COLUMNS
from orchestration.history.change_log import quoted
from orchestration.settings import Zones
from orchestration.transform.incremental.base import Base, Partition
from orchestration.transform.incremental.followed import (
    LOOKED_UP,
    Followed,
    followed_tables,
)
from orchestration.transform.incremental.part import KeptPart

# Written by the loader or the source with each delivery, of rows that are the same.
OF_DELIVERY = ("extracted_at", *(column.name for column in PROVENANCE_COLUMNS))


class CannotFollow(Exception):
    """Everything has to be made anew; the message says why."""


@dataclass(frozen=True)
class Files:
    """Raw files of a followed table: that are visible, that came, and that went."""

    visible: tuple[Path, ...]
    added: tuple[Path, ...]
    removed: tuple[Path, ...]


def followed_files(
    part: KeptPart, base: Base, now: Iterable[Partition], zones: Zones
) -> dict[str, Files]:
    """What came to each followed table of the chain, by node.

    Raises:
        CannotFollow: rows came or went that cannot be followed.
    """
    now = frozenset(now)
    for node in part.unfollowed:
        source, table = node.split(".")[2:]
        if node.startswith("source.patron.raw.") or _of(now | base.partitions, source, table):
            raise CannotFollow(f"rows of {source}.{table} cannot be followed to customers")
    found = {}
    for node, followed in followed_tables().items():
        contract = followed.contract
        visible = _of(now, contract.source, contract.table)
        before = _of(base.partitions, contract.source, contract.table)
        added, removed = visible - before, before - visible
        if removed and (contract.delivery != "full" or not visible):
            dates = ", ".join(sorted(day for _, _, day, _ in removed))
            raise CannotFollow(f"{contract.table} of {dates} was replaced or withdrawn")
        files = Files(*(tuple(_paths(some, zones)) for some in (visible, added, removed)))
        for path in files.removed:
            if not path.exists():
                raise CannotFollow(f"the snapshot of {contract.table} before is gone")
        found[node] = files
    return found


def news_sql(followed: Followed, files: Files, base: Base) -> str:
    """The rows of a raw table that came or went since, or were dated after the as-of date then."""
    contract = followed.contract
    if contract.delivery == "full":
        return _differing(followed, files)
    parts = [f"FROM {_scan(files.added)}"] if files.added else []
    before = [path for path in files.visible if path not in files.added]
    if contract.event_time and before:
        until = f"TIMESTAMP '{base.until}'"
        parts.append(f"FROM {_scan(before)} WHERE {contract.event_time} >= {until}")
    return " UNION ALL ".join(parts) or f"FROM {followed.relation} WHERE false"


def named_sql(followed: Followed, news: str, column: str) -> str:
    """``source_system`` and ``column`` of the news, and of older versions of the same rows."""
    key = followed.contract.key
    selected = f"SELECT source_system, {column}"
    if followed.contract.delivery == "full" or followed.is_told_by_key(column):
        return f"{selected} FROM {news}"
    versions = f"SELECT * FROM {followed.relation} SEMI JOIN {news} USING ({', '.join(key)})"
    return f"{selected} FROM ({versions}) UNION ALL {selected} FROM {news}"


def changed_orders_sql(connection: duckdb.DuckDBPyConnection, made: Mapping[str, str]) -> list[str]:
    """Queries of the orders whose product or rate changed; ``made`` are today's tables by node."""
    found = []
    for node, looked_up in LOOKED_UP.items():
        if node not in made:
            continue
        columns = [name for name, *_ in connection.execute(f"DESCRIBE {made[node]}").fetchall()]
        ends = looked_up.ends
        same = (*looked_up.key, looked_up.begins)
        others = [name for name in columns if name not in (*same, ends)]
        old, new = (
            f"(SELECT {', '.join(same)}, {ends} AS ends, row({', '.join(others)}) AS content "
            f"FROM {relation})"
            for relation in (looked_up.relation, made[node])
        )
        found.append(
            f"WITH changed AS (SELECT {', '.join(looked_up.key)}, "
            "CASE WHEN old.content = new.content THEN least(old.ends, new.ends) "
            f"ELSE {looked_up.begins} END AS begins, greatest(old.ends, new.ends) AS ends "
            f"FROM {old} AS old FULL JOIN {new} AS new USING ({', '.join(same)}) "
            "WHERE old.content IS DISTINCT FROM new.content OR old.ends <> new.ends) "
            + looked_up.orders
        )
    return found


def _differing(followed: Followed, files: Files) -> str:
    """The rows of two snapshots that are in one of them. Which of several versions of a key in a
    snapshot counts is told by when they were extracted: by how long before the newest row."""
    if not files.added and not files.removed:
        return f"FROM {followed.relation} WHERE false"
    names = [column.name for column in followed.contract.raw_columns]
    told = ", ".join(name for name in names if name not in OF_DELIVERY)
    sides = []
    for these, others in ((files.added, files.removed), (files.removed, files.added)):
        if not these:
            continue
        here, there = (
            f"hash({told}, (SELECT max(extracted_at) FROM {_scan(some)}) - extracted_at)"
            for some in (these, others or these)
        )
        without = f" WHERE {here} NOT IN (SELECT {there} FROM {_scan(others)})" if others else ""
        sides.append(f"FROM {_scan(these)}{without}")
    return " UNION ALL ".join(sides)


def _of(partitions: frozenset[Partition], source: str, table: str) -> frozenset[Partition]:
    return frozenset(p for p in partitions if p[:2] == (source, table))


def _paths(partitions: Iterable[Partition], zones: Zones) -> Iterable[Path]:
    for source, table, day, content_hash in sorted(partitions):
        yield zones.raw / source / table / f"extract_date={day}" / f"data-{content_hash}.parquet"


def _scan(files: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(quoted(path) for path in files)}])"
