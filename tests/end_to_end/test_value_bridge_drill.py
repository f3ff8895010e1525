"""Long form: the value bridge closes for every customer and chains from period to period.

Thirty days of the sample world one after another, and six months of Online Retail II: what a period
opens with is what the period before closed with. The days are made by the SQL and the models of a
refresh on one scratch warehouse; the last one is refreshed as well, and gives the same bridge.
"""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from refreshing import LAST_DAY, refresh

from orchestration import warehouse
from orchestration.assets.history import STATE
from orchestration.contracts import load_extract_contracts
from orchestration.history.closings import write_closing
from orchestration.ingest.load import load_until
from orchestration.replay.plan import plan_for
from orchestration.replay.scratch import scratch_warehouse
from orchestration.replay.steps import python_steps
from orchestration.sample_world import write_world
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, Settings, known_sources
from orchestration.transform.compiled import compiled_project

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())

RETAIL_FILE = (
    PROJECT_ROOT.parent / "shared" / "data" / "online_retail_ii" / "online_retail_ii.parquet"
)
EFFECTS = ("alive", "frequency", "spend", "margin", "influence", "merge", "definition")
DAYS = 30
# The day before the first of them is refreshed too: it opens the first bridge.
DAILY = [LAST_DAY - timedelta(days=days_before) for days_before in range(DAYS, -1, -1)]
MONTHLY = [date(2011, month + 1, 1) - timedelta(days=1) for month in range(3, 10)]

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Bridge:
    """What one as-of date says of the change since the period before."""

    as_of: date
    openings: Values
    closings: Values
    effects: Mapping[str, Mapping[str, Decimal]]  # by customer, of those whose change is explained
    presences: Mapping[str, str]
    unexplained: Mapping[str, str]

    def sum_of(self, effect: str) -> Decimal:
        return sum((own[effect] for own in self.effects.values()), Decimal())

    def size_of(self, effect: str) -> Decimal:
        """Sum of what the effect moved, gains and losses alike."""
        return sum((abs(own[effect]) for own in self.effects.values()), Decimal())

    def count(self, presence: str) -> int:
        return list(self.presences.values()).count(presence)


def read_bridge(connection: duckdb.DuckDBPyConnection, as_of: date) -> Bridge:
    amounts = ", ".join(f"{effect}_change_amount" for effect in EFFECTS)
    rows = connection.execute(
        "SELECT customer_key, presence, change_reason, opening_amount, closing_amount, "
        f"{amounts} FROM marts.customer_value_change"
    ).fetchall()
    return Bridge(
        as_of,
        openings={row[0]: row[3] for row in rows},
        closings={row[0]: row[4] for row in rows},
        effects={row[0]: dict(zip(EFFECTS, row[5:], strict=True)) for row in rows if not row[2]},
        presences={row[0]: row[1] for row in rows},
        unexplained={row[0]: row[2] for row in rows if row[2]},
    )


def bridges_of(settings: Settings, as_ofs: list[date]) -> list[Bridge]:
    """The bridge of each date, in order; the last one through the whole refresh too."""
    for (source, _), contract in CONTRACTS.items():
        if source in settings.sources:
            load_until(contract, settings.zones, as_ofs[-1], every_snapshot=True)
    project = compiled_project(settings)
    plan = plan_for(project, ["customer_value_change"], python_steps())
    bridges = []
    with scratch_warehouse(settings, CONTRACTS, project.seeds_file, plan) as scratch:
        for as_of in as_ofs:
            if as_of == as_ofs[-1]:
                shutil.copytree(scratch.settings.zones.history, settings.zones.history)
            scratch.register(as_of)
            scratch.make(as_of, may_use_kept_models=False)
            assert_components_add_up(scratch.connection.execute(COMPONENTS).fetchall())
            bridges.append(read_bridge(scratch.connection, as_of))
            zones = scratch.settings.zones
            write_closing(scratch.connection, zones, STATE, as_of, settings.value_period)
    outcome = refresh(settings, as_ofs[-1])
    assert outcome.success, outcome.failures
    with warehouse.read(settings) as connection:
        assert read_bridge(connection, as_ofs[-1]) == bridges[-1]
    return bridges


COMPONENTS = """
    SELECT total_amount, profit_contribution_amount, cost_saving_amount,
        established_influence_amount, potential_amount, influence_amount
    FROM marts.customer_value WHERE total_amount IS NOT NULL
"""


def assert_components_add_up(rows: list[tuple[Decimal, ...]]) -> None:
    assert rows
    assert [row for row in rows if row[0] != sum(part or 0 for part in row[1:])] == []


def assert_closes(bridge: Bridge) -> None:
    """opening + seven effects = closing, of each customer and of all."""
    for customer, effects in bridge.effects.items():
        opening, closing = bridge.openings[customer], bridge.closings[customer]
        assert opening is not None
        assert opening + sum(effects.values()) == closing, (bridge.as_of, customer)
    explained = [(bridge.openings[c] or 0, bridge.closings[c] or 0) for c in bridge.effects]
    change = sum(closing - opening for opening, closing in explained)
    assert sum(bridge.sum_of(effect) for effect in EFFECTS) == change


def assert_chains(before: Bridge, bridge: Bridge) -> None:
    """Everybody of the period before is there, and begins where that period ended."""
    kept = {c: v for c, v in before.closings.items() if before.presences[c] != "gone"}
    assert kept.keys() <= bridge.openings.keys()
    for customer in bridge.effects:
        assert bridge.openings[customer] == kept.get(customer, Decimal()), (bridge.as_of, customer)


def report(bridges: list[Bridge]) -> None:
    """Figures of each period, shown by ``pytest -s``."""
    for bridge in bridges:
        total = sum(v or 0 for v in bridge.closings.values())
        effects = ", ".join(
            f"{effect} {bridge.sum_of(effect):.0f} ({bridge.size_of(effect):.0f})"
            for effect in EFFECTS
        )
        people = ", ".join(f"{n} {bridge.count(n)}" for n in ("known", "new", "appeared", "gone"))
        sys.stdout.write(
            f"\n{bridge.as_of}: value {total:.0f}; {effects}; {people}; "
            f"unexplained {len(bridge.unexplained)}\n"
        )


@pytest.mark.drill
def test_thirty_days_of_the_sample_world_chain_to_the_cent(tmp_path: Path):
    settings = Settings(home=tmp_path, value_period="day")
    write_world(
        settings.home, customers=500, days=400, seed=6, last_day=LAST_DAY, daily_extracts=DAYS + 2
    )

    opening, *bridges = bridges_of(settings, DAILY)

    report(bridges)
    assert not opening.effects
    for before, bridge in zip([opening, *bridges], bridges, strict=False):
        assert_closes(bridge)
        assert_chains(before, bridge)
        assert len(bridge.effects) > 0.9 * len(bridge.closings), bridge.unexplained
        # A day's purchases change the parameters, and no more: no change of model from day to day.
        value = sum(closing or 0 for closing in bridge.closings.values())
        assert bridge.size_of("definition") < Decimal("0.02") * value, bridge.as_of
    # What the bridge is for did happen, or the equalities above would say little.
    assert sum(bridge.count("new") for bridge in bridges) > 0
    assert sum(bridge.count("gone") for bridge in bridges) > 0
    for effect in EFFECTS:
        assert sum(bridge.size_of(effect) for bridge in bridges) > 0, effect


@pytest.mark.drill
@pytest.mark.skipif(
    not RETAIL_FILE.exists(),
    reason=f"the shared data are not here: no {RETAIL_FILE.name} in ../shared/data",
)
def test_six_months_of_online_retail_chain_to_the_cent(tmp_path: Path):
    settings = Settings(
        home=tmp_path, sources=("online_retail",), assumed_margin_rate=Decimal("0.3")
    )
    # Landed as one early delivery, so that every as-of date sees the file and cuts it by itself.
    folder = settings.zones.landing / "online_retail" / "online_retail_lines"
    delivery = folder / f"extract_date={MONTHLY[0]}"
    delivery.mkdir(parents=True)
    (delivery / RETAIL_FILE.name).symlink_to(RETAIL_FILE)

    opening, *bridges = bridges_of(settings, MONTHLY)

    report(bridges)
    assert not opening.effects
    for before, bridge in zip([opening, *bridges], bridges, strict=False):
        assert_closes(bridge)
        assert_chains(before, bridge)
        assert not bridge.unexplained
        assert bridge.count("new") > 20
        assert bridge.count("gone") == 0
        assert bridge.size_of("merge") == 0
        for effect in ("alive", "frequency", "spend", "definition"):
            assert bridge.size_of(effect) > 0, effect
