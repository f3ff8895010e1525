"""Assembly of the sample world: draw it, deliver it, write down its truth.

Belongs here: the public function and the order of work. Does not belong here: anything drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from orchestration.contracts import load_extract_contracts
from orchestration.sample_world import (
    baskets,
    campaigns,
    community,
    customers,
    finance,
    marketing,
    merchandise,
    planting,
    programme,
    sales,
    service,
    surveys,
    tiers,
    truth,
    web,
)
from orchestration.sample_world.broken import BrokenRows
from orchestration.sample_world.catalogue import Catalogue, draw_catalogue
from orchestration.sample_world.columns import Ints
from orchestration.sample_world.deliveries import WorldError, as_date, day_number, deliver
from orchestration.sample_world.orders import Orders, draw_orders
from orchestration.sample_world.parameters import Parameters
from orchestration.sample_world.people import Calendar, People, draw_people
from orchestration.sample_world.purchases import Purchases, draw_purchases
from orchestration.sample_world.records import Records, draw_records
from orchestration.sample_world.tables import Table
from orchestration.settings import CONTRACTS_ROOT

SOURCES = ("crm", "sales")
LEAST_CUSTOMERS = 50
LEAST_DAYS = 60  # two campaigns, one wave of the quarterly survey


@dataclass(frozen=True)
class World:
    """Everything drawn, before it is delivered."""

    seed: int
    par: Parameters
    calendar: Calendar
    people: People
    records: Records
    catalogue: Catalogue
    purchases: Purchases
    enrolled: Ints
    orders: Orders
    lines: baskets.Lines
    returns: baskets.Returns


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


def draw_world(
    customers_count: int,
    days: int,
    seed: int,
    last_day: date,
    tell: Callable[[str], None] = lambda line: None,
    par: Parameters | None = None,
) -> World:
    """Draw persons, records, purchases and orders; no file is written."""
    par = par or Parameters()
    end = day_number(last_day)
    calendar = Calendar(end - days + 1, end)
    people = draw_people(seed, customers_count, calendar, par)
    records = draw_records(seed, people, calendar, par)
    catalogue = draw_catalogue(seed, calendar, par)
    buyers_day = people.acquired_day[: people.buyers]
    purchases = draw_purchases(seed, buyers_day, calendar.last_day, par)
    tell(f"persons: {people.count:,}, source records: {records.count:,}")
    enrolled = customers.enrolled_at(seed, people)
    orders = draw_orders(seed, people, records, purchases, catalogue, enrolled, calendar, par)
    lines = baskets.draw_lines(seed, people, orders, catalogue, par)
    returns = baskets.draw_returns(seed, orders, lines, calendar, par)
    tell(f"orders: {orders.count:,}, lines: {lines.count:,}, returns: {len(returns.line):,}")
    return World(
        seed, par, calendar, people, records, catalogue, purchases, enrolled, orders, lines, returns
    )


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


def tables_of(world: World, first_extract: int) -> Iterator[Table]:
    """All tables, one at a time, so that only one is held in memory beside the world.

    Versions that were replaced by the day ``first_extract`` may be missing: no extract shows them.
    """
    for table in _sound_tables(world, first_extract):
        if table.mode == "events" and table.cadence == "daily":
            late = planting.with_late_rows(table, world.seed, world.calendar.last_day, world.par)
            yield planting.with_redelivered_rows(
                late, world.seed, world.calendar.last_day, world.par
            )
        elif table.name in DELETED_BY:
            yield planting.with_deleted_rows(
                table, DELETED_BY[table.name], world.seed, world.calendar.last_day, world.par
            )
        else:
            yield table


# Tables in which rows are entered by mistake and deleted, with the id that tells them apart.
DELETED_BY = {
    "crm_customers": "customer_id",
    "sales_orders": "order_id",
    "crm_tickets": "ticket_id",
}


def _sound_tables(w: World, first_extract: int) -> Iterator[Table]:
    yield from _shop_tables(w, first_extract)
    yield from _customer_tables(w)
    yield from _service_tables(w)
    yield from _marketing_tables(w)


def _shop_tables(w: World, first_extract: int) -> Iterator[Table]:
    yield merchandise.calendar_table(w.calendar)
    yield merchandise.rates_table(w.catalogue)
    yield merchandise.products_table(w.catalogue, w.calendar)
    yield merchandise.promotions_table(w.catalogue, w.calendar)
    yield sales.orders_table(w.people, w.records, w.orders, w.calendar, first_extract)
    yield sales.lines_table(w.seed, w.orders, w.lines, w.calendar, w.par)
    yield sales.line_discounts_table(w.orders, w.lines)
    yield sales.returns_table(w.lines, w.returns)
    yield sales.payments_table(w.seed, w.orders, w.calendar, w.par)
    yield finance.contracts_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield finance.cost_to_serve_table(w.calendar)
    yield web.web_table(
        w.seed, w.people, w.records, w.orders, w.lines, w.catalogue, w.calendar, w.par
    )


def _customer_tables(w: World) -> Iterator[Table]:
    yield customers.customers_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield customers.identities_table(w.seed, w.people, w.records, w.calendar)
    yield customers.privacy_requests_table(w.records)
    yield customers.members_table(w.seed, w.people, w.records, w.enrolled, w.calendar)
    yield programme.programs_table(w.calendar, w.par)
    ledger = programme.draw_ledger(
        w.seed, w.enrolled, w.orders, w.lines, w.returns, w.calendar, w.par
    )
    yield programme.ledger_table(w.seed, ledger, w.par)
    yield tiers.tiers_table(w.enrolled, w.orders, w.calendar, w.par)
    yield finance.credit_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield finance.wallet_table(
        w.seed, w.people, w.records, w.orders, w.lines, w.catalogue, w.calendar, w.par
    )


def _service_tables(w: World) -> Iterator[Table]:
    tickets = service.draw_tickets(
        w.seed, w.people, w.records, w.orders, w.lines, w.calendar, w.par
    )
    yield service.tickets_table(w.seed, w.people, w.records, tickets, w.calendar)
    yield service.ticket_events_table(w.seed, tickets, w.calendar)
    yield service.interactions_table(w.seed, w.people, w.records, w.calendar, w.par)
    answers = surveys.survey_answers(w.seed, w.people, w.records, w.orders, w.calendar, w.par)
    effort = service.effort_answers(w.seed, w.people, tickets, w.calendar, w.par)
    yield surveys.survey_table(w.seed, w.people, w.records, [*answers, effort])


def _marketing_tables(w: World) -> Iterator[Table]:
    outreach = campaigns.draw_outreach(w.seed, w.people, w.records, w.calendar, w.par)
    yield campaigns.campaigns_table(outreach, w.calendar)
    yield campaigns.assignments_table(w.people, w.records, outreach, w.par)
    yield campaigns.messages_table(w.people, w.records, outreach)
    yield campaigns.consents_table(w.seed, w.people, w.records, outreach, w.calendar, w.par)
    yield marketing.offers_table(w.people, w.records, outreach, w.orders, w.lines, w.calendar)
    yield marketing.referrals_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield marketing.spend_table(w.seed, w.people, outreach, w.calendar)
    yield community.accounts_table(w.seed, w.people, w.calendar)
    yield community.mentions_table(w.seed, w.people, w.calendar)
    yield community.contributions_table(
        w.seed, w.people, w.records, w.orders, w.lines, w.calendar, w.par
    )


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
