"""From tables to daily extracts: which versions a day's file holds, and how it is written.

Belongs here: packaging and file formats. Does not belong here: what the rows say. How many daily
extracts there are changes only the packaging; the end state stays the same.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import IO, cast

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from orchestration.contracts import ExtractContract
from orchestration.sample_world.columns import DAY, Ints, as_date
from orchestration.sample_world.delivery import broken
from orchestration.sample_world.delivery.broken import BrokenRows, Spoiler
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.parameters import Parameters

OPS = pa.array(["I", "U", "D"])
GZIP_LEVEL = 3  # about half the time of the usual 6, files a quarter larger
CHUNK = 500_000  # rows held in memory as they are delivered


class WorldError(Exception):
    """The sample world cannot be written; the message names the reason and the remedy."""


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
        spoilt = broken.planted(len(of), par) if ways else 0
        chosen = [ways[(day + i) % len(ways)] for i in range(spoilt)]
        folder = landing / table.source / table.name / f"extract_date={as_date(day)}"
        _write_folder(folder, table, _parts(table, of, day, day == days[0]), key, chosen)
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


def _parts(table: Table, of: Ints, day: int, is_first: bool) -> Iterator[pa.Table]:
    """The rows as delivered, in pieces: with extracted_at, and op where changes are told."""
    for start in range(0, max(len(of), 1), CHUNK):
        piece = of[start : start + CHUNK]
        rows = table.rows.take(pa.array(piece, pa.int64())).combine_chunks()
        at = pa.repeat(pa.scalar((day + 1) * DAY - 1, pa.timestamp("s")), len(piece))
        rows = rows.append_column("extracted_at", at)
        if table.mode == "delta":
            op = np.zeros(len(piece), dtype=np.int64) if is_first else table.op[piece]
            rows = rows.append_column("op", OPS.take(pa.array(op)))
        yield rows


def _check_against(table: Table, contract: ExtractContract) -> None:
    known = {column.source_name for column in contract.columns}
    unknown = [name for name in table.rows.column_names if name not in known]
    if unknown or contract.delivery != table.mode:
        raise WorldError(
            f"{table.source}.{table.name}: the contract says {contract.delivery}, the world "
            f"{table.mode}; columns that the contract does not know: {unknown}"
        )


def _write_folder(
    folder: Path, table: Table, parts: Iterator[pa.Table], key: str, ways: list[Spoiler]
) -> None:
    """The folder appears whole: written under a hidden name beside it, then renamed."""
    hidden = folder.with_name(f".{folder.name}")
    hidden.mkdir(parents=True)
    path = hidden / f"{table.name}.{table.format}"
    if table.format == "parquet":
        _write_parquet(path, parts, key, ways)
    else:
        _write_texts(path, table.format, parts, key, ways)
    os.replace(hidden, folder)  # noqa: PTH105 - a folder, atomically


def _write_parquet(path: Path, parts: Iterator[pa.Table], key: str, ways: list[Spoiler]) -> None:
    first = next(parts)
    with pa.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
        for rows in itertools.chain([first], parts):
            writer.write_table(rows)
        if ways:
            writer.write_table(broken.typed_rows(first.slice(0, len(ways)), key, ways))


def _write_texts(
    path: Path, form: str, parts: Iterator[pa.Table], key: str, ways: list[Spoiler]
) -> None:
    """The broken rows are copies of the first ones and stand behind the good ones."""
    is_csv = form.startswith("csv")
    sample: list[dict[str, str | None]] = []
    with _opened(path) as sink:
        for nth, rows in enumerate(parts):
            if nth == 0:
                sample = broken.spoilt_rows(rows.slice(0, len(ways)), key, ways)
            if is_csv:
                pa.csv.write_csv(rows, sink, pa.csv.WriteOptions(include_header=nth == 0))
            else:
                _write_json(sink, rows)
        if ways:
            sink.write(
                broken.csv_lines(sample, ways) if is_csv else broken.json_lines(sample, ways)
            )


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """A file, compressed where its name says so; the gzip header holds neither name nor time."""
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with GzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as packed:
            yield cast(IO[bytes], packed)


def _write_json(sink: IO[bytes], rows: pa.Table) -> None:
    """One JSON object per row and line, in order."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("part", rows)
        texts = connection.execute("select to_json(part)::varchar as line from part")
        for chunk in texts.to_arrow_table()["line"].chunks:
            text = pa.compute.binary_join_element_wise(chunk.cast(pa.string()), "", "\n")
            offsets, data = text.buffers()[1:3]
            ends = np.frombuffer(offsets, dtype=np.int32)[text.offset : text.offset + len(text) + 1]
            sink.write(memoryview(data)[ends[0] : ends[-1]])
