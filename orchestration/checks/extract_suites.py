"""The suites of the extracts: rows that were judged before need not be read again.

Belongs here: which rows each suite is asked of, and its result over all of them. Does not belong
here: Great Expectations (``great_expectations.py``), the arithmetic (``row_sums.py``), and what of
the past holds good (``counted_rows.py``).

Great Expectations judges the rows of partitions that are new since the last run; what it counted
in the others then is added. Expectations that are no sums are judged over all rows each time.
Where a count is missing the whole suite is judged over all rows, and nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.checks import counted_rows, row_sums
from orchestration.checks import great_expectations as gx
from orchestration.checks.counted_rows import Block, Stamps
from orchestration.contracts import ExtractContract
from orchestration.settings import Zones

NEW = "new rows"
ALL = "all rows"


@dataclass(frozen=True)
class Judgement:
    """One extract's suite: what is asked now, of which rows, and what is known of the others."""

    name: str
    suite: gx.Suite
    counted: Mapping[int, tuple[row_sums.Expectation, ...]]  # questions by place in the suite
    folder: Path
    made_by: str
    known: tuple[Block, ...]
    new_files: Stamps
    new_relation: str

    @property
    def questions(self) -> list[row_sums.Expectation]:
        return [question for questions in self.counted.values() for question in questions]

    @property
    def no_sums(self) -> list[int]:
        """Places of the expectations that are judged over all rows."""
        return [n for n in range(len(self.suite.expectations)) if n not in self.counted]

    def suites(self) -> dict[str, gx.Suite]:
        """What Great Expectations has to be asked."""
        asked = {}
        if self.counted and self.new_files:
            asked[self._named(NEW)] = gx.Suite(
                self.new_relation, self.questions, self.suite.personal
            )
        if self.no_sums or not self.counted:
            rest = [self.suite.expectations[number] for number in self.no_sums]
            asked[self._named(ALL)] = replace(self.suite, expectations=rest)
        return asked

    def result(self, answers: Mapping[str, gx.SuiteResult]) -> gx.SuiteResult | None:
        """The result over all rows; None where a count or an answer is missing."""
        blocks = self.blocks(answers)
        if blocks is None or not self.suites().keys() <= answers.keys():
            return None
        whole = answers.get(self._named(ALL))
        if whole is not None and whole.problem:
            return None
        told = dict(zip(self.no_sums, whole.expectations, strict=True)) if whole else {}
        sums = iter(counted_rows.merged(blocks).counts) if self.counted else iter(())
        for number, questions in self.counted.items():
            found = [next(sums) for _ in questions]
            told[number] = row_sums.result_of(
                self.suite.expectations[number], found, self.suite.personal
            )
        return gx.SuiteResult(self.suite.relation, tuple(told[n] for n in sorted(told)))

    def blocks(self, answers: Mapping[str, gx.SuiteResult]) -> list[Block] | None:
        """What is counted of all rows now."""
        if self._named(NEW) not in self.suites():
            return list(self.known)
        new = answers.get(self._named(NEW))
        if new is None:
            return None
        counts = [row_sums.counts_of(result) for result in new.expectations]
        if new.problem or any(count is None for count in counts):
            return None
        return [*self.known, Block(self.new_files, tuple(c for c in counts if c is not None))]

    def remember(self, answers: Mapping[str, gx.SuiteResult]) -> None:
        blocks = self.blocks(answers)
        if blocks and self.new_files and self.counted:
            counted_rows.remember(self.folder, self.made_by, blocks)

    def _named(self, rows: str) -> str:
        return f"{self.name} {rows}"


def validated(
    judgements: Sequence[Judgement],
    validate: Callable[[Mapping[str, gx.Suite]], Mapping[str, gx.SuiteResult]],
) -> dict[str, gx.SuiteResult]:
    """The result of each suite over all rows, in their order; what is counted is remembered. Of a
    suite that is not answered there is none."""
    asked = {name: suite for each in judgements for name, suite in each.suites().items()}
    answers = validate(asked) if asked else {}
    results = {each.name: each.result(answers) for each in judgements}
    unclear = {each.name: each.suite for each in judgements if results[each.name] is None}
    whole = validate(unclear) if unclear else {}
    for each in judgements:
        if each.name not in unclear:
            each.remember(answers)
    found = {name: result or whole.get(name) for name, result in results.items()}
    return {name: result for name, result in found.items() if result is not None}


def judgement_of(
    connection: duckdb.DuckDBPyConnection, contract: ExtractContract, zones: Zones, again: bool
) -> Judgement:
    """Look up what is known of an extract's visible partitions; make a view of the new ones.

    Args:
        connection: raw is registered in it.
        again: ask of all rows, whatever is known.
    """
    suite, folder = gx.suite_of(contract), zones.raw / contract.source / contract.table
    files = _visible_files(connection, contract, folder)
    counted = {
        number: questions
        for number, expectation in enumerate(suite.expectations)
        if (questions := row_sums.counting(expectation, contract.delivery == "full"))
    }
    if not files:  # nothing to add up
        counted = {}
    made_by = counted_rows.fingerprint(contract.sha256, counted)
    visible = counted_rows.stamps(files)
    asked = sum(map(len, counted.values()))
    known = [] if again else counted_rows.remembered(folder, made_by, visible, asked)
    judged_before = {name for block in known for name in block.files}
    new = {name: stamp for name, stamp in visible.items() if name not in judged_before}
    relation = suite.relation
    if known and new:
        relation = f"new_{contract.source}.{contract.table}"
        _create_view(connection, relation, [files[name] for name in new])
    return Judgement(
        name_of(contract), suite, counted, folder, made_by, tuple(known), new, relation
    )


def name_of(contract: ExtractContract) -> str:
    """Name of the contract's suite in Great Expectations and its Data Docs."""
    return f"{contract.source}.{contract.table}"


def _visible_files(
    connection: duckdb.DuckDBPyConnection, contract: ExtractContract, folder: Path
) -> dict[str, Path]:
    """Data files behind the raw table, by their path from the table's folder."""
    parts = connection.execute(
        "SELECT extract_date, content_hash FROM raw.registered_extract "
        "WHERE source = ? AND table_name = ? ORDER BY 1",
        [contract.source, contract.table],
    ).fetchall()
    names = [f"extract_date={day}/data-{content_hash}.parquet" for day, content_hash in parts]
    return {name: folder / name for name in names}


def _create_view(
    connection: duckdb.DuckDBPyConnection, relation: str, files: Sequence[Path]
) -> None:
    """Rows of some partitions, as raw has them: the date of the extract is that of the folder."""
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {relation.partition('.')[0]}")
    connection.execute(f"CREATE VIEW {relation} AS SELECT * FROM read_parquet([{listed}])")
