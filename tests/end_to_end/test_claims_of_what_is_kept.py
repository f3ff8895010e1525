"""Claims judged of the touched alone say what they say of all rows.

On days in turn every claim about what is kept and what stands before it has the verdict of one
build. One that new rows break is told with all rows that break it, and stops what stands behind it.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from extract_sequences import Event, Kind
from new_rows import KEYS, ORDERS
from played_landing import PlayedLanding, World, read_world
from two_ways import CONTRACTS, Deployment, kept_alone

from orchestration import warehouse
from orchestration.sample_world import write_world
from orchestration.settings import Settings
from orchestration.transform.build import build, load_seeds
from orchestration.transform.compiled import compiled_project
from orchestration.transform.incremental.base import read_base
from orchestration.transform.results import Status

LAST_DAY = date(2025, 6, 30)
AGAIN, ANEW = "made again", "all customers are made anew"
Verdicts = dict[str, tuple[Status, int | None]]


@pytest.fixture(autouse=True)
def one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of personal values are equal only under one key."""
    monkeypatch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    home = tmp_path_factory.mktemp("source")
    write_world(home, customers=60, days=90, seed=7, last_day=LAST_DAY, daily_extracts=8)
    return {table: rows for table, rows in read_world(home / "landing").items() if table in KEYS}


def deployment(home: Path) -> Deployment:
    project = kept_alone(compiled_project(Settings(home=home)), with_claims=True)
    return Deployment(home, project, project.models, ())


def land(deployment: Deployment, world: World, days: list[date]) -> None:
    landing = PlayedLanding(deployment.home / "landing", world, CONTRACTS)
    for table, extracts in world.items():
        for day in days:
            if day in extracts:
                landing.play(Event(Kind.NEW, table, day, 1, "parquet"))


def verdicts(deployment: Deployment, as_of: date, anew: bool = False) -> Verdicts:
    """Of all claims that were judged, and of models that were made, by node; models without the
    number of rows, which is told of kept tables only."""
    deployment.ingest(as_of)
    project, told = deployment.project, deployment.told
    with warehouse.write(deployment.settings) as connection:
        warehouse.register_raw(connection, deployment.settings, CONTRACTS, as_of)
        load_seeds(connection, project)
        nodes = [*project.models, *project.claims]
        results = build(
            connection, deployment.settings, project, nodes, (), anew=anew, told=told.append
        )
        return {
            result.node: (result.status, result.rows if result.node in project.claims else None)
            for result in results
        }


def test_claims_on_days_in_turn_have_the_verdicts_of_one_build(world: World, tmp_path: Path):
    days = sorted(world[ORDERS])
    living = deployment(tmp_path / "living")
    land(living, world, days)
    for day in (days[1], days[2], days[5]):
        found = verdicts(living, day)
        shutil.copytree(living.home, tmp_path / "whole")
        whole = verdicts(deployment(tmp_path / "whole"), day, anew=True)
        assert found.keys() == {*living.project.models, *living.project.claims}
        assert found == whole
        shutil.rmtree(tmp_path / "whole")
    assert [line.partition(":")[0] for line in living.told] == [ANEW, AGAIN, AGAIN]


RATED = "every_order_currency_has_a_rate"


def with_unknown_currencies(world: World, day: date) -> World:
    """Three orders of the day break a claim."""
    order = world[ORDERS][day][0]
    unknown = [
        {**order, "order_id": f"OX{number}", "currency": f"XX{number}"} for number in range(3)
    ]
    return {**world, ORDERS: {**world[ORDERS], day: [*world[ORDERS][day], *unknown]}}


def test_a_claim_that_new_rows_break_stops_what_stands_behind_it(world: World, tmp_path: Path):
    start, before, day = sorted(world[ORDERS])[:3]
    living = deployment(tmp_path / "living")
    land(living, with_unknown_currencies(world, day), [start, before, day])
    held = verdicts(living, before)
    assert {status for status, _ in held.values()} == {Status.MADE, Status.HELD}

    found = verdicts(living, day)
    [node] = [n for n in living.project.claims if RATED in n]
    assert living.told[-1].startswith(ANEW)
    assert living.told[-1].endswith("does not hold of what is new")
    assert found[node] == (Status.FAILED, 3)
    assert "model.patron.int_orders_keyed" in found
    assert "model.patron.fct_order_net" not in found
    with warehouse.read(living.settings) as connection:
        assert read_base(connection) is None
    again = verdicts(living, day)
    assert living.told[-1] == f"{ANEW}: no earlier run has left any"
    assert again == found


def test_what_was_kept_without_judging_it_is_judged_the_day_after(world: World, tmp_path: Path):
    before, day, after = sorted(world[ORDERS])[1:4]
    living = deployment(tmp_path / "living")
    land(living, with_unknown_currencies(world, day), sorted(world[ORDERS])[:4])
    verdicts(living, before)
    living.ingest(day)
    living.make(day)  # models alone
    assert living.told[-1].startswith(AGAIN)

    found = verdicts(living, after)
    [node] = [n for n in living.project.claims if RATED in n]
    assert found[node] == (Status.FAILED, 3)
