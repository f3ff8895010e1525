"""Contracts, credit, wallets and the cost of serving.

Belongs here: sales_contracts, crm_credit, crm_category_wallet, sales_cost_to_serve. Does not
belong here: orders and their payments (``sales.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Bools,
    Ints,
    constant,
    dates,
    decimals,
    draw,
    ids,
    numbers,
    stream,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.programme import months_later
from orchestration.sample_world.extracts.surveys import contact_records
from orchestration.sample_world.firm.baskets import Lines
from orchestration.sample_world.firm.catalogue import Catalogue
from orchestration.sample_world.firm.orders import GOOD, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import SALES, SYSTEMS, Records
from orchestration.sample_world.parameters import Parameters

CANCEL_REASONS = ("too_much", "price", "moved", "quality")
ACTIVITIES = {"ticket": 6.20, "delivery": 3.10, "visit": 18.0, "call": 4.5, "return": 5.4}
METHODS = ("panel", "survey", "imputed")


def month_starts(calendar: Calendar) -> Ints:
    """First days of the months within the world."""
    first = np.datetime64(int(calendar.first_day), "D").astype("datetime64[M]") + 1
    last = np.datetime64(int(calendar.last_day), "D").astype("datetime64[M]") + 1
    return np.arange(first, last).astype("datetime64[D]").astype(np.int64)


@dataclass(frozen=True)
class Terms:
    """Arrays over contract terms that have begun; days, both ends belong to the term."""

    person: Ints
    contract: Ints
    number: Ints  # from 0
    begin: Ints
    finish: Ints
    is_last: Bools


def _terms(seed: int, holder: Ints, people: People, calendar: Calendar, par: Parameters) -> Terms:
    rng = stream(seed, "contract terms")
    start = people.acquired_day[holder] + rng.integers(0, 60, len(holder))
    churn = rng.beta(par.sbg_alpha, par.sbg_beta, len(holder))
    most = (calendar.last_day - calendar.first_day) // 28 + 2
    terms = np.minimum(rng.geometric(np.maximum(churn, 1e-6)), most)
    contract = np.repeat(np.arange(len(holder)), terms)
    number = np.arange(len(contract)) - np.repeat(np.cumsum(terms) - terms, terms)
    begin = months_later(start[contract] * DAY, number) // DAY
    finish = months_later(start[contract] * DAY, number + 1) // DAY - 1
    is_last = number + 1 == terms[contract]
    of = np.flatnonzero(begin <= calendar.last_day)
    person = holder[contract[of]]
    return Terms(person, contract[of], number[of], begin[of], finish[of], is_last[of])


def contracts_table(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> Table:
    """Monthly boxes; each holder leaves after a term with an own probability (sBG)."""
    rng = stream(seed, "contracts")
    account = records.first_of(people.count, SALES)
    holder = np.flatnonzero((account >= 0) & (rng.random(people.count) < par.contract_share))
    terms = _terms(seed, holder, people, calendar, par)
    reason = rng.integers(0, len(CANCEL_REASONS), len(terms.begin))
    ended = np.flatnonzero(terms.finish < calendar.last_day)
    of = np.concatenate([np.arange(len(terms.begin)), ended])
    is_end = np.repeat([False, True], [len(terms.begin), len(ended)])
    begin, finish, is_last = terms.begin[of], terms.finish[of], terms.is_last[of]
    rows = pa.table(
        {
            "contract_id": ids("K", terms.contract[of] + 1, 7),
            "term_no": numbers(terms.number[of] + 1),
            "customer_id": ids("S", records.number[account[terms.person[of]]], 8),
            "start": dates(begin),
            "end": dates(finish),
            "renewed": numbers(~is_last, ~is_end),
            "price": decimals(np.full(len(of), round(par.contract_price * 10_000))),
            "currency": constant("GBP", len(of)),
            "cancel_reason": chosen(CANCEL_REASONS, reason[of], ~(is_end & is_last)),
        }
    )
    return Table(
        "sales", "sales_contracts", "delta", "parquet", rows,
        day=np.where(is_end, finish + 1, begin),
        until=np.where(is_end | (finish >= calendar.last_day), NEVER, finish + 1),
        op=is_end.astype(np.int64),
    )  # fmt: skip


def credit_table(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> Table:
    """Monthly standing of the account holders that may pay by invoice."""
    rng = stream(seed, "credit")
    reachable = contact_records(people, records)
    holder = np.flatnonzero((reachable >= 0) & (rng.random(people.count) < par.credit_share))
    limit = rng.integers(2, 21, len(holder)) * 100
    risk = rng.beta(1.2, 8, len(holder))
    months = month_starts(calendar)
    month = np.repeat(months, len(holder))
    at = np.tile(np.arange(len(holder)), len(months))
    known = records.created_at[reachable[holder[at]]] < month * DAY
    month, at = month[known], at[known]
    record = reachable[holder[at]]
    used = limit[at] * np.clip(rng.beta(1.5, 4, len(at)) + 0.5 * risk[at], 0, 1.2)
    is_late = rng.random(len(at)) < risk[at]
    overdue = np.where(is_late, rng.geometric(0.06, len(at)), 0)
    rows = pa.table(
        {
            "customer_id": records.ids.take(pa.array(record)),
            "as_of": dates(month),
            "limit": decimals(limit[at] * 10_000),
            "used": decimals(np.rint(used * 100).astype(np.int64) * 100),
            "currency": constant("GBP", len(at)),
            "days_past_due": numbers(overdue),
            "bureau_score": numbers((850 - 450 * risk[at]).astype(np.int64)),
            "disputes": numbers(rng.poisson(0.02, len(at))),
            "source_system": chosen(SYSTEMS, records.system[record]),
        }
    )
    return Table("crm", "crm_credit", "events", "csv", rows, day=month, cadence="monthly")


@dataclass(frozen=True)
class OwnSpend:
    """What persons spent here by category and month; arrays over (month, person, leaf)."""

    person: Ints
    leaf: Ints
    told_day: Ints  # first day of the following month
    amount: Ints  # 1/10000 of the person's currency
    lines: Ints


def _own_spend(
    of: Bools, orders: Orders, lines: Lines, catalogue: Catalogue, calendar: Calendar
) -> OwnSpend:
    """Good lines of the persons ``of``, up to the last whole month."""
    is_good = (orders.outcome == GOOD) & of[orders.person]
    line = np.flatnonzero(is_good[lines.order])
    starts = month_starts(calendar)
    month = np.searchsorted(starts, orders.day[lines.order[line]], side="right")
    line, month = line[month < len(starts)], month[month < len(starts)]
    persons, leaves = len(of), len(catalogue.is_weighed_leaf)
    person = orders.person[lines.order[line]]
    cell = (month * persons + person) * leaves + catalogue.leaf[lines.product[line]]
    cells, place = np.unique(cell, return_inverse=True)
    amount = np.zeros(len(cells), dtype=np.int64)
    np.add.at(amount, place, lines.net[line])
    return OwnSpend(
        cells // leaves % persons, cells % leaves, starts[cells // leaves // persons],
        amount, np.bincount(place, minlength=len(cells)),
    )  # fmt: skip


def wallet_table(
    seed: int,
    people: People,
    records: Records,
    orders: Orders,
    lines: Lines,
    catalogue: Catalogue,
    calendar: Calendar,
    par: Parameters,
) -> Table:
    """What a panel of customers spends in a category anywhere, by month in which they bought here.

    The own part comes from the real lines; the rest from a share of wallet per person.
    """
    rng = stream(seed, "wallet")
    reachable = contact_records(people, records)
    in_panel = (reachable >= 0) & (rng.random(people.count) < par.panel_share)
    shares = np.clip(rng.beta(3, 3, people.count) + 0.08 * people.satisfaction, 0.1, 0.95)
    own = _own_spend(in_panel, orders, lines, catalogue, calendar)
    share, rows = shares[own.person], len(own.person)
    month = (own.told_day - 1).astype("datetime64[D]").astype("datetime64[M]")
    names = [c for _, _, group in words.CATEGORY_TREE for c in group]
    record = reachable[own.person]
    found = pa.table(
        {
            "customer_id": records.ids.take(pa.array(record)),
            "category_id": chosen(names, own.leaf),
            "period": dates(month.astype("datetime64[D]").astype(np.int64)),
            "total_spend": decimals(np.rint(own.amount / share / 100).astype(np.int64) * 100),
            "total_occasions": numbers(own.lines + rng.poisson(1 / share)),
            "brands_used": numbers(1 + rng.poisson(1.2, rows)),
            "own_rank": numbers(np.where(share > 0.5, 1, 2 + rng.poisson(0.4, rows))),
            "method": chosen(METHODS, draw(rng, (0.6, 0.3, 0.1), rows)),
            "currency": chosen(words.CURRENCIES, people.currency[own.person]),
            "source_system": chosen(SYSTEMS, records.system[record]),
        }
    )
    return Table(
        "crm", "crm_category_wallet", "events", "csv", found, day=own.told_day, cadence="monthly"
    )


def cost_to_serve_table(calendar: Calendar) -> Table:
    """Unit costs by activity and month, 0.2 % dearer each month."""
    months = month_starts(calendar)
    month = np.repeat(np.arange(len(months)), len(ACTIVITIES))
    base = np.tile(np.array(list(ACTIVITIES.values())), len(months))
    rows = pa.table(
        {
            "activity": pa.array(list(ACTIVITIES) * len(months)),
            "period": dates(months[month]),
            "unit_cost": decimals(np.rint(base * 1.002**month * 100).astype(np.int64) * 100),
            "currency": constant("GBP", len(month)),
        }
    )
    return Table(
        "sales", "sales_cost_to_serve", "full", "csv", rows, day=months[month], cadence="on_change"
    )
