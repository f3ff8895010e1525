"""The whole firm, drawn in order: each part from those before it.

Belongs here: the order of drawing. Does not belong here: any of the processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from orchestration.sample_world.columns import Ints, day_number
from orchestration.sample_world.firm import baskets
from orchestration.sample_world.firm.catalogue import Catalogue, draw_catalogue
from orchestration.sample_world.firm.orders import Orders, draw_orders
from orchestration.sample_world.firm.people import Calendar, People, draw_people, enrolled_at
from orchestration.sample_world.firm.purchases import Purchases, draw_purchases
from orchestration.sample_world.firm.records import Records, draw_records
from orchestration.sample_world.parameters import Parameters


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
    enrolled = enrolled_at(seed, people)
    orders = draw_orders(seed, people, records, purchases, catalogue, enrolled, calendar, par)
    lines = baskets.draw_lines(seed, people, orders, catalogue, par)
    returns = baskets.draw_returns(seed, orders, lines, calendar, par)
    tell(f"orders: {orders.count:,}, lines: {lines.count:,}, returns: {len(returns.line):,}")
    return World(
        seed, par, calendar, people, records, catalogue, purchases, enrolled, orders, lines, returns
    )
