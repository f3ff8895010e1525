"""Campaigns: who is chosen, what is sent, what happens to it, and which consents allow it.

Belongs here: crm_campaigns, crm_campaign_assignments, crm_message_events, crm_consents. Does not
belong here: offers, referrals and spend (``marketing.py``). Campaigns have no effect on purchases
in this world: the true lift is zero, which is what a lift estimate has to find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Bools,
    Floats,
    Ints,
    constant,
    dates,
    decimals,
    ids,
    instants,
    numbers,
    stream,
    words,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.surveys import contact_records
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import SYSTEMS, Records
from orchestration.sample_world.parameters import Parameters

KINDS = ("newsletter", "promotion", "personalised", "winback")
CHANNELS = ("email", "sms", "phone")
EVENTS = ("sent", "delivered", "bounce", "opened", "clicked", "unsubscribe", "complaint")
SENT, DELIVERED, BOUNCE, OPENED, CLICKED, UNSUBSCRIBE, COMPLAINT = range(len(EVENTS))
LENGTH_DAYS = 28  # the messages of a campaign go out over all of them


@dataclass(frozen=True)
class Assignments:
    """Arrays over (campaign, person), by campaign."""

    campaign: Ints
    person: Ints
    at: Ints
    is_treated: Bools


@dataclass(frozen=True)
class Messages:
    """Message events by time; message numbers are positions in the assignments."""

    message: Ints
    at: Ints
    event: Ints
    is_machine: Bools


@dataclass(frozen=True)
class Outreach:
    """All campaigns of the last year, with what each person had agreed to."""

    start: Ints  # day, by campaign
    assignments: Assignments
    messages: Messages
    agreed: Bools  # (channel, person), at the record's creation
    withdrawn_at: Ints  # e-mail consent, by person


def draw_outreach(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> Outreach:
    """Campaign after campaign: whoever unsubscribes is not chosen again."""
    rng = stream(seed, "campaigns")
    reachable = contact_records(people, records)
    is_known = reachable >= 0
    since = np.where(is_known, records.created_at[reachable], NEVER)
    gone = np.where(is_known, records.erased_at[reachable], 0)
    agreed = rng.random((len(CHANNELS), people.count)) < par.consent_share
    room = (calendar.last_day + 1) * DAY - since
    in_settings = since + (room * rng.random(people.count)).astype(np.int64)
    opts_out = is_known & (rng.random(people.count) < par.opt_out_share)
    withdrawn = np.where(opts_out & agreed[0], in_settings, NEVER)
    start = campaign_starts(calendar)
    chosen, sent = [], []
    offset = 0
    for campaign, day in enumerate(start):
        chosen_at = int(day - 2) * DAY + 10 * 3600
        open_to = agreed[0] & (since < chosen_at) & (withdrawn > chosen_at) & (gone > chosen_at)
        person = np.flatnonzero(open_to & (rng.random(people.count) < par.campaign_reach_share))
        treated = rng.random(len(person)) >= par.holdout_share
        told = np.full(len(person), chosen_at)
        chosen.append((np.full(len(person), campaign), person, told, treated))
        sent_at = (day + person % LENGTH_DAYS) * DAY + 9 * 3600 + rng.integers(0, 3600, len(person))
        still = (withdrawn[person] > sent_at) & (gone[person] > sent_at)
        of = np.flatnonzero(treated & still)
        events = _sent(rng, people.satisfaction[person[of]], of + offset, sent_at[of], par)
        sent.append(events)
        left = events[2] == UNSUBSCRIBE
        who = person[events[0][left] - offset]
        withdrawn[who] = np.minimum(withdrawn[who], events[1][left])
        offset += len(person)
    assignments = Assignments(*(np.concatenate(part) for part in zip(*chosen, strict=True)))
    message, at, event, machine = (np.concatenate(part) for part in zip(*sent, strict=True))
    order = np.lexsort((event, message, at))
    order = order[at[order] < (calendar.last_day + 1) * DAY]
    messages = Messages(message[order], at[order], event[order], machine[order])
    return Outreach(start, assignments, messages, agreed, withdrawn)


def _sent(
    rng: np.random.Generator, keen: Floats, message: Ints, sent: Ints, par: Parameters
) -> tuple[Ints, Ints, Ints, Bools]:
    """(message, at, event, is_machine) of one campaign's messages."""
    rows = len(sent)
    arrives = rng.random(rows) < 0.98
    machine = arrives & (rng.random(rows) < par.machine_open_share)
    opens = arrives & (rng.random(rows) < 0.22 * np.exp(0.25 * keen))
    clicks = opens & (rng.random(rows) < 0.18)
    leaves = arrives & (rng.random(rows) < par.unsubscribe_share * np.exp(-0.4 * keen))
    complains = arrives & ~leaves & (rng.random(rows) < 0.0006)
    opened = sent + 60 + (rng.gamma(1.2, 14, rows) * 3600).astype(np.int64)
    everyone = np.ones(rows, dtype=bool)
    blocks = (
        (everyone, sent, SENT, False), (arrives, sent + 4, DELIVERED, False),
        (~arrives, sent + 9, BOUNCE, False), (machine, sent + 30, OPENED, True),
        (opens, opened, OPENED, False), (clicks, opened + 25, CLICKED, False),
        (leaves, opened + 40, UNSUBSCRIBE, False), (complains, opened + 50, COMPLAINT, False),
    )  # fmt: skip
    sizes = [int(block[0].sum()) for block in blocks]
    return (
        np.concatenate([message[block[0]] for block in blocks]),
        np.concatenate([block[1][block[0]] for block in blocks]),
        np.repeat([block[2] for block in blocks], sizes),
        np.repeat([block[3] for block in blocks], sizes),
    )


def campaign_starts(calendar: Calendar) -> Ints:
    """A campaign every thirty days over the last year, the newest still running."""
    earliest = max(calendar.first_day, calendar.last_day - 365)
    return np.arange(calendar.last_day - 12, earliest, -30)[::-1].copy()


def campaign_ids(campaign: Ints, missing: Bools | None = None) -> pa.Array:
    return ids("CA", campaign + 1, 4, missing)


def offer_ids(campaign: Ints) -> pa.Array:
    """Every second campaign carries an offer."""
    return ids("OF", campaign + 1, 4, campaign % 2 == 0)


def campaigns_table(outreach: Outreach, calendar: Calendar) -> Table:
    campaign = np.arange(len(outreach.start))
    rows = pa.table(
        {
            "campaign_id": campaign_ids(campaign),
            "kind": words(KINDS, campaign % len(KINDS)),
            "channel": words(CHANNELS, campaign * 0),
            "purpose": constant("marketing", len(campaign)),
            "start": dates(outreach.start),
            "end": dates(outreach.start + LENGTH_DAYS - 1),
            "budget": decimals((500 + 100 * campaign) * 10_000),
            "currency": constant("GBP", len(campaign)),
            "offer_id": offer_ids(campaign),
        }
    )
    day = np.minimum(outreach.start - 5, calendar.last_day)
    return Table("crm", "crm_campaigns", "full", "csv", rows, day=day, cadence="on_change")


def assignments_table(
    people: People, records: Records, outreach: Outreach, par: Parameters
) -> Table:
    given = outreach.assignments
    record = contact_records(people, records)[given.person]
    rows = pa.table(
        {
            "campaign_id": campaign_ids(given.campaign),
            "customer_id": records.ids.take(pa.array(record)),
            "arm": words(("control", "treated"), given.is_treated.astype(np.int64)),
            "assigned_at": instants(given.at),
            "propensity": numbers(np.full(len(record), 1 - par.holdout_share)),
            "source_system": words(SYSTEMS, records.system[record]),
        }
    )
    return Table("crm", "crm_campaign_assignments", "delta", "csv.gz", rows, day=given.at // DAY)


def messages_table(people: People, records: Records, outreach: Outreach) -> Table:
    sent = outreach.messages
    person = outreach.assignments.person[sent.message]
    record = contact_records(people, records)[person]
    rows = pa.table(
        {
            "event_id": ids("ME", np.arange(len(record)) + 1, 10),
            "message_id": ids("MS", sent.message + 1, 9),
            "campaign_id": campaign_ids(outreach.assignments.campaign[sent.message]),
            "customer_id": records.ids.take(pa.array(record)),
            "channel": constant("email", len(record)),
            "at": instants(sent.at),
            "event": words(EVENTS, sent.event),
            "is_machine": numbers(sent.is_machine),
            "source_system": words(SYSTEMS, records.system[record]),
        }
    )
    return Table("crm", "crm_message_events", "events", "csv.gz", rows, day=sent.at // DAY)


def consents_table(
    seed: int, people: People, records: Records, outreach: Outreach, calendar: Calendar,
    par: Parameters,
) -> Table:  # fmt: skip
    """A row per decision: granted or denied at first, withdrawn later by some."""
    rng = stream(seed, "consents")
    reachable = contact_records(people, records)
    person = np.flatnonzero(reachable >= 0)
    since = records.created_at[reachable[person]]
    channel = np.repeat(np.arange(len(CHANNELS)), len(person))
    agreed = outreach.agreed[:, person].ravel()
    end = (calendar.last_day + 1) * DAY
    later = np.tile(since, 3) + ((end - np.tile(since, 3)) * rng.random(len(channel))).astype(int)
    later[(rng.random(len(channel)) >= par.opt_out_share) | ~agreed | (channel == 0)] = NEVER
    later[: len(person)] = outreach.withdrawn_at[person]
    told = np.flatnonzero(later < end)
    at = np.concatenate([np.tile(since, 3), later[told]])
    status = np.concatenate([np.where(agreed, 0, 1), np.full(len(told), 2)])
    of = np.concatenate([np.arange(len(channel)), told])
    record = reachable[np.tile(person, 3)[of]]
    order = np.lexsort((of, at))
    rows = pa.table(
        {
            "customer_id": records.ids.take(pa.array(record)),
            "purpose": constant("marketing", len(of)),
            "channel": words(CHANNELS, channel[of]),
            "status": words(("GRANTED", "DENIED", "WITHDRAWN"), status),
            "legal_basis": constant("consent", len(of)),
            "effective_at": instants(at),
            "expires_at": instants(np.full(len(of), NEVER)),
            "source_system": words(SYSTEMS, records.system[record]),
        }
    ).take(pa.array(order))
    rows = rows.add_column(0, "consent_id", ids("CO", np.arange(len(of)) + 1, 9))
    return Table("crm", "crm_consents", "delta", "csv.gz", rows, day=at[order] // DAY)
