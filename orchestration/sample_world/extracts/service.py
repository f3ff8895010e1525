"""Service: tickets with their events, and the other contacts between customers and staff.

Belongs here: crm_tickets, crm_ticket_events, crm_interactions, and the answers about effort after
a ticket. Does not belong here: other surveys (``surveys.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Bools,
    Ints,
    daytime,
    draw,
    ids,
    instants,
    numbers,
    stream,
    words,
)
from orchestration.sample_world.delivery.tables import Table, known_from
from orchestration.sample_world.extracts.sales import order_ids
from orchestration.sample_world.extracts.surveys import Answers, contact_records, scored
from orchestration.sample_world.firm.baskets import Lines
from orchestration.sample_world.firm.orders import GOOD, REPS, STORE, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import SYSTEMS, Records
from orchestration.sample_world.parameters import Parameters

TYPES = ("complaint", "question", "return", "repair", "install")
COMPLAINT = 0
CATEGORIES = ("delivery", "product", "billing", "website", "service")
PRIORITIES = ("normal", "high", "urgent")
CAUSES = ("product_quality", "late_delivery", "price", "poor_service", "other")
STATES = ("new", "open", "pending", "solved")
NEW, OPEN, PENDING, SOLVED = range(len(STATES))
ACTORS = ("customer", "bot", "agent")
CUSTOMER, BOT, AGENT = range(len(ACTORS))
HAPPENINGS = ("created", "auto_reply", "note", "reply", "solved", "reopened")

INTERACTION_KINDS = ("call", "chat", "visit", "event", "community", "care")
INTERACTION_CHANNELS = ("phone", "web", "store", "store", "web", "phone")  # of the kinds
TOUCHPOINTS = ("phone", "website", "store", "store", "website", "phone")  # likewise
TOPICS = ("order", "product_advice", "feedback", "complaint", "birthday", "tasting")
OUTCOMES = ("resolved", "follow_up", "no_answer", "attended", "idea_accepted")


@dataclass(frozen=True)
class Tickets:
    """Arrays over tickets by creation; NEVER where something has not happened."""

    person: Ints
    order: Ints
    product: Ints
    type: Ints
    created_at: Ints
    replied_at: Ints
    solved_at: Ints  # for the first time
    reopened_at: Ints
    closed_at: Ints  # for good
    has_bot: Bools

    @property
    def ids(self) -> pa.Array:
        return ids("T", np.arange(len(self.person)) + 1)


def draw_tickets(
    seed: int,
    people: People,
    records: Records,
    orders: Orders,
    lines: Lines,
    calendar: Calendar,
    par: Parameters,
) -> Tickets:
    """Tickets about good orders; dissatisfied customers write more, and complain more."""
    rng = stream(seed, "tickets")
    reachable = contact_records(people, records)[orders.person] >= 0
    mood = people.satisfaction[orders.person]
    writes = rng.random(orders.count) < par.ticket_rate * np.exp(-0.4 * mood - 0.08)
    of = np.flatnonzero(writes & reachable & (orders.outcome == GOOD))
    arrived = np.where(orders.channel == STORE, orders.ordered_at, orders.delivered_at)[of]
    created = arrived // DAY * DAY + rng.integers(1, 12, len(of)) * DAY + daytime(rng, len(of))
    known = created < (calendar.last_day + 1) * DAY
    by_time = np.argsort(created[known], kind="stable")
    of, created = of[known][by_time], created[known][by_time]
    rows = len(of)
    complains = rng.random(rows) < par.complaint_share * np.exp(-0.3 * mood[of] - 0.05)
    kind = np.where(complains, COMPLAINT, 1 + draw(rng, (0.55, 0.25, 0.12, 0.08), rows))
    replied = created + (rng.gamma(1.3, 5, rows) * 3600).astype(np.int64) + 300
    solved = replied + (rng.gamma(1.1, 26, rows) * 3600).astype(np.int64) + 600
    again = rng.random(rows) < par.reopen_share
    reopened = np.where(again, solved + (rng.uniform(0.5, 6, rows) * DAY).astype(np.int64), NEVER)
    ended = solved.copy()
    ended[again] = reopened[again] + (rng.uniform(0.3, 4, again.sum()) * DAY).astype(np.int64)
    first_line = np.searchsorted(lines.order, of)
    return Tickets(
        orders.person[of], of, lines.product[first_line], kind, created,
        replied, solved, reopened, ended, rng.random(rows) < 0.15,
    )  # fmt: skip


def tickets_table(
    seed: int, people: People, records: Records, tickets: Tickets, calendar: Calendar
) -> Table:
    """A version per state: new, open (answered), solved, open again, solved for good."""
    steps = (tickets.created_at, tickets.replied_at, tickets.solved_at, tickets.reopened_at,
             np.where(tickets.reopened_at < NEVER, tickets.closed_at, NEVER))  # fmt: skip
    instant = np.stack(steps)
    instant[instant >= (calendar.last_day + 1) * DAY] = NEVER
    after = np.full(instant.shape, NEVER)
    for step in range(3, -1, -1):
        after[step] = np.minimum(after[step + 1], instant[step + 1])
    ticket, stage = np.nonzero((instant < NEVER).T)
    state = np.array([NEW, OPEN, SOLVED, OPEN, SOLVED])[stage]
    since, until = instant[stage, ticket], after[stage, ticket]
    closed = np.where(state == SOLVED, since, NEVER)
    is_old = since // DAY > tickets.created_at[ticket] // DAY
    fixed = _ticket_rows(seed, people, records, tickets).take(pa.array(ticket))
    rows = fixed.append_column("status", words(STATES, state))
    rows = rows.append_column("closed_at", instants(closed))
    return Table(
        "crm", "crm_tickets", "delta", "csv", rows,
        day=since // DAY, until=known_from(until), op=is_old.astype(np.int64),
    )  # fmt: skip


def _ticket_rows(seed: int, people: People, records: Records, tickets: Tickets) -> pa.Table:
    rng = stream(seed, "ticket words")
    rows = len(tickets.person)
    record = contact_records(people, records)[tickets.person]
    is_complaint = tickets.type == COMPLAINT
    return pa.table(
        {
            "ticket_id": tickets.ids,
            "customer_id": records.ids.take(pa.array(record)),
            "order_id": order_ids(tickets.order),
            "created_at": instants(tickets.created_at),
            "type": words(TYPES, tickets.type),
            "category": words(CATEGORIES, rng.integers(0, len(CATEGORIES), rows)),
            "product_id": ids("P", tickets.product + 1, 5),
            "priority": words(PRIORITIES, draw(rng, (0.8, 0.15, 0.05), rows)),
            "cause_code": words(CAUSES, draw(rng, (3, 3, 1.5, 2, 1), rows), ~is_complaint),
            "source_system": words(SYSTEMS, records.system[record]),
        }
    )


def ticket_events_table(seed: int, tickets: Tickets, calendar: Calendar) -> Table:
    """What happened to each ticket, internal notes and the bot's answers included."""
    rng = stream(seed, "ticket events")
    every = np.arange(len(tickets.person))
    bot, again = np.flatnonzero(tickets.has_bot), np.flatnonzero(tickets.reopened_at < NEVER)
    noted = every[rng.random(len(every)) < 0.4]
    note_at = (tickets.created_at[noted] + tickets.replied_at[noted]) // 2
    # ticket, instant, actor, public, event, from, to
    blocks = (
        (every, tickets.created_at, CUSTOMER, True, 0, None, NEW),
        (bot, tickets.created_at[bot] + 5, BOT, True, 1, NEW, NEW),
        (noted, note_at, AGENT, False, 2, NEW, NEW),
        (every, tickets.replied_at, AGENT, True, 3, NEW, OPEN),
        (every, tickets.solved_at, AGENT, True, 4, OPEN, SOLVED),
        (again, tickets.reopened_at[again], CUSTOMER, True, 5, SOLVED, OPEN),
        (again, tickets.closed_at[again], AGENT, True, 4, OPEN, SOLVED),
    )
    sizes = [len(block[0]) for block in blocks]
    ticket = np.concatenate([block[0] for block in blocks])
    at = np.concatenate([block[1] for block in blocks])
    code = np.repeat(np.arange(len(blocks)), sizes)
    order = np.lexsort((code, ticket, at))
    order = order[at[order] < (calendar.last_day + 1) * DAY]
    ticket, at, code = ticket[order], at[order], code[order]
    rows = pa.table(
        {
            "ticket_event_id": ids("TE", np.arange(len(at)) + 1, 9),
            "ticket_id": ids("T", ticket + 1),
            "at": instants(at),
            "actor": words([ACTORS[block[2]] for block in blocks], code),
            "is_public": numbers(np.array([block[3] for block in blocks])[code]),
            "event": words([HAPPENINGS[block[4]] for block in blocks], code),
            "from_status": words([_state(block[5]) for block in blocks], code),
            "to_status": words([_state(block[6]) for block in blocks], code),
        }
    )
    return Table("crm", "crm_ticket_events", "events", "jsonl", rows, day=at // DAY)


def _state(code: int | None) -> str | None:
    return None if code is None else STATES[code]


def effort_answers(
    seed: int, people: People, tickets: Tickets, calendar: Calendar, par: Parameters
) -> Answers:
    """Customer effort score, 1 (hard) to 7 (easy), asked a day after the ticket was closed."""
    rng = stream(seed, "ces")
    invited = tickets.closed_at + DAY
    answered = invited + (rng.uniform(0.01, 5, len(invited)) * DAY).astype(np.int64)
    is_known = answered < (calendar.last_day + 1) * DAY
    of = np.flatnonzero(is_known & (rng.random(len(invited)) < par.ces_response_share))
    person = tickets.person[of]
    return Answers(
        "CES", "CES_EFFORT", "ces", ids("RE", of + 1, 9), person, invited[of], answered[of],
        scored(rng, people.satisfaction[person], 5.0, 0.8, 1.0, 1, 7), 1, 7,
        touchpoint="service", ticket_id=ids("T", of + 1), order_id=order_ids(tickets.order[of]),
    )  # fmt: skip


def interactions_table(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> Table:
    """Visits, calls, chats, events, community posts and care calls."""
    rng = stream(seed, "interactions")
    reachable = contact_records(people, records)
    days = calendar.last_day - calendar.first_day + 1
    known = np.flatnonzero(reachable >= 0)
    person = np.repeat(known, rng.poisson(par.interactions_yearly * days / 365, len(known)))
    at = (calendar.first_day + rng.integers(0, days, len(person))) * DAY
    at += daytime(rng, len(person))
    after = np.flatnonzero(at > records.created_at[reachable[person]])
    order = after[np.argsort(at[after], kind="stable")]
    person, at = person[order], at[order]
    rows = len(person)
    record = reachable[person]
    kind = draw(rng, (0.35, 0.25, 0.12, 0.08, 0.08, 0.12), rows)
    is_outbound = (kind == 5) | (rng.random(rows) < 0.2)
    outcome = np.where(kind == 3, 3, draw(rng, (0.6, 0.2, 0.15, 0, 0.05), rows))
    topic = np.where(kind == 5, 4, np.where(kind == 3, 5, rng.integers(0, 4, rows)))
    is_staffed = kind != 4
    return Table(
        "crm", "crm_interactions", "events", "jsonl",
        pa.table(
            {
                "interaction_id": ids("IN", np.arange(rows) + 1, 9),
                "customer_id": records.ids.take(pa.array(record)),
                "at": instants(at),
                "direction": words(("in", "out"), is_outbound.astype(np.int64)),
                "channel": words(INTERACTION_CHANNELS, kind),
                "kind": words(INTERACTION_KINDS, kind),
                "topic": words(TOPICS, topic),
                "outcome": words(OUTCOMES, outcome),
                "rep_id": ids("R", person % REPS + 1, 3, ~is_staffed),
                "touchpoint": words(TOUCHPOINTS, kind),
                "source_system": words(SYSTEMS, records.system[record]),
            }
        ),
        day=at // DAY,
    )  # fmt: skip
