"""Splitting the files of one extract into accepted and refused rows, and committing both.

Belongs here: numbering the refused rows, adding up, the order of the commit. Does not belong here:
what makes a row refused (``rules.py``, the readers, ``duplicates.py``) and writing
(``raw_writer.py``).

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

from orchestration.ingest import partition
from orchestration.ingest.duplicates import KINDS
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
from orchestration.ingest.raw_writer import Written, merge, write_accepted
from orchestration.ingest.refusals import Refusals, from_labels, numbers_after_gaps
from orchestration.ingest.rules import Reason
from orchestration.settings import Zones


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
    parts = [work.folder / f"part-{number}.parquet" for number in range(len(files))]
    tallies = [_split_file(work, *each) for each in zip(files, parts, strict=True)]
    merge(work, parts, accepted)
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


def _split_file(work: Work, path: Path, part: Path) -> _Tally:
    """Accepted rows of one file to ``part``; a file the parser fails at is read strictly."""
    try:
        return _split_read(work, path, part, is_strict=False)
    except StrictReadingNeeded:
        forget_rejects(work.connection)
        return _split_read(work, path, part, is_strict=True)


def _split_read(work: Work, path: Path, part: Path, is_strict: bool) -> _Tally:
    opened = open_file(work, path, is_strict)
    written = _write(work, path, opened, part)
    tally = _Tally(path, opened, written.accepted)
    by_parser = opened.parser_refusals()
    if opened.landed != written.accepted + len(written.refused) + len(by_parser):
        if opened.is_text and not opened.is_strict:
            raise StrictReadingNeeded(path)
        raise _rows_lost(work, tally, len(by_parser) + len(written.refused))
    records = numbers_after_gaps(written.refused, by_parser.records - 1) + 1

    def reasons_of(mark: str) -> tuple[Reason, ...]:
        if mark in KINDS:
            return (KINDS[mark],)
        return tuple(opened.judgement.reasons[int(number)] for number in mark.split(","))

    tally.refusals = by_parser + from_labels(records, written.marks, reasons_of)
    return tally


def _write(work: Work, path: Path, opened: OpenedFile, part: Path) -> Written:
    try:
        return write_accepted(work, opened, path.name, part)
    except duckdb.Error as error:
        if not is_about_content(error):
            raise
        if opened.is_text and not opened.is_strict:
            raise StrictReadingNeeded(path) from None
        # Not `from error`: the parser's message quotes the line.
        raise _unreadable(work, path) from None


def _unreadable(work: Work, path: Path) -> UnreadableFile:
    return UnreadableFile(
        path,
        "the parser gave the file up; it is damaged or not of the format its name says; "
        "deliver it again",
        work.contract.table,
        work.extract_date,
    )


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
