"""Tiers of the programme: reviewed on the first day of each quarter, by a year's spend.

Belongs here: loyalty_tier_history. Does not belong here: points (``programme.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import DAY, NEVER, Ints, dates, words
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.sales import member_ids
from orchestration.sample_world.firm.orders import GOOD, Orders
from orchestration.sample_world.firm.people import Calendar
from orchestration.sample_world.parameters import Parameters

REASONS = ("enrolled", "qualified", "downgraded")


def tiers_table(enrolled: Ints, orders: Orders, calendar: Calendar, par: Parameters) -> Table:
    """One row per tier held; it is told when it begins and again when it ends."""
    names = tuple(par.tiers)
    cuts = np.array(list(par.tiers.values()))[1:] * 100
    member = np.flatnonzero(enrolled < (calendar.last_day + 1) * DAY)
    quarters = _quarter_starts(calendar)
    spend = _yearly_spend(orders, quarters, len(enrolled))[member]
    joined_day = enrolled[member] // DAY
    tier = np.searchsorted(cuts, spend, side="right")
    tier[quarters[None, :] <= joined_day[:, None]] = -1  # not yet a member
    held = np.hstack([np.zeros((len(member), 1), dtype=np.int64), tier])
    start = np.hstack([joined_day[:, None], np.broadcast_to(quarters, tier.shape)])
    before = np.zeros_like(held)
    for quarter in range(1, held.shape[1]):
        held[:, quarter] = np.where(held[:, quarter] < 0, held[:, quarter - 1], held[:, quarter])
        before[:, quarter] = held[:, quarter - 1]
    begins = held != before
    begins[:, 0] = True
    row, column = np.nonzero(begins)
    valid_from = start[row, column]
    is_followed = np.append(row[1:] == row[:-1], False)
    valid_to = np.where(is_followed, np.append(valid_from[1:], NEVER), NEVER)
    reason = np.where(column == 0, 0, np.where(held[row, column] > before[row, column], 1, 2))
    return _told(names, member[row], valid_from, valid_to, held[row, column], reason)


def _quarter_starts(calendar: Calendar) -> Ints:
    month = np.arange(
        np.datetime64(int(calendar.first_day), "D").astype("datetime64[M]") + 1,
        np.datetime64(int(calendar.last_day), "D").astype("datetime64[M]") + 1,
    )
    return month[month.astype(np.int64) % 3 == 0].astype("datetime64[D]").astype(np.int64)


def _yearly_spend(orders: Orders, quarters: Ints, persons: int) -> Ints:
    """Cents of the reporting currency by person and quarter start, over the 365 days before."""
    found = np.zeros((persons, len(quarters)), dtype=np.int64)
    good = orders.outcome == GOOD
    for column, start in enumerate(quarters):
        of = np.flatnonzero(good & (orders.day < start) & (orders.day >= start - 365))
        np.add.at(found[:, column], orders.person[of], orders.spend[of])
    return found


def _told(
    names: tuple[str, ...], member: Ints, valid_from: Ints, valid_to: Ints, tier: Ints, reason: Ints
) -> Table:
    ended = np.flatnonzero(valid_to < NEVER)
    of = np.concatenate([np.arange(len(member)), ended])
    is_end = np.repeat([False, True], [len(member), len(ended)])
    rows = pa.table(
        {
            "member_id": member_ids(member[of]),
            "valid_from": dates(valid_from[of]),
            "tier": words(names, tier[of]),
            "reason": words(REASONS, reason[of]),
            "valid_to": dates(np.where(is_end, valid_to[of], NEVER)),
        }
    )
    return Table(
        "crm", "loyalty_tier_history", "delta", "csv", rows,
        day=np.where(is_end, valid_to[of], valid_from[of]),
        until=np.where(is_end, NEVER, valid_to[of]),
        op=is_end.astype(np.int64),
    )  # fmt: skip
