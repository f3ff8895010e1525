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

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.ingest import partition
from orchestration.ingest.duplicates import find_duplicates
from orchestration.ingest.errors import QuarantineLimitExceeded, RowsLost
from orchestration.ingest.open_file import open_file
from orchestration.ingest.partition import FileResult, Manifest, partition_folder
from orchestration.ingest.quarantine import (
    QuarantineWriter,
    commit_refused,
    count_reasons,
    make_private_folder,
    remove_other_refused,
)
from orchestration.ingest.raw_writer import RawWriter
from orchestration.ingest.reader import Numbers, OpenedFile, Work
from orchestration.ingest.rules import Reason
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
    folder = partition_folder(zones.raw, work.contract, work.extract_date)
    make_private_folder(folder)
    accepted = folder / "accepted.parquet.tmp"
    with RawWriter(accepted, _schema(work)) as writer:
        tallies = [_split_file(work, path, writer) for path in files]
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


def _split_file(work: Work, path: Path, writer: RawWriter) -> _Tally:
    opened = open_file(work, path)
    tally = _Tally(path, opened, accepted=0)
    emitted = 0
    refused: list[Numbers] = []
    labels: list[str] = []
    reader = work.connection.execute(opened.judgement.sql).to_arrow_reader(opened.batch_rows)
    for batch in reader:
        marks = batch.column(batch.num_columns - 1)
        if marks.null_count < batch.num_rows:
            is_accepted = pc.is_null(marks)
            refused.append(emitted + np.flatnonzero(~is_accepted.to_numpy(zero_copy_only=False)))
            labels += marks.drop_null().to_pylist()
            emitted += batch.num_rows
            batch = batch.filter(is_accepted)
        else:
            emitted += batch.num_rows
        writer.write(_with_provenance(work, path, batch, tally.accepted))
        tally.accepted += batch.num_rows
    by_parser = opened.parser_refusals()
    numbers = np.concatenate(refused) if refused else np.empty(0, np.int64)
    records = _numbers_after_gaps(numbers, np.array(sorted(by_parser), np.int64) - 1) + 1
    tally.reasons = by_parser | {
        int(record): [opened.judgement.reasons[int(n)] for n in label.split(",")]
        for record, label in zip(records, labels, strict=True)
    }
    return tally


def _with_provenance(
    work: Work, path: Path, batch: pa.RecordBatch, accepted: int
) -> pa.RecordBatch:
    rows = batch.num_rows
    provenance = [
        pa.repeat(pa.scalar(work.extract_date, pa.date32()), rows),
        pa.repeat(pa.scalar(path.name, pa.string()), rows),
        pa.array(np.arange(accepted + 1, accepted + 1 + rows)),
    ]
    return pa.RecordBatch.from_arrays([*batch.columns[:-1], *provenance], schema=_schema(work))


def _numbers_after_gaps(numbers: Numbers, gaps: Numbers) -> Numbers:
    """Numbers in a sequence without ``gaps`` -> numbers in the whole one; all from 0, sorted."""
    return numbers + np.searchsorted(gaps - np.arange(len(gaps)), numbers, side="right")


def _refuse_duplicates(work: Work, tallies: list[_Tally], accepted: Path) -> None:
    doubles = find_duplicates(work.connection, work.contract, accepted)
    if not doubles:
        return
    for tally in tallies:
        rows = np.array([row for file, row in doubles if file == tally.path.name], dtype=np.int64)
        gaps = np.array(sorted(tally.reasons), np.int64) - 1
        records = _numbers_after_gaps(rows - 1, gaps) + 1
        for row, record in zip(rows, records, strict=True):
            tally.reasons[int(record)] = [doubles[tally.path.name, int(row)]]
        tally.accepted -= len(rows)
    rewritten = accepted.with_name("rewritten.parquet.tmp")
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
    landed, refused = tally.opened.landed, len(tally.reasons)
    if landed != tally.accepted + refused:
        raise RowsLost(
            tally.path, landed, tally.accepted, refused, work.contract.table, work.extract_date
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
