"""A range of past days computed again, compared with what is remembered, and written where asked.

Belongs here: which days are computed, what is found of each, and when it may be written. Does not
belong here: computing a day (``scratch.py``) and comparing it (``comparison.py``).

Only days that are remembered, and days after the newest of them, are computed. A day in between
that was never remembered is passed over: the days after it were published without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from orchestration.assets.dbt_process import project_digest
from orchestration.history import run_inputs
from orchestration.history.segment_memory import MEMBERSHIPS, Declaration, remember, segment_log
from orchestration.ingest.errors import SnapshotNotLoaded
from orchestration.ingest.load import load_until
from orchestration.ingest.partition import read_manifests, superseded_dates
from orchestration.replay.comparison import Comparison, compare, declare_restatement
from orchestration.replay.keep import keep_day
from orchestration.replay.plan import plan_for
from orchestration.replay.scratch import Contracts, Scratch, scratch_warehouse
from orchestration.replay.steps import python_steps
from orchestration.run_lock import hold_run_lock, release_run_lock
from orchestration.settings import Settings, Zones
from orchestration.transform.compiled import compiled_project

if TYPE_CHECKING:
    from orchestration.model_steps import PythonStep

HELD = "int_segments_held"


class ReplayError(ValueError):
    """A replay cannot do what it is asked for; the message says why and what to do."""


class Finding(StrEnum):
    """What a replay says of a day."""

    EQUAL = "equal"
    DIFFERENT = "different"
    NEW = "no memory"  # after the newest remembered day: may be recorded
    PASSED_OVER = "passed over"  # no memory, and newer days were published without it


@dataclass(frozen=True)
class ReplayedDay:
    """One day. ``changed``: inputs that are others now, None where none are on record."""

    as_of: date
    finding: Finding
    members: int = 0
    differing: int = 0
    changed: tuple[run_inputs.ChangedInput, ...] | None = None
    seconds: float = 0.0
    is_written: bool = False


def replay(
    settings: Settings,
    contracts: Contracts,
    first: date,
    last: date,
    *,
    record: bool = False,
    restate: bool = False,
    tell: Callable[[ReplayedDay], None] = lambda day: None,
) -> list[ReplayedDay]:
    """Compute the segments of each day from ``first`` to ``last`` again; ``tell`` hears of each.

    ``record`` keeps days after the newest remembered one. ``restate`` replaces the records from the
    first different day on, and declares what differs. Without them nothing is written.

    Raises:
        ReplayError: the range is empty, or may not be written.
        RefreshRunningError: something is to be written while another process refreshes.
    """
    if last < first:
        raise ReplayError(f"--to {last} is before --from {first}")
    recorded = segment_log().dates(settings.zones)
    if restate and recorded and last < recorded[-1]:
        raise ReplayError(
            f"restating a day changes what the days after it stand on: replay until {recorded[-1]}"
        )
    _load_snapshots(settings, contracts, first, last)
    found = []
    with (
        _may_write(settings, record or restate),
        opened_replay(settings, contracts, first, python_steps()) as run,
    ):
        for day in _days(first, last):
            outcome = run.day(day)
            if outcome.finding is Finding.DIFFERENT and record and not restate:
                raise ReplayError(
                    f"{day} differs from its record, and the days to record would stand on it; "
                    "look at it without --record, then add --restate"
                )
            is_recorded = outcome.finding in (Finding.EQUAL, Finding.DIFFERENT)
            if restate and is_recorded and (outcome.differing or run.is_restating):
                outcome = run.restate(outcome)
            elif record and outcome.finding is Finding.NEW:
                outcome = run.record(outcome)
            tell(outcome)
            found.append(outcome)
    return found


@dataclass
class Replay:
    """A replay under way: the scratch, and the records as they were before it."""

    scratch: Scratch
    settings: Settings
    before: Zones
    rules_digest: str
    is_restating: bool = False

    def day(self, day: date) -> ReplayedDay:
        """Compute a day, compare it with its record, and remember it in the scratch."""
        recorded = segment_log().dates(self.before)
        if day not in recorded and recorded and day < recorded[-1]:
            return ReplayedDay(day, Finding.PASSED_OVER)
        start = perf_counter()
        scratch, connection = self.scratch, self.scratch.connection
        scratch.register(day)
        changed = run_inputs.changed_inputs(connection, self.before, day, self.rules_digest)
        has_other_raw = any(change.zone == "raw" for change in changed or ())
        scratch.make(day, may_use_kept_models=not has_other_raw)
        found: Comparison | None = None
        if day in recorded:
            found = compare(connection, self.before, day)
        remember(connection, scratch.settings.zones, MEMBERSHIPS, day, _declaration(changed))
        run_inputs.remember_inputs(connection, scratch.settings.zones, day, self.rules_digest)
        [[members]] = connection.execute(f"SELECT count(*) FROM ({MEMBERSHIPS})").fetchall()
        finding = Finding.NEW
        if found is not None:
            finding = Finding.DIFFERENT if found.differing else Finding.EQUAL
        return ReplayedDay(
            day,
            finding,
            members,
            found.differing if found else 0,
            None if changed is None else tuple(changed),
            perf_counter() - start,
        )

    def record(self, outcome: ReplayedDay) -> ReplayedDay:
        """Write the day to the deployment's memory."""
        keep_day(self.scratch, self.settings.zones, outcome.as_of)
        return replace(outcome, is_written=True)

    def restate(self, outcome: ReplayedDay) -> ReplayedDay:
        """Declare what differs, then replace the record; days after the first follow in order."""
        self.is_restating = True
        if outcome.differing:
            declare_restatement(
                self.scratch.connection,
                self.before,
                self.settings.zones,
                outcome.as_of,
                _declaration(outcome.changed),
            )
        return self.record(outcome)


def _declaration(changed: Sequence[run_inputs.ChangedInput] | None) -> Declaration:
    return Declaration.of_now("patron replay --restate", changed)


@contextmanager
def _may_write(settings: Settings, writes: bool) -> Iterator[None]:
    if not writes:
        yield
        return
    hold_run_lock(settings)
    try:
        yield
    finally:
        release_run_lock(settings)


def _load_snapshots(settings: Settings, contracts: Contracts, first: date, last: date) -> None:
    """Load the snapshots that later runs passed over and that days of the replay stand on."""
    for contract in contracts.values():
        if not superseded_dates(contract, settings.zones):
            continue
        for day in _days(first, last):
            try:
                read_manifests(contract, settings.zones, day)
            except SnapshotNotLoaded:
                with _may_write(settings, True):
                    load_until(contract, settings.zones, day, memory_limit=settings.memory_limit)


@contextmanager
def opened_replay(
    settings: Settings, contracts: Contracts, first: date, steps: Mapping[str, PythonStep]
) -> Iterator[Replay]:
    """A scratch whose memory ends before ``first``, beside the records as they are."""
    project = compiled_project(settings)
    plan = plan_for(project, [HELD], steps)
    with scratch_warehouse(settings, contracts, project.seeds_file, plan) as scratch:
        before = _records_as_they_are(scratch, settings)
        for log in (segment_log(), run_inputs.LOG):
            for day in log.dates(scratch.settings.zones):
                if day >= first:
                    log.file(scratch.settings.zones, day).unlink()
        yield Replay(scratch, settings, before, project_digest())


def _records_as_they_are(scratch: Scratch, settings: Settings) -> Zones:
    """A copy of the memory: restating replaces one day after another in the deployment's."""
    home = scratch.settings.home / "before"
    home.mkdir()
    if scratch.settings.zones.history.exists():
        _copy_tree(scratch.settings.zones.history, home / settings.zones.history.name)
    (home / settings.zones.models.name).symlink_to(settings.zones.models)
    return Zones(home)


def _copy_tree(source: Path, target: Path) -> None:
    for file in source.rglob("*.parquet"):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.hardlink_to(file)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
