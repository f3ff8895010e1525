"""Long form: thirty days in order, and the last day alone with their memory, agree on every table.

The days in order are made by the SQL and the models of a refresh on one scratch warehouse, where
what did not change since the day before is kept; the last day alone is a whole refresh on a new
deployment. What a deployment keeps is what landed, the memory of the days before and its secrets;
the warehouse and what is served are made again from these.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from refreshing import LAST_DAY, refresh

from benchmarks.table_hashes import table_hashes
from orchestration import warehouse
from orchestration.assets.dbt_process import project_digest
from orchestration.assets.history import LISTS, STATE
from orchestration.contracts import load_extract_contracts
from orchestration.history.change_log import opening_sql
from orchestration.history.closings import write_closing
from orchestration.history.declared import change_logs
from orchestration.history.export_memory import remember_export
from orchestration.history.run_inputs import remember_inputs
from orchestration.history.segment_memory import MEMBERSHIPS, Declaration, remember
from orchestration.ingest.load import load_until
from orchestration.replay.plan import plan_for
from orchestration.replay.scratch import Scratch, scratch_warehouse
from orchestration.replay.steps import python_steps
from orchestration.sample_world import write_world
from orchestration.settings import CONTRACTS_ROOT, Settings, Zones, known_sources
from orchestration.transform.compiled import compiled_project

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
DAYS = 30


@contextmanager
def days_in_order(
    settings: Settings, before_the_last: Callable[[Scratch], None]
) -> Iterator[Scratch]:
    """A scratch warehouse of the last day, which remembers every day as a refresh does."""
    for contract in CONTRACTS.values():
        load_until(contract, settings.zones, LAST_DAY, every_snapshot=True)
    project = compiled_project(settings)
    everything = [node.rpartition(".")[2] for node in project.models]
    plan = plan_for(project, everything, python_steps())
    with scratch_warehouse(settings, CONTRACTS, project.seeds_file, plan) as scratch:
        for days_before in range(DAYS - 1, -1, -1):
            day = LAST_DAY - timedelta(days=days_before)
            if day == LAST_DAY:
                before_the_last(scratch)
            scratch.register(day)
            scratch.make(day, may_use_kept_models=False)
            connection, zones = scratch.connection, scratch.settings.zones
            write_closing(connection, zones, STATE, day, settings.value_period)
            remember_export(connection, zones, LISTS, day)
            now = datetime.now(UTC).replace(tzinfo=None)
            remember(connection, zones, MEMBERSHIPS, day, Declaration("drill", now, "none"))
            remember_inputs(connection, zones, day, project_digest())
        yield scratch


def memory_of(zones: Zones) -> dict[str, set[tuple[object, ...]]]:
    """What is remembered for the day after the last."""
    tomorrow = LAST_DAY + timedelta(days=1)
    return {
        name: set(duckdb.sql(opening_sql(log, zones, tomorrow)).fetchall())
        for name, log in change_logs().items()
    }


@pytest.mark.drill
def test_thirty_days_in_order_equal_the_last_day_alone(tmp_path: Path):
    first = tmp_path / "in_order"
    write_world(first, customers=2_000, days=400, seed=3, last_day=LAST_DAY, daily_extracts=DAYS)
    alone = Settings(home=tmp_path / "alone")
    alone.home.mkdir()
    (alone.home / "landing").symlink_to(first / "landing")

    def give_memory(scratch: Scratch) -> None:
        shutil.copytree(first / "secrets", alone.home / "secrets")
        shutil.copytree(scratch.settings.zones.history, alone.zones.history)
        shutil.copytree(scratch.settings.zones.models, alone.zones.models)

    with days_in_order(Settings(home=first), give_memory) as scratch:
        outcome = refresh(alone, LAST_DAY)
        assert outcome.success, outcome.failures

        observed = table_hashes(scratch.connection)
        with warehouse.read(alone) as connection:
            expected = table_hashes(connection)
        assert len(expected) > 400
        assert {name for name in expected if expected[name] != observed.get(name)} == set()

        remembered = memory_of(alone.zones)
        assert all(remembered.values())
        assert remembered == memory_of(scratch.settings.zones)
