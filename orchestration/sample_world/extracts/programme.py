"""The points programme: a ledger in which every point belongs to a lot, and tiers by spend.

Belongs here: loyalty_programs, loyalty_ledger, loyalty_tier_history. Does not belong here: who is
a member (``customers.py``).

The ledger is simulated in rounds: round k treats the k-th event of every member at once. Burning
draws on the oldest lots first; a refund takes back what is left of the lot that the order filled;
so no lot and no balance is ever negative, and issued = burnt + expired + reversed + open by lot.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Ints,
    constant,
    decimals,
    draw,
    ids,
    instants,
    numbers,
    stream,
    words,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.sales import member_ids, order_ids
from orchestration.sample_world.firm.baskets import Lines, Returns
from orchestration.sample_world.firm.orders import GOOD, STORE, Orders
from orchestration.sample_world.firm.people import Calendar
from orchestration.sample_world.parameters import Parameters

PROGRAM = "HEARTH"
# The source's words; the contract maps two of them.
KINDS = ("opening", "earn", "adjust", "reverse", "redeem", "expiry")
OPENING, EARN, ADJUST, REVERSE, BURN, EXPIRE = range(len(KINDS))
REWARDS = ("voucher", "product", "experience", "donation")


@dataclass(frozen=True)
class Events:
    """What may move points, by member and time: ``points`` given, wanted or claimed back."""

    member: Ints
    at: Ints
    kind: Ints
    points: Ints
    lot: Ints  # lot that is filled, expired or reversed; -1 for burns
    order: Ints  # -1 for none


@dataclass(frozen=True)
class Ledger:
    """Entries by time; entry i has the number i + 1."""

    member: Ints
    at: Ints
    kind: Ints
    points: Ints  # signed
    lot: Ints
    order: Ints
    expires_at: Ints  # of the lot, on the entry that fills it


def draw_ledger(
    seed: int,
    enrolled: Ints,
    orders: Orders,
    lines: Lines,
    returns: Returns,
    calendar: Calendar,
    par: Parameters,
) -> Ledger:
    rng = stream(seed, "ledger")
    fills = _fills(rng, enrolled, orders, calendar, par)
    lot_expiry = months_later(fills.at, par.points_expiry_months)
    lots = np.arange(len(fills.at))
    nothing = np.full(len(lots), -1)
    expiries = Events(
        fills.member, lot_expiry, np.full(len(lots), EXPIRE), fills.points, lots, nothing
    )
    parts = [
        fills, expiries,
        _claims(fills, orders, lines, returns, par),
        _wishes(rng, orders, par),
    ]  # fmt: skip
    end = (calendar.last_day + 1) * DAY
    events = _sorted(parts, end)
    ledger = _settled(events, fills, par.redeem_from_points)
    is_fill = ledger.kind <= ADJUST
    expires = np.where(is_fill, lot_expiry[ledger.lot], NEVER)
    return Ledger(**{**ledger.__dict__, "expires_at": expires})


def _fills(
    rng: np.random.Generator, enrolled: Ints, orders: Orders, calendar: Calendar, par: Parameters
) -> Events:
    """Everything that fills a lot, by member and time: its index is the lot's number."""
    earned_at = np.where(orders.channel == STORE, orders.ordered_at, orders.delivered_at)
    points = orders.spend // 100 * par.points_per_pound
    earning = np.flatnonzero(orders.shows_card & (orders.outcome == GOOD) & (points > 0))
    sorry = earning[rng.random(len(earning)) < par.goodwill_share]
    members = np.flatnonzero(enrolled < NEVER)
    old = members[rng.random(len(members)) < par.opening_share]
    member = np.concatenate([orders.person[earning], orders.person[sorry], old])
    at = np.concatenate([earned_at[earning], earned_at[sorry] + 3 * DAY, enrolled[old]])
    given = np.concatenate(
        [points[earning], rng.integers(1, 5, len(sorry)) * 50, rng.integers(1, 11, len(old)) * 100]
    )
    kind = np.repeat([EARN, ADJUST, OPENING], [len(earning), len(sorry), len(old)])
    order = np.concatenate([earning, sorry, np.full(len(old), -1)])
    known = at < (calendar.last_day + 1) * DAY
    member, at, given, kind, order = (a[known] for a in (member, at, given, kind, order))
    by_time = np.lexsort((order, at, member))
    member, at, given, kind, order = (a[by_time] for a in (member, at, given, kind, order))
    return Events(member, at, kind, given, np.arange(len(at)), order)


def _claims(
    fills: Events, orders: Orders, lines: Lines, returns: Returns, par: Parameters
) -> Events:
    """Points of returned goods, claimed back from the lot that the order filled."""
    lot_of = np.full(orders.count, -1)
    earned = np.flatnonzero(fills.kind == EARN)
    lot_of[fills.order[earned]] = earned
    order = lines.order[returns.line]
    claimed = np.flatnonzero(lot_of[order] >= 0)
    order = order[claimed]
    share = returns.amount[claimed] / (orders.net[order] * 100)
    points = np.ceil(share * (orders.spend[order] // 100) * par.points_per_pound)
    return Events(
        orders.person[order],
        returns.at[claimed] + 3600,
        np.full(len(order), REVERSE),
        points.astype(np.int64),
        lot_of[order],
        order,
    )


def _wishes(rng: np.random.Generator, orders: Orders, par: Parameters) -> Events:
    """Orders at which a member would redeem, up to half of the order's value."""
    wants = orders.shows_card & (orders.outcome == GOOD)
    of = np.flatnonzero(wants & (rng.random(orders.count) < par.redeem_share))
    most = (orders.spend[of] / 100 * 0.5 / par.point_value).astype(np.int64)
    nothing = np.full(len(of), -1)
    return Events(
        orders.person[of], orders.ordered_at[of] + 1, np.full(len(of), BURN), most, nothing, of
    )


def _sorted(parts: list[Events], end: int) -> Events:
    """Events up to ``end``, by member and time; at the same time, as ``KINDS`` are ordered."""
    names = ("member", "at", "kind", "points", "lot", "order")
    merged = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    known = merged["at"] < end
    order = np.lexsort((merged["lot"], merged["kind"], merged["at"], merged["member"]))
    order = order[known[order]]
    return Events(**{name: values[order] for name, values in merged.items()})


def _settled(events: Events, fills: Events, least: int) -> Ledger:
    """Play the events, round by round; what moves no points leaves no entry.

    ``least`` is the balance from which points can be redeemed.
    """
    members = int(max(events.member.max(initial=-1), fills.member.max(initial=-1))) + 1
    balance = np.zeros(members, dtype=np.int64)
    open_points = np.zeros(len(fills.at), dtype=np.int64)
    oldest = np.searchsorted(fills.member, np.arange(members))  # first lot that may be open
    starts = np.searchsorted(events.member, events.member)
    rank = np.arange(len(events.member)) - starts
    by_rank = np.argsort(rank, kind="stable")
    bounds = np.searchsorted(rank[by_rank], np.arange(rank.max(initial=-1) + 2))
    entries: list[tuple[Ints, Ints, Ints]] = []  # event, lot, signed points
    for first, last in itertools.pairwise(bounds):
        now = by_rank[first:last]
        kind, lot = events.kind[now], events.lot[now]
        fill = kind <= ADJUST
        open_points[lot[fill]] = events.points[now[fill]]
        _book(entries, balance, events, now[fill], lot[fill], events.points[now[fill]])
        back = (kind == REVERSE) | (kind == EXPIRE)
        taken = np.minimum(events.points[now[back]], open_points[lot[back]])
        open_points[lot[back]] -= taken
        _book(entries, balance, events, now[back], lot[back], -taken)
        _burn(entries, balance, open_points, oldest, events, now[kind == BURN], least)
    return _collected(events, entries)


def _burn(
    entries: list[tuple[Ints, Ints, Ints]],
    balance: Ints,
    open_points: Ints,
    oldest: Ints,
    events: Events,
    now: Ints,
    least: int,
) -> None:
    """Draw whole hundreds on the oldest open lots of each member."""
    member = events.member[now]
    wanted = np.minimum(balance[member], events.points[now]) // 100 * 100
    wanted[balance[member] < least] = 0
    while np.any(wanted > 0):
        still = wanted > 0
        now, member, wanted = now[still], member[still], wanted[still]
        lot = oldest[member]
        taken = np.minimum(wanted, open_points[lot])
        open_points[lot] -= taken
        wanted = wanted - taken
        _book(entries, balance, events, now, lot, -taken)
        oldest[member[wanted > 0]] += 1


def _book(
    entries: list[tuple[Ints, Ints, Ints]],
    balance: Ints,
    events: Events,
    now: Ints,
    lot: Ints,
    points: Ints,
) -> None:
    moved = points != 0
    entries.append((now[moved], lot[moved], points[moved]))
    balance[events.member[now]] += points  # one event per member in a round


def _collected(events: Events, entries: list[tuple[Ints, Ints, Ints]]) -> Ledger:
    nothing = np.empty(0, dtype=np.int64)
    event, lot, points = (
        np.concatenate([nothing, *(entry[i] for entry in entries)]) for i in range(3)
    )
    order = np.lexsort((lot, event, events.at[event]))
    event, lot, points = event[order], lot[order], points[order]
    return Ledger(
        events.member[event], events.at[event], events.kind[event], points, lot,
        events.order[event], np.full(len(event), NEVER),
    )  # fmt: skip


def months_later(seconds: Ints, months: Ints | int) -> Ints:
    """The same time of day ``months`` calendar months later, at most the month's last day."""
    day = (seconds // DAY).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    target = month + months
    last = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    offset = np.minimum((day - month.astype("datetime64[D]")).astype(np.int64), last - 1)
    return (target.astype("datetime64[D]").astype(np.int64) + offset) * DAY + seconds % DAY


def ledger_table(seed: int, ledger: Ledger, par: Parameters) -> Table:
    rng = stream(seed, "rewards")
    rows = len(ledger.at)
    is_burn = ledger.kind == BURN
    reward = draw(rng, (0.7, 0.15, 0.1, 0.05), rows)
    cost = np.rint(-ledger.points * par.point_cost * 10_000).astype(np.int64)
    return Table(
        "crm", "loyalty_ledger", "events", "parquet",
        pa.table(
            {
                "entry_id": ids("LE", np.arange(rows) + 1, 9),
                "member_id": member_ids(ledger.member),
                "at": instants(ledger.at),
                "kind": words(KINDS, ledger.kind),
                "points": decimals(ledger.points * 10_000),
                "lot_id": ids("LT", ledger.lot + 1, 9),
                "order_id": order_ids(np.maximum(ledger.order, 0), ledger.order < 0),
                "reward_kind": words(REWARDS, reward, ~is_burn),
                "reward_cost": decimals(cost, 4, ~is_burn),
                "currency": constant("GBP", rows),
                "funder": words(("own", "supplier"), (ledger.lot % 5 == 0).astype(np.int64)),
                "expires_at": instants(ledger.expires_at),
            }
        ),
        day=ledger.at // DAY,
    )  # fmt: skip


def programs_table(calendar: Calendar, par: Parameters) -> Table:
    rules = {"earn_per_gbp": par.points_per_pound, "redeem_from": par.redeem_from_points}
    rows = pa.table(
        {
            "program_id": [PROGRAM],
            "type": ["multi_level"],
            "point_value": decimals(np.array([round(par.point_value * 10**6)]), 6),
            "unit_cost": decimals(np.array([round(par.point_cost * 10**6)]), 6),
            "currency": ["GBP"],
            "expiry_months": numbers(np.array([par.points_expiry_months])),
            "rules_json": [json.dumps({**rules, "tiers": par.tiers})],
            "supplier_funding": decimals(np.array([200_000]), 6),
        }
    )
    day = np.array([calendar.first_day])
    return Table("crm", "loyalty_programs", "full", "csv", rows, day=day, cadence="on_change")
