"""Days in turn, on which rows only come, equal one build of the last of them.

Of what is kept from run to run only what something new touches is made again. A deployment runs on
some days, then a new one for the last of them; both must have the same tables.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from extract_sequences import Kind, Step, draw_new
from new_rows import MUTATIONS, NewRows
from played_landing import PlayedLanding, World, read_world, stock_of
from two_ways import CONTRACTS, Deployment, alone, differences, kept_alone, order_side

from orchestration.sample_world import write_world
from orchestration.settings import Settings
from orchestration.transform.compiled import CompiledProject, compiled_project

LAST_DAY = date(2025, 6, 30)
SEQUENCES = 200
ORDER_SIDE_EACH = 10  # in one of so many sequences more than what is kept and stands before it
AGAIN, ANEW = "made again", "all customers are made anew"


@dataclass(frozen=True)
class Source:
    """What all sequences draw from, and the project."""

    world: World
    project: CompiledProject


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    home = tmp_path_factory.mktemp("source")
    write_world(home, customers=60, days=90, seed=7, last_day=LAST_DAY, daily_extracts=8)
    return Source(read_world(home / "landing"), compiled_project(Settings(home=home)))


@pytest.fixture(autouse=True)
def one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of personal values are equal only under one key."""
    monkeypatch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")


def drawn(source: Source, seed: int) -> tuple[World, list[Step]]:
    world = NewRows(source.world, seed).drawn()
    return world, draw_new(seed, stock_of(world, CONTRACTS))


def lived(
    source: Source, seed: int, home: Path, is_order_side: bool = False
) -> tuple[list[str], list[str]]:
    """Live through a sequence, come to its last day alone; returns what differs, and what was told
    of each run."""
    world, steps = drawn(source, seed)
    project = source.project if is_order_side else kept_alone(source.project)
    nodes = order_side(project) if is_order_side else project.models
    living = Deployment(home / "living", project, nodes, () if seed % 2 else None)
    landing = PlayedLanding(living.home / "landing", world, CONTRACTS)
    for step in steps:
        for event in step.events:
            landing.play(event)
        living.ingest(step.as_of)
        assert not living.refused
        living.make(step.as_of)
    fresh = alone(living, home / "fresh")
    fresh.ingest(steps[-1].as_of)
    fresh.make(steps[-1].as_of)
    assert fresh.told[0].startswith(ANEW)
    return differences(living, fresh, steps[-1].as_of), living.told


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(SEQUENCES), ids="seed{}".format)
def test_days_in_turn_equal_one_build(source: Source, tmp_path: Path, seed: int):
    is_order_side = seed % ORDER_SIDE_EACH == 0
    found, told = lived(source, seed, tmp_path, is_order_side)
    assert (found, told) == ([], told)
    assert_followed(told)
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("seed", (1000,), ids="seed{}".format)
def test_a_few_days_in_turn_equal_one_build(source: Source, tmp_path: Path, seed: int):
    found, told = lived(source, seed, tmp_path)
    assert (found, told) == ([], told)
    assert_followed(told)


def assert_followed(told: list[str]) -> None:
    """After the first run, what is new is followed, unless the run goes back behind the last."""
    first, *others = told
    assert first == f"{ANEW}: no earlier run has left any"
    anew = f"{ANEW}: what is kept is of a later date"
    assert [line for line in others if not line.startswith(AGAIN)] in ([], [anew], [anew] * 2)


def test_everything_happens_in_the_sequences_of_the_drill(source: Source):
    times: Counter[str] = Counter()
    steps: list[Step] = []
    for seed in range(0, SEQUENCES, 10):
        rows = NewRows(source.world, seed)
        steps += draw_new(seed, stock_of(rows.drawn(), CONTRACTS))
        times.update(rows.times)
    assert min(times[name] for name in MUTATIONS) > 10, times
    kinds = Counter(event.kind for step in steps for event in step.events)
    assert min(kinds[kind] for kind in (Kind.NEW, Kind.LATE, Kind.EMPTY)) > 10, kinds
    assert sum(step.is_back for step in steps) > 2
