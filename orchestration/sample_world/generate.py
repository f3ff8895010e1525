"""Assembly of the sample world: draw it, deliver it, write down its truth.

Belongs here: the public function and the order of work. Does not belong here: anything drawn
(``firm/``), told (``extracts/``) or packed (``delivery/``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from orchestration.contracts import load_extract_contracts
from orchestration.sample_world import truth
from orchestration.sample_world.columns import as_date
from orchestration.sample_world.delivery.broken import BrokenRows
from orchestration.sample_world.delivery.packaging import WorldError, deliver
from orchestration.sample_world.extracts import sales
from orchestration.sample_world.extracts.assembly import tables_of
from orchestration.sample_world.firm.world import World, draw_world
from orchestration.settings import CONTRACTS_ROOT

SOURCES = ("crm", "sales")
LEAST_CUSTOMERS = 50
LEAST_DAYS = 60  # two campaigns, one wave of the quarterly survey


@dataclass(frozen=True)
class WorldSummary:
    """What was written: good rows by (source, table), and the broken ones beside them."""

    customers: int
    first_day: date
    last_day: date
    extract_dates: tuple[date, ...]
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    broken: tuple[BrokenRows, ...] = ()


def write_world(
    home: Path,
    customers: int = 20_000,
    days: int = 730,
    seed: int = 7,
    last_day: date = date(2025, 6, 30),
    daily_extracts: int = 7,
    report: Callable[[str], None] | None = None,
) -> WorldSummary:
    """Write ``home/landing/`` and ``home/truth/`` of a world of ``customers`` buyers.

    The first of the ``daily_extracts`` carries the whole history, each later one its day's news.
    The same arguments give the same bytes; ``daily_extracts`` changes only the packaging.

    Raises:
        WorldError: the landing zone is not empty, or the world and a contract disagree.
    """
    tell = report or (lambda line: None)
    landing = home / "landing"
    _check(landing, customers, days, daily_extracts)
    world = draw_world(customers, days, seed, last_day, tell)
    end = world.calendar.last_day
    extract_days = range(end - daily_extracts + 1, end + 1)
    rows, broken = _deliver_all(world, landing, extract_days, tell)
    arguments: dict[str, int | str] = {
        "customers": customers, "days": days, "seed": seed,
        "last_day": last_day.isoformat(), "daily_extracts": daily_extracts,
    }  # fmt: skip
    _write_truth(world, home / "truth", broken, arguments)
    tell(f"truth: {home / 'truth'}")
    return WorldSummary(
        customers=customers,
        first_day=as_date(world.calendar.first_day),
        last_day=last_day,
        extract_dates=tuple(as_date(day) for day in extract_days),
        rows=rows,
        broken=tuple(broken),
    )


def _check(landing: Path, customers: int, days: int, daily_extracts: int) -> None:
    if landing.exists() and any(landing.iterdir()):
        raise WorldError(
            f"the landing zone {landing} is not empty; empty it or choose another folder"
        )
    if customers < LEAST_CUSTOMERS or days < LEAST_DAYS:
        raise WorldError(
            f"a world of {customers} customers and {days} days is too small for its surveys and "
            f"campaigns; ask for at least {LEAST_CUSTOMERS} and {LEAST_DAYS}"
        )
    if not 1 <= daily_extracts <= days:
        raise WorldError(f"daily_extracts={daily_extracts}: choose 1 to {days}, the days drawn")


def _deliver_all(
    world: World, landing: Path, days: range, tell: Callable[[str], None]
) -> tuple[dict[tuple[str, str], int], list[BrokenRows]]:
    contracts = load_extract_contracts(CONTRACTS_ROOT, SOURCES)
    rows: dict[tuple[str, str], int] = {}
    broken: list[BrokenRows] = []
    for table in tables_of(world, days[0]):
        contract = contracts[table.source, table.name]
        written, planted = deliver(table, contract, landing, days, world.par)
        rows[table.source, table.name] = written
        broken += planted
        tell(f"{table.source}.{table.name}: {written:,} rows")
    return rows, broken


def _write_truth(
    w: World, folder: Path, broken: list[BrokenRows], arguments: dict[str, int | str]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    guest_email, _ = sales.guest_contacts(w.people, w.records, w.orders)
    tables: dict[str, pa.Table] = {
        "persons": truth.persons(w.people, w.purchases),
        "identities": truth.identities(w.people, w.records),
        "orders": truth.orders_truth(w.people, w.orders, guest_email),
        "totals": truth.totals(w.people, w.orders, w.lines, w.returns),
        "broken_rows": truth.broken_rows(broken),
    }
    for name, table in tables.items():
        pa.parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")
    parameters = {"world": arguments, "firm": asdict(w.par)}
    (folder / "parameters.json").write_text(json.dumps(parameters, indent=2) + "\n")
