"""Orders: an occasion becomes one or two orders, placed by a record, a guest or nobody known.

Belongs here: one row per order with its course of events. Does not belong here: its lines
(``baskets.py``) and the extract tables (``sales.py``).

Every occasion has exactly one or two good orders whose net totals add to the drawn spend. The
cancelled, failed and empty orders stand beside them, so they never change the purchase process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample_world.columns import DAY, NEVER, Bools, Ints, daytime, draw, stream
from orchestration.sample_world.firm.catalogue import Catalogue
from orchestration.sample_world.firm.people import ANONYMOUS, CRM_PHONE, GUEST, Calendar, People
from orchestration.sample_world.firm.purchases import Purchases
from orchestration.sample_world.firm.records import SALES, Records
from orchestration.sample_world.parameters import Parameters

CHANNELS = ("web", "app", "store", "phone")
WEB, APP, STORE, PHONE = range(4)
OUTCOMES = ("good", "cancelled", "failed", "no_lines")
GOOD, CANCELLED, FAILED, NO_LINES = range(4)
# What a guest leaves behind: nothing, their registered address or phone, or an unknown address.
NO_GUEST, KNOWN_EMAIL, KNOWN_PHONE, STRAY_EMAIL = range(4)
STORES = 24
REPS = 30


@dataclass(frozen=True)
class Orders:
    """Arrays over orders in the order of ``ordered_at``; order i has the number i + 1."""

    person: Ints
    ordered_at: Ints
    outcome: Ints
    net: Ints  # cents in the order's own currency, what its lines add to (0 without lines)
    spend: Ints  # cents of the reporting currency it stands for; 0 unless good
    currency: Ints
    channel: Ints
    store: Ints
    record: Ints  # index of the account it was placed with, -1 for none
    guest: Ints
    shows_card: Bools
    paid_at: Ints
    shipped_at: Ints
    delivered_at: Ints
    ended_at: Ints  # cancelled or failed
    late_days: Ints  # by which every message about it is late

    @property
    def count(self) -> int:
        return len(self.person)

    @property
    def day(self) -> Ints:
        return self.ordered_at // DAY


def draw_orders(
    seed: int,
    people: People,
    records: Records,
    purchases: Purchases,
    catalogue: Catalogue,
    enrolled: Ints,
    calendar: Calendar,
    par: Parameters,
) -> Orders:
    """``enrolled`` is the instant at which each person joined the programme."""
    rng = stream(seed, "orders")
    person, ordered_at, spend, outcome = _attempts(rng, purchases, calendar, par)
    currency = people.currency[person]
    net = np.rint(spend * 1e8 / catalogue.rate(currency, ordered_at // DAY)).astype(np.int64)
    channel = _channels(rng, people, person)
    record, guest = _placed_by(rng, people, records, person, ordered_at, par)
    is_member = (enrolled[person] <= ordered_at) & (record >= 0)
    shows_card, card_only = _cards(rng, is_member, channel, par)
    course = _course(rng, channel, ordered_at, outcome, calendar)
    return Orders(
        person=person,
        ordered_at=ordered_at,
        outcome=outcome,
        net=np.where(outcome == NO_LINES, 0, net),
        spend=np.where(outcome == GOOD, spend, 0),
        currency=currency,
        channel=channel,
        store=(person * 7 + people.place[person]) % STORES,
        record=np.where(card_only, -1, record),
        guest=guest,
        shows_card=shows_card,
        late_days=_delays(rng, ordered_at, course, calendar, par),
        paid_at=course[0],
        shipped_at=course[1],
        delivered_at=course[2],
        ended_at=course[3],
    )


def _attempts(
    rng: np.random.Generator, purchases: Purchases, calendar: Calendar, par: Parameters
) -> tuple[Ints, Ints, Ints, Ints]:
    """(person, instant, spend, outcome) by time: occasions, some split in two, and the extras."""
    occasions = len(purchases.person)
    split = np.flatnonzero(rng.random(occasions) < par.second_order_share)
    second = np.rint(purchases.spend[split] * rng.uniform(0.3, 0.6, len(split))).astype(np.int64)
    second[purchases.spend[split] < 1000] = 0  # too small to share
    split, second = split[second > 0], second[second > 0]
    first = purchases.spend.copy()
    first[split] -= second
    shares = (par.cancelled_share, par.failed_share, par.no_lines_share)
    lot = draw(rng, (1 - sum(shares), *shares), occasions)
    extra = np.flatnonzero(lot)
    near = purchases.day[extra] + rng.integers(0, 15, len(extra))
    person = np.concatenate([purchases.person, purchases.person[split], purchases.person[extra]])
    day = np.concatenate([purchases.day, purchases.day[split], np.minimum(near, calendar.last_day)])
    amount = np.concatenate([first, second, purchases.spend[extra]])
    outcome = np.concatenate([np.full(occasions + len(split), GOOD), lot[extra]])
    ordered_at = day * DAY + daytime(rng, len(day))
    order = np.lexsort((person, ordered_at))
    return person[order], ordered_at[order], amount[order], outcome[order]


def _channels(rng: np.random.Generator, people: People, person: Ints) -> Ints:
    online = draw(rng, (0.62, 0.28, 0.04, 0.06), len(person))
    local = draw(rng, (0.20, 0.08, 0.70, 0.02), len(person))
    channel = np.where(people.favours_store[person], local, online)
    kind = people.kind[person]
    channel = np.where((kind == GUEST) & (channel == APP), WEB, channel)
    channel = np.where(kind == ANONYMOUS, STORE, channel)
    return np.where(kind == CRM_PHONE, PHONE, channel)


def _placed_by(
    rng: np.random.Generator,
    people: People,
    records: Records,
    person: Ints,
    ordered_at: Ints,
    par: Parameters,
) -> tuple[Ints, Ints]:
    """Record index (-1 for none) and what a guest leaves."""
    first = records.first_of(people.count, SALES)[person]
    second = np.full(people.count, -1)
    mine = np.flatnonzero((records.system == SALES) & records.is_second)
    second[records.person[mine]] = mine
    other = second[person]
    uses_other = (other >= 0) & (records.created_at[other] < ordered_at)
    record = np.where(uses_other & (rng.random(len(person)) < 0.5), other, first)
    leaves = draw(rng, (0.60, 0.25, 0.15), len(person)) + 1
    as_guest = (record >= 0) & (rng.random(len(person)) < par.guest_checkout_share)
    kind = people.kind[person]
    by_phone = np.where(leaves == STRAY_EMAIL, KNOWN_EMAIL, leaves)
    guest = np.where(as_guest, leaves, NO_GUEST)
    guest = np.where(kind == CRM_PHONE, by_phone, guest)
    guest = np.where(kind == GUEST, KNOWN_EMAIL, guest)
    return np.where(as_guest, -1, record), guest


def _cards(
    rng: np.random.Generator, is_member: Bools, channel: Ints, par: Parameters
) -> tuple[Bools, Bools]:
    """(shows the card, is known by the card alone)."""
    shows = is_member & (rng.random(len(channel)) < par.member_card_share)
    return shows, shows & (channel == STORE) & (rng.random(len(channel)) < par.card_only_share)


def _course(
    rng: np.random.Generator, channel: Ints, ordered_at: Ints, outcome: Ints, calendar: Calendar
) -> tuple[Ints, Ints, Ints, Ints]:
    """(paid, shipped, delivered, ended); NEVER where it does not happen.

    The last day settles its cancellations, so that an extra order never counts as a purchase.
    """
    rows = len(ordered_at)
    ships = ((outcome == GOOD) | (outcome == NO_LINES)) & (channel != STORE)
    paid = ordered_at + rng.integers(30, 900, rows)
    shipped = paid + (rng.uniform(0.2, 1.8, rows) * DAY).astype(np.int64)
    delivered = shipped + (rng.uniform(0.7, 3.5, rows) * DAY).astype(np.int64)
    cancelled = ordered_at + (rng.uniform(0.04, 1.7, rows) * DAY).astype(np.int64)
    cancelled = np.minimum(cancelled, (calendar.last_day + 1) * DAY - 60)
    failed = ordered_at + rng.integers(5, 120, rows)
    ended = np.where(outcome == CANCELLED, cancelled, np.where(outcome == FAILED, failed, NEVER))
    paid = np.where(ships, paid, NEVER)
    return paid, np.where(ships, shipped, NEVER), np.where(ships, delivered, NEVER), ended


def _delays(
    rng: np.random.Generator,
    ordered_at: Ints,
    course: tuple[Ints, Ints, Ints, Ints],
    calendar: Calendar,
    par: Parameters,
) -> Ints:
    """Days by which all messages about an order are late, so that their sequence stays.

    Clipped so that everything known on the last day has arrived by then: the truth is complete.
    """
    late = np.where(
        rng.random(len(ordered_at)) < par.late_share, rng.integers(1, 4, len(ordered_at)), 0
    )
    latest = ordered_at
    for instant in course:
        told = instant < (calendar.last_day + 1) * DAY
        latest = np.where(told, np.maximum(latest, instant), latest)
    return np.minimum(late, calendar.last_day - latest // DAY)
