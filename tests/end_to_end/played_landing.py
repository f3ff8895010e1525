"""A landing zone on which a sequence is played: files written, corrected, renamed, withdrawn.

Belongs here: what each kind of event does to files. Does not belong here: which events happen
(``extract_sequences.py``).
"""

import csv
import gzip
import io
import json
import os
import random
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from extract_sequences import Event, Kind, Stock, Table

from orchestration.contracts import ExtractContract

Rows = list[dict[str, str | None]]
World = Mapping[Table, Mapping[date, Rows]]
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def read_world(landing: Path) -> World:
    """All rows of a landing zone, as texts."""
    world: dict[Table, dict[date, Rows]] = {}
    for path in sorted(landing.glob("*/*/extract_date=*/*")):
        source, table, folder, _ = path.relative_to(landing).parts
        day = date.fromisoformat(folder.partition("=")[2])
        world.setdefault((source, table), {})[day] = _read(path)
    return world


def stock_of(world: World, contracts: Mapping[Table, ExtractContract]) -> Stock:
    """What can be drawn from."""
    return Stock(
        {table: {day: len(rows) for day, rows in days.items()} for table, days in world.items()},
        frozenset(table for table in world if contracts[table].delivery == "delta"),
    )


class PlayedLanding:
    """The landing zone in ``root``, and which rows stand in each of its files."""

    def __init__(
        self, root: Path, world: World, contracts: Mapping[Table, ExtractContract]
    ) -> None:
        self._root, self._world, self._contracts = root, world, contracts
        self._files: dict[tuple[Table, date], Path] = {}
        self._rows: dict[tuple[Table, date], Rows] = {}

    def play(self, event: Event) -> None:
        """Let one event happen."""
        lots = random.Random(event.lot)
        extract = (event.table, event.day)
        rows = [dict(row) for row in self._rows.get(extract, ())]
        match event.kind:
            case Kind.NEW | Kind.LATE | Kind.MENDED:
                self._write(event, self._world[event.table][event.day])
            case Kind.EMPTY:
                self._write(event, [])
            case Kind.CORRECTED:
                self._write(event, self._corrected(event, rows, lots))
            case Kind.SAME_SIZE | Kind.UNSEEN:
                self._correct_in_place(event, rows, lots)
            case Kind.DELETED:
                self._write(event, self._with_deletions(event, rows, lots))
            case Kind.REFUSED:
                self._write(event, self._spoilt(event, rows, len(rows) // 60))
            case Kind.BLOCKED:
                self._write(event, self._spoilt(event, rows, len(rows)))
            case Kind.WITHDRAWN | Kind.EMPTIED:
                self._files.pop(extract).unlink()
                self._rows.pop(extract)
                if lots.random() < 0.5:
                    self._folder(extract).rmdir()
            case Kind.AGAIN:
                path = self._files[extract]
                path.write_bytes(path.read_bytes())
            case Kind.RENAMED:
                self._write(event, rows, stem="again")
            case Kind.REPEATED:
                later = [its for its in self._files if its[0] == event.table and its > extract]
                target = min(later)
                form = self._files[target].name.partition(".")[2]
                whole = self._merged(event.table, self._rows[target], rows)
                if whole:
                    self._write(Event(event.kind, *target, event.lot, form), whole)

    def _folder(self, extract: tuple[Table, date]) -> Path:
        (source, table), day = extract
        return self._root / source / table / f"extract_date={day}"

    def _write(self, event: Event, rows: Rows, stem: str = "") -> None:
        """Write the extract anew, without a ``stem`` under the name that it had."""
        extract = (event.table, event.day)
        old = self._files.get(extract)
        if not stem:
            stem = old.name.partition(".")[0] if old else event.table[1]
        path = self._folder(extract) / f"{stem}.{event.form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if old and old != path:
            old.unlink()
        path.write_bytes(_as_bytes(rows, self._columns(event.table), event.form))
        self._files[extract], self._rows[extract] = path, rows

    def _columns(self, table: Table) -> list[str]:
        told = next((rows[0] for rows in self._world[table].values() if rows), None)
        return (
            [*told] if told else [column.source_name for column in self._contracts[table].columns]
        )

    def _correct_in_place(self, event: Event, rows: Rows, lots: random.Random) -> None:
        """Other figures in a file of the same size; where nobody may see it, of the same time."""
        extract = (event.table, event.day)
        stamp = self._files[extract].stat()
        for row in lots.sample(rows, min(3, len(rows))):
            self._change_figure(event.table, row, lots)
        self._write(event, rows)
        assert self._files[extract].stat().st_size == stamp.st_size
        if event.kind == Kind.UNSEEN:
            os.utime(self._files[extract], ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    def _corrected(self, event: Event, rows: Rows, lots: random.Random) -> Rows:
        kept = [row for row in rows if lots.random() < 0.95] or rows
        for row in lots.sample(kept, min(5, len(kept))):
            self._change_figure(event.table, row, lots)
        return kept

    def _change_figure(self, table: Table, row: dict[str, str | None], lots: random.Random) -> None:
        contract = self._contracts[table]
        figures = [
            column.source_name
            for column in contract.columns
            if not column.is_key
            and column.type not in ("varchar", "date", "timestamp", "boolean")
            and NUMBER.fullmatch(row.get(column.source_name) or "")
        ]
        if figures:
            name = lots.choice(figures)
            value = str(row[name])
            first = next(place for place, sign in enumerate(value) if sign.isdigit())
            digit = (int(value[first]) + 1) % 10
            row[name] = value[:first] + str(digit) + value[first + 1 :]

    def _with_deletions(self, event: Event, rows: Rows, lots: random.Random) -> Rows:
        """Rows that an earlier extract brought are gone at the source."""
        earlier = [its for its in self._rows if its[0] == event.table and its[1] < event.day]
        known = [row for its in earlier for row in self._rows[its]]
        at = f"{event.day} 23:59:59"
        gone = [
            {**row, "op": "D", "extracted_at": at} for row in lots.sample(known, min(3, len(known)))
        ]
        return self._merged(event.table, rows, gone)

    def _merged(self, table: Table, rows: Rows, added: Rows) -> Rows:
        """``added`` behind ``rows``, in place of what has the same key."""
        key = [
            self._contracts[table].column(name).source_name for name in self._contracts[table].key
        ]
        by_key = {tuple(row.get(name) for name in key): row for row in added}
        kept = [row for row in rows if tuple(row.get(name) for name in key) not in by_key]
        return [*kept, *by_key.values()]

    def _spoilt(self, event: Event, rows: Rows, count: int) -> Rows:
        """``count`` rows that the contract refuses."""
        columns = self._contracts[event.table].columns
        typed = [c.source_name for c in columns if c.type != "varchar" and c.source_name in rows[0]]
        for row in rows[:count]:
            row[typed[0]] = "12,50 approx"
        return rows


def _read(path: Path) -> Rows:
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            found = connection.execute(
                "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(?, hive_partitioning=false)",
                [str(path)],
            )
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    if ".csv" in path.name:
        found_rows = csv.DictReader(io.StringIO(text))
        return [{name: value or None for name, value in row.items()} for row in found_rows]
    rows = []
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue  # planted broken lines; these sequences break their own
        rows.append({name: None if value is None else str(value) for name, value in row.items()})
    return rows


def _as_bytes(rows: Rows, columns: list[str], form: str) -> bytes:
    if form == "parquet":
        sink = io.BytesIO()
        schema = pa.schema([(name, pa.string()) for name in columns])
        pq.write_table(pa.Table.from_pylist(rows, schema), sink)
        return sink.getvalue()
    text = io.StringIO()
    if form.startswith("csv"):
        writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    else:
        text.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    data = text.getvalue().encode()
    return gzip.compress(data, mtime=0) if form.endswith(".gz") else data
