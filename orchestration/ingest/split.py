"""Splitting the files of one extract into accepted and refused rows, and committing both.

Belongs here: fetching the judged rows, numbering them, adding up. Does not belong here: what makes
a row refused (``rules.py``, the readers, ``duplicates.py``).

A record of a file has three numbers: ``record`` counts what landed, ``emitted`` (from 0) what the
parser let through, ``source_row`` what was accepted. Sorted lists of refused numbers turn one into
the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.ingest import partition
from orchestration.ingest.duplicates import KINDS, find_duplicates, without_rows
from orchestration.ingest.errors import QuarantineLimitExceeded, RowsLost, UnreadableFile
from orchestration.ingest.formats.open_file import open_file
from orchestration.ingest.formats.reader import (
    OpenedFile,
    StrictReadingNeeded,
    Work,
    is_about_content,
)
from orchestration.ingest.formats.text_file import forget_rejects
from orchestration.ingest.partition import FileResult, Manifest, partition_folder
from orchestration.ingest.quarantine import (
    QuarantineWriter,
    commit_refused,
    remove_other_refused,
)
from orchestration.ingest.raw_writer import RawWriter
from orchestration.ingest.refusals import (
    NONE,
    Numbers,
    Refusals,
    from_labels,
    numbers_after_gaps,
)
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
    refusals: Refusals = field(default_factory=Refusals)

    def result(self) -> FileResult:
        return FileResult(
            name=self.path.name,
            size=self.opened.size,
            sha256=self.opened.sha256,
            rows_landed=self.opened.landed,
            rows_accepted=self.accepted,
            rows_quarantined=len(self.refusals),
            refused_by_reason=self.refusals.count_by_reason(),
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


def _writer(work: Work, path: Path) -> RawWriter:
    repeating = [
        column.name
        for column in work.contract.raw_columns
        if column.name == "source_system"
        or not (column.is_key or column.type == "timestamp" or column.name == "source_row")
    ]
    return RawWriter(path, _schema(work), repeating)


def _split_files(work: Work, files: Sequence[Path], accepted: Path) -> list[_Tally]:
    """Accepted rows of all files to ``accepted``; a file the parser fails at is read strictly."""
    strict: set[Path] = set()
    while True:
        try:
            with _writer(work, accepted) as writer:
                return [_split_file(work, path, writer, path in strict) for path in files]
        except StrictReadingNeeded as needed:
            strict.add(needed.path)
            forget_rejects(work.connection)


def _split_file(work: Work, path: Path, writer: RawWriter, is_strict: bool) -> _Tally:
    opened = open_file(work, path, is_strict)
    tally = _Tally(path, opened, accepted=0)
    fetched, refused, marks = _fetch(work, tally, writer)
    by_parser = opened.parser_refusals()
    if opened.landed != fetched + len(by_parser):
        if opened.is_text and not opened.is_strict:
            raise StrictReadingNeeded(path)
        raise _rows_lost(work, tally, len(by_parser) + len(refused))
    records = numbers_after_gaps(refused, by_parser.records - 1) + 1
    reasons = opened.judgement.reasons
    tally.refusals = by_parser + from_labels(
        records, marks, lambda label: tuple(reasons[int(n)] for n in label.split(","))
    )
    return tally


def _fetch(work: Work, tally: _Tally, writer: RawWriter) -> tuple[int, Numbers, list[pa.Array]]:
    """Write the accepted rows; returns rows fetched, and numbers (from 0) and marks of refused.

    Every row is fetched: only then has the parser reported all that it refused.
    """
    opened = tally.opened
    fetched = 0
    refused, marks = [NONE], []
    try:
        reader = work.connection.execute(opened.judgement.sql).to_arrow_reader(opened.batch_rows)
        for batch in reader:
            marked, rows = batch.column(batch.num_columns - 1), batch.num_rows
            if marked.null_count < rows:
                is_accepted = pc.is_null(marked)
                refused.append(np.flatnonzero(~np.asarray(is_accepted)) + fetched)
                marks.append(marked.drop_null())
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
    return fetched, np.concatenate(refused), marks


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
    doubles, codes = find_duplicates(work.connection, work.contract, accepted)
    if not len(doubles):
        return
    first = 0
    for tally in tallies:
        here = slice(*np.searchsorted(doubles, [first, first + tally.accepted]))
        fetched = numbers_after_gaps(doubles[here] - first, tally.refusals.records - 1)
        first += tally.accepted
        tally.accepted -= len(fetched)
        tally.refusals += Refusals(fetched + 1, codes[here], KINDS)
    rewritten = accepted.with_name("rewritten.parquet")
    with _writer(work, rewritten) as writer:
        for batch in without_rows(accepted, doubles):
            writer.write(batch)
    rewritten.replace(accepted)


def _check_sum(work: Work, tally: _Tally) -> None:
    if tally.opened.landed != tally.accepted + len(tally.refusals):
        raise _rows_lost(work, tally, len(tally.refusals))


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
            if len(tally.refusals):
                chunks = tally.opened.delivered(tally.refusals.records)
                writer.write(tally.path.name, chunks, tally.refusals)
    folder = partition_folder(zones.quarantine, work.contract, work.extract_date)
    return commit_refused(written, folder)


def _check_share(
    work: Work, tallies: Sequence[_Tally], zones: Zones, refused_file: str | None
) -> None:
    landed = sum(tally.opened.landed for tally in tallies)
    refused = sum(len(tally.refusals) for tally in tallies)
    limit = work.contract.quarantine_limit
    if refused <= limit * landed:
        return
    counted: Counter[str] = Counter()
    for tally in tallies:
        counted.update(tally.refusals.count_by_reason())
    top = ", ".join(f"{label} {rows:,}" for label, rows in counted.most_common(5))
    folder = partition_folder(zones.quarantine, work.contract, work.extract_date)
    raise QuarantineLimitExceeded(
        f"{tallies[0].path.parent}: {refused:,} of {landed:,} rows refused "
        f"({refused / landed:.2%}, limit {limit:.2%}): {top}; raw was not changed; look at "
        f"{folder / str(refused_file)}, then have the source corrected, or change the contract",
        work.contract.table,
        work.extract_date,
    )
