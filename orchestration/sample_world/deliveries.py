"""From tables to daily extracts: which versions a day's file holds, and how it is written.

Belongs here: packaging and file formats. Does not belong here: what the rows say. How many daily
extracts there are changes only the packaging; the end state stays the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from orchestration.contracts import ExtractContract
from orchestration.sample_world import broken
from orchestration.sample_world.broken import BrokenRows, Spoiler
from orchestration.sample_world.columns import DAY, Ints
from orchestration.sample_world.parameters import Parameters
from orchestration.sample_world.tables import Table

EPOCH = date(1970, 1, 1)
OPS = pa.array(["I", "U", "D"])
CHUNK = 500_000  # rows held in memory as JSON texts at a time


class WorldError(Exception):
    """The sample world cannot be written; the message names the reason and the remedy."""


def day_number(day: date) -> int:
    return (day - EPOCH).days


def as_date(day: int) -> date:
    return EPOCH + timedelta(days=day)


def deliver(
    table: Table,
    contract: ExtractContract,
    landing: Path,
    days: range,
    par: Parameters,
) -> tuple[int, list[BrokenRows]]:
    """Write all extracts of one table; return the good rows written and the broken ones."""
    _check_against(table, contract)
    ways = broken.spoilers(table, contract)
    key = broken.identifying_column(contract) if ways else ""
    written, planted = 0, []
    for day in days:
        of = told_on(table, day, day == days[0])
        if of is None or (not len(of) and table.format.startswith("jsonl")):
            continue
        rows = _extract(table, of, day, day == days[0])
        spoilt = broken.planted(len(of), par)
        chosen = [ways[(day + i) % len(ways)] for i in range(spoilt)] if ways else []
        name = f"extract_date={as_date(day)}"
        folder = landing / table.source / table.name / name
        _write_folder(folder, f"{table.name}.{table.format}", table.format, rows, key, chosen)
        written += len(of)
        for kind in dict.fromkeys(way.kind for way in chosen):
            count = sum(way.kind == kind for way in chosen)
            planted.append(
                BrokenRows(table.source, table.name, as_date(day).isoformat(), kind, count)
            )
    return written, planted


def told_on(table: Table, day: int, is_first: bool) -> Ints | None:
    """Rows of the extract of ``day``, or None where the table is not delivered that day."""
    holds = (table.day <= day) & (table.until > day) & (table.op != 2)
    if is_first:
        return np.flatnonzero(holds)
    if table.cadence == "monthly" and as_date(day).day != 1:
        return None
    if table.mode == "full":
        changed = np.any(table.day == day) or np.any(table.until == day)
        return np.flatnonzero(holds) if changed or table.cadence != "on_change" else None
    return np.flatnonzero((table.day == day) & (table.until > day))


def _extract(table: Table, of: Ints, day: int, is_first: bool) -> pa.Table:
    """The rows as delivered: with extracted_at, and op where the source tells changes."""
    rows = table.rows.take(pa.array(of)).combine_chunks()
    at = pa.repeat(pa.scalar((day + 1) * DAY - 1, pa.timestamp("s")), len(of))
    rows = rows.append_column("extracted_at", at)
    if table.mode != "delta":
        return rows
    op = np.zeros(len(of), dtype=np.int64) if is_first else table.op[of]
    return rows.append_column("op", OPS.take(pa.array(op)))


def _check_against(table: Table, contract: ExtractContract) -> None:
    known = {column.source_name for column in contract.columns}
    unknown = [name for name in table.rows.column_names if name not in known]
    if unknown or contract.delivery != table.mode:
        raise WorldError(
            f"{table.source}.{table.name}: the contract says {contract.delivery}, the world "
            f"{table.mode}; columns that the contract does not know: {unknown}"
        )


def _write_folder(
    folder: Path, name: str, form: str, rows: pa.Table, key: str, ways: list[Spoiler]
) -> None:
    """The folder appears whole: written under a hidden name beside it, then renamed."""
    hidden = folder.with_name(f".{folder.name}")
    hidden.mkdir(parents=True)
    sample = rows.slice(0, len(ways)) if len(ways) <= len(rows) else rows
    if form == "parquet":
        whole = pa.concat_tables([rows, broken.typed_rows(sample, key, ways)]) if ways else rows
        pa.parquet.write_table(whole, hidden / name, compression="zstd")
    else:
        with _opened(hidden / name) as sink:
            _write_text(sink, form, rows)
            if ways:
                spoilt = broken.spoilt_rows(sample, key, ways)
                lines = broken.csv_lines if form.startswith("csv") else broken.json_lines
                sink.write(lines(spoilt, ways))
    os.replace(hidden, folder)  # noqa: PTH105 - a folder, atomically


def _opened(path: Path) -> Any:
    if path.suffix == ".gz":
        return pa.CompressedOutputStream(str(path), "gzip")  # its header holds no time
    return pa.OSFile(str(path), "wb")


def _write_text(sink: Any, form: str, rows: pa.Table) -> None:
    if form.startswith("csv"):
        pa.csv.write_csv(rows, sink)
        return
    for text in _json_texts(rows):
        lines = pa.compute.binary_join_element_wise(text, "", "\n")
        offsets, data = lines.buffers()[1:3]
        ends = np.frombuffer(offsets, dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1]
        sink.write(memoryview(data)[ends[0] : ends[-1]])


def _json_texts(rows: pa.Table) -> Iterator[pa.Array]:
    """One JSON object per row, as text, in order."""
    with duckdb.connect(config={"threads": 1}) as connection:
        for start in range(0, len(rows), CHUNK):
            connection.register("part", rows.slice(start, CHUNK))
            texts = connection.execute("select to_json(part)::varchar as line from part")
            found = texts.to_arrow_table()["line"].combine_chunks()
            chunks = found.chunks if isinstance(found, pa.ChunkedArray) else [found]
            yield from (chunk.cast(pa.string()) for chunk in chunks)
            connection.unregister("part")
