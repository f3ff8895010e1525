"""What the web shop and the app record: sessions that buy and sessions that do not.

Belongs here: web_events. Does not belong here: social media and reviews (``community.py``).
Sessions are built from blocks of events, one block per step, so that a session reads view,
search, product ..., cart, checkout, order in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import (
    DAY,
    Bools,
    Ints,
    daytime,
    ids,
    instants,
    joined,
    numbers,
    stream,
    where,
    words,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.sales import session_ids
from orchestration.sample_world.firm.baskets import Lines
from orchestration.sample_world.firm.catalogue import Catalogue
from orchestration.sample_world.firm.orders import APP, STORE, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import SALES, Records
from orchestration.sample_world.parameters import Parameters

KINDS = ("view", "search", "product", "cart", "checkout", "order", "install", "review")
VIEW, SEARCH, PRODUCT, CART, CHECKOUT, ORDER, INSTALL, REVIEW = range(len(KINDS))
URLS = ("/", "/search", "/product/", "/cart", "/checkout", "/thanks", "/app/install", "/review/")
BROWSING = 10**9  # numbers of sessions that bought nothing start here


@dataclass(frozen=True)
class Steps:
    """Events before they are put in order; ``product`` is -1 where none is meant."""

    session: Ints
    person: Ints
    at: Ints
    kind: Ints
    product: Ints
    is_known: Bools  # logged in


def web_table(
    seed: int,
    people: People,
    records: Records,
    orders: Orders,
    lines: Lines,
    catalogue: Catalogue,
    calendar: Calendar,
    par: Parameters,
) -> Table:
    first = max(calendar.first_day, calendar.last_day - par.web_history_days + 1)
    parts = [
        *_buying(seed, orders, lines, first),
        *_browsing(seed, people, orders, catalogue, first, calendar, par),
    ]
    names = ("session", "person", "at", "kind", "product", "is_known")
    steps = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    inside = (steps["at"] >= first * DAY) & (steps["at"] < (calendar.last_day + 1) * DAY)
    order = np.lexsort((steps["kind"], steps["session"], steps["at"]))
    order = order[inside[order]]
    found = Steps(**{name: values[order] for name, values in steps.items()})
    return Table(
        "sales", "web_events", "events", "jsonl.gz",
        _rows(seed, people, records, found), day=found.at // DAY,
    )  # fmt: skip


def _buying(seed: int, orders: Orders, lines: Lines, first: int) -> list[Steps]:
    """Sessions that end in an order: the pages of what was bought, cart, checkout, order."""
    rng = stream(seed, "buying sessions")
    online = (orders.channel < STORE) & (orders.day >= first)
    of = np.flatnonzero(online)
    person, end = orders.person[of], orders.ordered_at[of]
    known = orders.record[of] >= 0
    none = np.full(len(of), -1)
    checkout = end - rng.integers(20, 240, len(of))
    cart = checkout - rng.integers(20, 300, len(of))
    line = np.flatnonzero(online[lines.order])
    bought = lines.order[line]
    cart_of = np.zeros(orders.count, dtype=np.int64)
    cart_of[of] = cart
    looked = cart_of[bought] - 30 - 70 * lines.number[line]
    start = cart - 60 - 80 * 12
    searched = np.flatnonzero(rng.random(len(of)) < 0.5)

    def block(at: Ints, kind: int) -> Steps:
        return Steps(of, person, at, np.full(len(of), kind), none, known)

    search = block(start + 45, SEARCH)
    is_app = orders.channel[of] == APP
    newest = _first_of_each(person[is_app])
    install = np.flatnonzero(is_app)[newest]
    return [
        block(start, VIEW), _some(search, searched),
        Steps(bought, orders.person[bought], looked, np.full(len(line), PRODUCT),
              lines.product[line], orders.record[bought] >= 0),
        block(cart, CART), block(checkout, CHECKOUT), block(end, ORDER),
        _some(block(start - 60, INSTALL), install),
    ]  # fmt: skip


def _first_of_each(values: Ints) -> Ints:
    """Positions at which a value stands for the first time."""
    return np.unique(values, return_index=True)[1]


def _some(steps: Steps, of: Ints) -> Steps:
    return Steps(**{name: values[of] for name, values in steps.__dict__.items()})


def _browsing(
    seed: int,
    people: People,
    orders: Orders,
    catalogue: Catalogue,
    first: int,
    calendar: Calendar,
    par: Parameters,
) -> list[Steps]:
    """Sessions without an order: a third leave at once, some fill a cart and leave it."""
    rng = stream(seed, "browsing sessions")
    buying = int(((orders.channel < STORE) & (orders.day >= first)).sum())
    rows = round(buying * par.browsing_per_buying)
    person = rng.integers(0, people.count, rows)
    day = rng.integers(first, calendar.last_day + 1, rows)
    start = day * DAY + daytime(rng, rows)
    known = (rng.random(rows) < 0.4) & (day > people.acquired_day[person])
    session = BROWSING + np.arange(rows)
    none = np.full(rows, -1)
    pages = np.where(rng.random(rows) < 0.35, 0, rng.integers(1, 5, rows))
    reviews = known & (pages > 1) & (rng.random(rows) < 0.03)
    seen = np.repeat(np.arange(rows), pages)
    nth = np.arange(len(seen)) - np.repeat(np.cumsum(pages) - pages, pages) + 1
    leaf = people.favourite_department[person[seen]] * 9 + rng.integers(0, 9, len(seen))
    product = leaf * catalogue.per_leaf + rng.integers(0, catalogue.per_leaf, len(seen))
    sold = catalogue.launched_day[product] <= day[seen]
    product = np.where(sold, product, product - 1)

    def block(at: Ints, kind: int) -> Steps:
        return Steps(session, person, at, np.full(rows, kind), none, known)

    searched = np.flatnonzero((pages > 0) & (rng.random(rows) < 0.4))
    filled = np.flatnonzero((pages > 1) & (rng.random(rows) < 0.25))
    return [
        block(start, VIEW), _some(block(start + 20, SEARCH), searched),
        Steps(session[seen], person[seen], start[seen] + 20 + 55 * nth,
              np.full(len(seen), PRODUCT), product, known[seen]),
        _some(block(start + 320, CART), filled),
        _some(block(start + 400, REVIEW), np.flatnonzero(reviews)),
    ]  # fmt: skip


def _rows(seed: int, people: People, records: Records, steps: Steps) -> pa.Table:
    rng = stream(seed, "web words")
    rows = len(steps.at)
    account = records.first_of(people.count, SALES)[steps.person]
    is_known = steps.is_known & (account >= 0)
    customer = ids("S", records.number[np.maximum(account, 0)], 8, ~is_known)
    is_browsing = steps.session >= BROWSING
    own = session_ids(np.where(is_browsing, 0, steps.session))
    other = ids("WB", np.where(is_browsing, steps.session - BROWSING + 1, 0), 10)
    has_product = steps.product >= 0
    product = ids("P", np.maximum(steps.product, 0) + 1, 5)
    path = words(URLS, steps.kind)
    none = pa.nulls(rows, pa.string())
    engaged = (rng.gamma(1.4, 14_000, rows)).astype(np.int64) + 400
    return pa.table(
        {
            "event_id": ids("WE", np.arange(rows) + 1, 10),
            "at": instants(steps.at),
            "visitor_id": ids("V", steps.person + 1, 8),
            "customer_id": customer,
            "session_id": where(is_browsing, other, own),
            "kind": words(KINDS, steps.kind),
            "product_id": where(has_product, product, none),
            "url": where(has_product, joined(path, product), path),
            "engaged_ms": numbers(np.minimum(engaged, 900_000)),
        }
    )
