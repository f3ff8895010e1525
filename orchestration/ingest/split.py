"""Splitting the files of one extract into accepted and refused rows, and committing both.

Belongs here: fetching the judged rows, numbering them, adding up. Does not belong here: what makes
a row refused (``rules.py``, the readers, ``duplicates.py``).

A record of a file has three numbers: ``record`` counts what landed, ``emitted`` (from 0) what the
parser let through, ``source_row`` what was accepted. Sorted lists of refused numbers turn one into
the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.ingest import partition
from orchestration.ingest.duplicates import find_duplicates
from orchestration.ingest.errors import QuarantineLimitExceeded, RowsLost, UnreadableFile
from orchestration.ingest.open_file import open_file
from orchestration.ingest.partition import FileResult, Manifest, partition_folder
from orchestration.ingest.quarantine import (
    QuarantineWriter,
    commit_refused,
    count_reasons,
    remove_other_refused,
)
from orchestration.ingest.raw_writer import RawWriter
from orchestration.ingest.reader import (
    Numbers,
    OpenedFile,
    StrictReadingNeeded,
    Work,
    is_about_content,
    numbers_after_gaps,
)
from orchestration.ingest.rules import Reason
from orchestration.ingest.text_file import forget_rejects
from orchestration.settings import Zones

ARROW_TYPES = {
    "varchar": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal(18,4)": pa.decimal128(18, 4),
    "decimal(18,6)": pa.decimal128(18, 6),
    "decimal(18,8)": pa.decimal128(18, 8),
}


@dataclass
class _Tally:
    """What became of one file so far."""

    path: Path
    opened: OpenedFile
    accepted: int
    reasons: dict[int, list[Reason]] = field(default_factory=dict)  # by record number

    def result(self) -> FileResult:
        return FileResult(
            name=self.path.name,
            size=self.opened.size,
            sha256=self.opened.sha256,
            rows_landed=self.opened.landed,
            rows_accepted=self.accepted,
            rows_quarantined=len(self.reasons),
            refused_by_reason=count_reasons(self.reasons),
        )


def split_extract(
    work: Work, files: Sequence[Path], zones: Zones
) -> tuple[tuple[FileResult, ...], list[str]]:
    """Load ``files`` into one partition; returns their results and warnings."""
    accepted = work.folder / "accepted.parquet"
    tallies = _split_files(work, files, accepted)
    _refuse_duplicates(work, tallies, accepted)
    for tally in tallies:
        _check_sum(work, tally)
    refused_file = _write_refused(work, tallies, zones)
    _check_share(work, tallies, zones, refused_file)
    name, digest = partition.name_by_content(accepted)
    results = tuple(tally.result() for tally in tallies)
    manifest = Manifest(
        source=work.contract.source,
        table=work.contract.table,
        extract_date=work.extract_date,
        contract_version=work.contract.version,
        contract_sha256=work.contract.sha256,
        loader_format=partition.LOADER_FORMAT,
        columns=partition.raw_schema(work.contract),
        data_file=name,
        data_sha256=digest,
        refused_file=refused_file,
        files=results,
    )
    partition.commit(zones, work.contract, accepted, manifest)
    refused_folder = partition_folder(zones.quarantine, work.contract, work.extract_date)
    remove_other_refused(refused_folder, refused_file)
    return results, [warning for tally in tallies for warning in tally.opened.warnings]


def _schema(work: Work) -> pa.Schema:
    return pa.schema([(c.name, ARROW_TYPES[c.type]) for c in work.contract.raw_columns])


def _split_files(work: Work, files: Sequence[Path], accepted: Path) -> list[_Tally]:
    """Accepted rows of all files to ``accepted``; a file the parser fails at is read strictly."""
    strict: set[Path] = set()
    while True:
        try:
            with RawWriter(accepted, _schema(work)) as writer:
                return [_split_file(work, path, writer, path in strict) for path in files]
        except StrictReadingNeeded as needed:
            strict.add(needed.path)
            forget_rejects(work.connection)


def _split_file(work: Work, path: Path, writer: RawWriter, is_strict: bool) -> _Tally:
    opened = open_file(work, path, is_strict)
    tally = _Tally(path, opened, accepted=0)
    fetched, refused = _fetch(work, tally, writer)
    by_parser = opened.parser_refusals()
    if opened.landed != fetched + len(by_parser):
        if opened.is_text and not opened.is_strict:
            raise StrictReadingNeeded(path)
        raise _rows_lost(work, tally, len(by_parser) + len(refused))
    numbers = np.array(list(refused), np.int64)
    records = numbers_after_gaps(numbers, np.array(sorted(by_parser), np.int64) - 1) + 1
    tally.reasons = by_parser | {
        int(record): [opened.judgement.reasons[int(n)] for n in label.split(",")]
        for record, label in zip(records, refused.values(), strict=True)
    }
    return tally


def _fetch(work: Work, tally: _Tally, writer: RawWriter) -> tuple[int, dict[int, str]]:
    """Write the accepted rows; returns rows fetched, and number (from 0) -> marks of the refused.

    Every row is fetched: only then has the parser reported all that it refused.
    """
    opened = tally.opened
    fetched = 0
    refused: dict[int, str] = {}
    try:
        reader = work.connection.execute(opened.judgement.sql).to_arrow_reader(opened.batch_rows)
        for batch in reader:
            marks = batch.column(batch.num_columns - 1)
            rows = batch.num_rows
            if marks.null_count < rows:
                is_accepted = pc.is_null(marks)
                places = np.flatnonzero(~is_accepted.to_numpy(zero_copy_only=False)) + fetched
                refused.update(zip(places.tolist(), marks.drop_null().to_pylist(), strict=True))
                batch = batch.filter(is_accepted)
            fetched += rows
            writer.write(_with_provenance(work, tally.path, batch, tally.accepted))
            tally.accepted += batch.num_rows
    except (duckdb.Error, OSError) as error:  # an error while fetching comes as OSError
        if not is_about_content(error):
            raise
        if opened.is_text and not opened.is_strict:
            raise StrictReadingNeeded(tally.path) from None
        # Not `from error`: the parser's message quotes the line.
        raise _unreadable(work, tally.path) from None
    return fetched, refused


def _unreadable(work: Work, path: Path) -> UnreadableFile:
    return UnreadableFile(
        path,
        "the parser gave the file up; it is damaged or not of the format its name says; "
        "deliver it again",
        work.contract.table,
        work.extract_date,
    )


def _with_provenance(
    work: Work, path: Path, batch: pa.RecordBatch, accepted: int
) -> pa.RecordBatch:
    rows = batch.num_rows
    provenance = [
        pa.repeat(pa.scalar(work.extract_date, pa.date32()), rows),
        pa.repeat(pa.scalar(path.name, pa.string()), rows),
        _int64(np.arange(accepted + 1, accepted + 1 + rows)),
    ]
    return pa.RecordBatch.from_arrays([*batch.columns[:-1], *provenance], schema=_schema(work))


def _int64(numbers: Numbers) -> pa.Array:
    """As Arrow without a copy; ``pa.array`` would import pandas, half a second."""
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def _refuse_duplicates(work: Work, tallies: list[_Tally], accepted: Path) -> None:
    doubles = find_duplicates(work.connection, work.contract, accepted)
    if not doubles:
        return
    for tally in tallies:
        rows = np.array([row for file, row in doubles if file == tally.path.name], dtype=np.int64)
        gaps = np.array(sorted(tally.reasons), np.int64) - 1
        records = numbers_after_gaps(rows - 1, gaps) + 1
        for row, record in zip(rows, records, strict=True):
            tally.reasons[int(record)] = [doubles[tally.path.name, int(row)]]
        tally.accepted -= len(rows)
    rewritten = accepted.with_name("rewritten.parquet")
    with RawWriter(rewritten, _schema(work)) as writer:
        for batch in _without(accepted, set(doubles)):
            writer.write(batch)
    rewritten.replace(accepted)


def _without(path: Path, doubles: set[tuple[str, int]]) -> Iterator[pa.RecordBatch]:
    """The rows of a raw file without some, numbered anew within each source file."""
    counted: dict[str, int] = {}
    for batch in pq.ParquetFile(path).iter_batches():
        names = batch.column("source_file").to_pylist()
        rows = batch.column("source_row").to_pylist()
        keep = [pair not in doubles for pair in zip(names, rows, strict=True)]
        kept = batch.filter(pa.array(keep, pa.bool_()))
        numbers = []
        for name in kept.column("source_file").to_pylist():
            counted[name] = counted.get(name, 0) + 1
            numbers.append(counted[name])
        yield kept.set_column(kept.num_columns - 1, "source_row", pa.array(numbers, pa.int64()))


def _check_sum(work: Work, tally: _Tally) -> None:
    if tally.opened.landed != tally.accepted + len(tally.reasons):
        raise _rows_lost(work, tally, len(tally.reasons))


def _rows_lost(work: Work, tally: _Tally, refused: int) -> RowsLost:
    return RowsLost(
        tally.path,
        tally.opened.landed,
        tally.accepted,
        refused,
        work.contract.table,
        work.extract_date,
    )


def _write_refused(work: Work, tallies: list[_Tally], zones: Zones) -> str | None:
    written = work.folder / "refused.parquet"
    with QuarantineWriter(written) as writer:
        for tally in tallies:
            if tally.reasons:
                records = np.array(sorted(tally.reasons), np.int64)
                writer.write(tally.path.name, tally.opened.delivered(records), tally.reasons)
    return commit_refused(
        written, partition_folder(zones.quarantine, work.contract, work.extract_date)
    )


def _check_share(
    work: Work, tallies: Sequence[_Tally], zones: Zones, refused_file: str | None
) -> None:
    landed = sum(tally.opened.landed for tally in tallies)
    refused = sum(len(tally.reasons) for tally in tallies)
    limit = work.contract.quarantine_limit
    if refused <= limit * landed:
        return
    folder = partition_folder(zones.quarantine, work.contract, work.extract_date)
    raise QuarantineLimitExceeded(
        f"{tallies[0].path.parent}: {refused:,} of {landed:,} rows refused "
        f"({refused / landed:.2%}, limit {limit:.2%}): {_top_reasons(tallies)}; raw was not "
        f"changed; look at {folder / str(refused_file)}, then have the source corrected, or "
        "change the contract",
        work.contract.table,
        work.extract_date,
    )


def _top_reasons(tallies: Sequence[_Tally]) -> str:
    counted: Mapping[str, int] = {}
    for tally in tallies:
        for label, rows in count_reasons(tally.reasons).items():
            counted = {**counted, label: counted.get(label, 0) + rows}
    top = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:5]
    return ", ".join(f"{label} {rows:,}" for label, rows in top)
