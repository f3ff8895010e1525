"""Offers, referrals and advertising.

Belongs here: crm_offer_events, crm_referrals, marketing_spend. Does not belong here: campaigns
and their messages (``campaigns.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    DAY,
    Ints,
    constant,
    dates,
    decimals,
    ids,
    instants,
    numbers,
    stream,
    where,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.campaigns import (
    LENGTH_DAYS,
    Outreach,
    campaign_ids,
    offer_ids,
)
from orchestration.sample_world.extracts.sales import order_ids
from orchestration.sample_world.extracts.surveys import contact_records
from orchestration.sample_world.firm.baskets import Lines
from orchestration.sample_world.firm.orders import GOOD, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import SALES, SYSTEMS, Records
from orchestration.sample_world.parameters import Parameters

EVENTS = ("issued", "activated", "redeemed", "expired")
ISSUED, ACTIVATED, REDEEMED, EXPIRED = range(len(EVENTS))
SPEND_CHANNELS = ("paid_search", "social", "affiliate", "email", "print")


def offers_table(
    people: People, records: Records, outreach: Outreach, orders: Orders, lines: Lines,
    calendar: Calendar,
) -> Table:  # fmt: skip
    """Offers sent to the treated; redeemed on a discounted first line while they run."""
    given = outreach.assignments
    of, event, at, used = _offer_events(outreach, orders, lines, calendar)
    record = contact_records(people, records)[given.person[of]]
    line = np.maximum(used, 0)
    is_elsewhere = used < 0
    rows = pa.table(
        {
            "event_id": ids("OE", np.arange(len(of)) + 1, 9),
            "offer_id": offer_ids(given.campaign[of]),
            "campaign_id": campaign_ids(given.campaign[of]),
            "customer_id": records.ids.take(pa.array(record)),
            "at": instants(at),
            "event": chosen(EVENTS, event),
            "order_id": order_ids(lines.order[line], is_elsewhere),
            "line_no": numbers(lines.number[line], is_elsewhere),
            "amount": decimals(lines.discount[line], 4, is_elsewhere),
            "currency": chosen(words.CURRENCIES, people.currency[given.person[of]], is_elsewhere),
            "source_system": chosen(SYSTEMS, records.system[record]),
        }
    )
    return Table("crm", "crm_offer_events", "events", "jsonl.gz", rows, day=at // DAY)


def _offer_events(
    outreach: Outreach, orders: Orders, lines: Lines, calendar: Calendar
) -> tuple[Ints, Ints, Ints, Ints]:
    """(assignment, event, instant, line or -1), by time."""
    given = outreach.assignments
    issued = np.flatnonzero(given.is_treated & (given.campaign % 2 == 1))
    start = outreach.start[given.campaign]
    issue, order, line = _redeemed(outreach, issued, orders, lines)
    is_used = np.zeros(len(given.person), dtype=bool)
    is_used[issue] = True
    lapsed = issued[~is_used[issued]]
    bought = orders.ordered_at[order]
    # assignment, event, instant, line
    blocks = (
        (issued, ISSUED, start[issued] * DAY + 9 * 3600, np.full(len(issued), -1)),
        (issue, ACTIVATED, bought - 120, np.full(len(issue), -1)),
        (issue, REDEEMED, bought, line),
        (lapsed, EXPIRED, (start[lapsed] + LENGTH_DAYS) * DAY, np.full(len(lapsed), -1)),
    )
    of = np.concatenate([block[0] for block in blocks])
    event = np.repeat([block[1] for block in blocks], [len(block[0]) for block in blocks])
    at = np.concatenate([block[2] for block in blocks])
    used = np.concatenate([block[3] for block in blocks])
    order = np.lexsort((of, event, at))
    order = order[at[order] < (calendar.last_day + 1) * DAY]
    return of[order], event[order], at[order], used[order]


def _redeemed(
    outreach: Outreach, issued: Ints, orders: Orders, lines: Lines
) -> tuple[Ints, Ints, Ints]:
    """(assignment, order, line) of each offer's use: the first fitting order of its person."""
    given = outreach.assignments
    fitting = np.flatnonzero((lines.number == 1) & (lines.promo >= 0) & (lines.discount > 0))
    fitting = fitting[orders.outcome[lines.order[fitting]] == GOOD]
    person, day = orders.person[lines.order[fitting]], orders.day[lines.order[fitting]]
    by_person = np.lexsort((fitting, day, person))
    fitting, person, day = fitting[by_person], person[by_person], day[by_person]
    span = int(day.max(initial=0)) + 2 * LENGTH_DAYS
    start = outreach.start[given.campaign[issued]]
    place = np.searchsorted(person * span + day, given.person[issued] * span + start + 1)
    inside = np.minimum(place, len(person) - 1)
    hit = (place < len(person)) & (person[inside] == given.person[issued])
    hit &= day[inside] < start + LENGTH_DAYS
    line = fitting[inside[hit]]
    return issued[hit], lines.order[line], line


def draw_referrals(
    seed: int, people: People, records: Records, par: Parameters
) -> tuple[Ints, Ints]:
    """(referrer, referee): some buyers were brought by one who had bought on an earlier day."""
    rng = stream(seed, "referees")
    holders = _referring(people, records)
    referee = holders[rng.random(len(holders)) < par.referral_share]
    earlier = np.searchsorted(people.acquired_day[holders], people.acquired_day[referee])
    has_any = earlier > 0
    referee, earlier = referee[has_any], earlier[has_any]
    return holders[(rng.random(len(referee)) * earlier).astype(np.int64)], referee


def _referring(people: People, records: Records) -> Ints:
    """Account holders by their first day: the referral code is in the shop account."""
    holders = np.flatnonzero(records.first_of(people.count, SALES) >= 0)
    return holders[np.argsort(people.acquired_day[holders], kind="stable")]


def referrals_table(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> Table:
    """Invitations: those that brought a buyer, and as many that brought nobody."""
    rng = stream(seed, "referrals")
    account, holders = records.first_of(people.count, SALES), _referring(people, records)
    referrer, referee = draw_referrals(seed, people, records, par)
    vain = holders[rng.integers(0, len(holders), len(referee))]
    vain_at = people.acquired_day[vain] * DAY + (
        (calendar.last_day - people.acquired_day[vain]) * rng.random(len(vain)) * DAY
    ).astype(np.int64)
    who = np.concatenate([referrer, vain])
    at = np.concatenate([people.acquired_day[referee] * DAY + 6 * 3600, vain_at])
    brought = np.concatenate([referee, np.full(len(vain), -1)])
    order = np.lexsort((who, at))
    who, at, brought = who[order], at[order], brought[order]
    referrer_ids = records.ids.take(pa.array(account[who]))
    referee_ids = records.ids.take(pa.array(np.maximum(account[brought], 0)))
    rows = pa.table(
        {
            "referral_id": ids("RF", np.arange(len(who)) + 1),
            "referrer_id": referrer_ids,
            "referee_id": where(brought >= 0, referee_ids, pa.nulls(len(who), pa.string())),
            "at": instants(at),
            "incentivised": numbers(rng.random(len(who)) < 0.6),
            "code": ids("RC", who + 1, 8),
            "status": chosen(("invited", "joined"), (brought >= 0).astype(np.int64)),
            "source_system": constant(SYSTEMS[SALES], len(who)),
        }
    )
    return Table("crm", "crm_referrals", "events", "csv", rows, day=at // DAY)


def spend_table(seed: int, people: People, outreach: Outreach, calendar: Calendar) -> Table:
    """Daily spend by channel, in proportion to the size of the firm; e-mail only in campaigns."""
    rng = stream(seed, "spend")
    days = np.arange(calendar.first_day, calendar.last_day + 1)
    channel = np.tile(np.arange(len(SPEND_CHANNELS)), len(days))
    day = np.repeat(days, len(SPEND_CHANNELS))
    campaign = np.searchsorted(outreach.start, day, side="right") - 1
    since = day - outreach.start[np.maximum(campaign, 0)]
    is_mail = channel == SPEND_CHANNELS.index("email")
    runs = (campaign >= 0) & (since < LENGTH_DAYS)
    keep = ~is_mail | runs
    day, channel, campaign, is_mail = day[keep], channel[keep], campaign[keep], is_mail[keep]
    per_buyer = np.array([0.006, 0.004, 0.002, 0.001, 0.0015])[channel]
    spend = people.buyers * per_buyer * rng.uniform(0.7, 1.3, len(day))
    impressions = np.rint(spend * rng.uniform(60, 140, len(day))).astype(np.int64)
    none = constant("none", len(day))
    rows = pa.table(
        {
            "date": dates(day),
            "channel": chosen(SPEND_CHANNELS, channel),
            "campaign_id": where(is_mail, campaign_ids(np.maximum(campaign, 0)), none),
            "spend": decimals(np.rint(spend * 100).astype(np.int64) * 100),
            "currency": constant("GBP", len(day)),
            "impressions": numbers(impressions),
            "clicks": numbers(
                np.rint(impressions * rng.uniform(0.01, 0.04, len(day))).astype(np.int64)
            ),
        }
    )
    return Table("sales", "marketing_spend", "delta", "csv", rows, day=day)
