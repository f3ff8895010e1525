"""Incremental loads equal a full one: random sequences of extracts, both ways.

A deployment runs on two to five days, between which extracts come, come late, are corrected,
withdrawn, empty or missing. Then a new one loads the same landing zone for the last day. Both must
have the same bytes in raw and quarantine and the same content hash of every table; and the first
still has these bytes when it reads all extracts again.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from extract_sequences import ALWAYS_DAILY, Event, Kind, Step, Stock, draw
from played_landing import PlayedLanding, World, read_world, stock_of
from two_ways import CONTRACTS, Deployment, alone, differences, order_side, raw_differences

from orchestration.ingest import load, partition
from orchestration.ingest.landing import LandedExtract
from orchestration.sample_world import write_world
from orchestration.settings import Settings, Zones
from orchestration.transform.compiled import CompiledProject, compiled_project

LAST_DAY = date(2025, 6, 30)
SEQUENCES = 200
EVERYTHING_EACH = 10  # in one of so many sequences all models, Python's too, and memory


@dataclass(frozen=True)
class Source:
    """What all sequences draw from, and the project that both deployments make."""

    world: World
    stock: Stock
    project: CompiledProject


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    home = tmp_path_factory.mktemp("source")
    write_world(home, customers=120, days=120, seed=5, last_day=LAST_DAY, daily_extracts=8)
    world = read_world(home / "landing")
    return Source(world, stock_of(world, CONTRACTS), compiled_project(Settings(home=home)))


@pytest.fixture(autouse=True)
def one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of personal values are equal only under one key."""
    monkeypatch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")


Ingest = Callable[[Deployment, date], None]


def found_differences(
    source: Source,
    steps: list[Step],
    home: Path,
    is_everything: bool = False,
    ingest: Ingest = Deployment.ingest,
) -> list[str]:
    """Live through ``steps``, loading by ``ingest``; come to the last one alone; compare."""
    nodes = None if is_everything else order_side(source.project)
    living = Deployment(home / "living", source.project, nodes)
    landing = PlayedLanding(living.home / "landing", source.world, CONTRACTS)
    for step in steps:
        for event in step.events:
            landing.play(event)
        ingest(living, step.as_of)
        if step is steps[-1]:
            fresh = alone(living, home / "fresh")
        if not living.refused:
            living.make(step.as_of)
    last = steps[-1].as_of
    fresh.ingest(last)
    if not fresh.refused:
        fresh.make(last)
    found = differences(living, fresh, last)
    living.ingest(last, reload=True)  # as `patron run --full` does
    return found + [f"full, {name}" for name in raw_differences(living, fresh, last)]


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(SEQUENCES), ids="seed{}".format)
def test_days_in_turn_equal_one_full_load(source: Source, tmp_path: Path, seed: int):
    is_everything = seed % EVERYTHING_EACH == 0
    steps = draw(seed, source.stock, of_all_tables=is_everything)
    assert found_differences(source, steps, tmp_path, is_everything) == []
    shutil.rmtree(tmp_path)  # two hundred pairs of deployments


@pytest.mark.parametrize("seed", range(1000, 1003), ids="seed{}".format)
def test_a_few_days_in_turn_equal_one_full_load(source: Source, tmp_path: Path, seed: int):
    assert found_differences(source, draw(seed, source.stock), tmp_path) == []


@pytest.mark.whole_refresh
@pytest.mark.parametrize("seed", (2000, 2001), ids="seed{}".format)
def test_every_model_of_days_in_turn_equals_one_full_load(
    source: Source, tmp_path: Path, seed: int
):
    steps = draw(seed, source.stock, of_all_tables=True)
    assert found_differences(source, steps, tmp_path, is_everything=True) == []


def test_everything_happens_in_the_sequences_of_the_drill(source: Source):
    drawn = [step for seed in range(SEQUENCES) for step in draw(seed, source.stock)]
    times = Counter(event.kind for step in drawn for event in step.events)
    assert min(times[kind] for kind in Kind) > 20, times
    assert sum(step.is_back for step in drawn) > 30


def test_a_snapshot_that_was_passed_over_and_withdrawn_is_given_up(source: Source, tmp_path: Path):
    snapshots = ("crm", "crm_identities")
    days = source.stock.days[:3]
    tables = (*ALWAYS_DAILY, snapshots)
    new = [Event(Kind.NEW, table, day, 1, "csv") for day in days for table in tables]
    withdrawn = Event(Kind.WITHDRAWN, snapshots, days[1], 1, "csv")
    steps = [Step(days[2], tuple(new)), Step(days[1], (withdrawn,), is_back=True)]
    noted = []

    def ingest(deployment: Deployment, as_of: date) -> None:
        deployment.ingest(as_of)
        noted.append(partition.superseded_dates(CONTRACTS[snapshots], deployment.settings.zones))

    assert found_differences(source, steps, tmp_path, ingest=ingest) == []
    assert noted == [days[:2], []]


def skip_late(patch: pytest.MonkeyPatch) -> None:
    """Only extracts newer than all that were loaded are looked at."""
    find = load.find_extracts

    def find_newer(zones: Zones, source: str, table: str) -> list[LandedExtract]:
        known = partition.known_dates(CONTRACTS[source, table], zones)
        found = find(zones, source, table)
        newest = max(known, default=date.min)
        return [e for e in found if e.extract_date in known or e.extract_date > newest]

    patch.setattr(load, "find_extracts", find_newer)


def believe_what_was_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(partition, "looks_unchanged", lambda *_: True)


def go_by_size_and_time(patch: pytest.MonkeyPatch) -> None:
    stamps = partition.stamps
    patch.setattr(
        partition, "stamps", lambda files: {name: s[:2] for name, s in stamps(files).items()}
    )


def keep_what_left(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(load, "_left_landing", lambda *_, **__: [])


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (Kind.LATE, skip_late),
        (Kind.CORRECTED, believe_what_was_seen),
        (Kind.DELETED, believe_what_was_seen),
        (Kind.UNSEEN, go_by_size_and_time),
        (Kind.WITHDRAWN, keep_what_left),
    ],
)
def test_a_faulty_loader_is_found_out(
    source: Source, tmp_path: Path, kind: Kind, fault: Callable[[pytest.MonkeyPatch], None]
):
    def faultily(deployment: Deployment, as_of: date) -> None:
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            deployment.ingest(as_of)

    *days, tomorrow = source.stock.days[:4]
    lines = ("sales", "sales_order_lines")
    new = [Event(Kind.NEW, table, day, 1, "csv") for day in days for table in ALWAYS_DAILY]
    if kind == Kind.LATE:
        new.remove(Event(Kind.NEW, lines, days[1], 1, "csv"))
    happens = Event(kind, lines, days[1], 1, "csv")
    steps = [Step(days[-1], tuple(new)), Step(tomorrow, (happens,))]
    found = found_differences(source, steps, tmp_path, ingest=faultily)
    assert {"raw: sales.sales_order_lines", "marts.fct_order_net"} <= set(found)
