"""Survey answers, driven by one latent satisfaction per person.

Belongs here: who is asked what, when, and what they answer. Does not belong here: tickets, about
which one survey asks (``service.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Floats,
    Ints,
    constant,
    decimals,
    ids,
    instants,
    joined,
    stream,
    texts,
    where,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.sales import order_ids
from orchestration.sample_world.firm.orders import GOOD, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import CRM, SALES, SYSTEMS, Records
from orchestration.sample_world.parameters import Parameters

KINDS = ("nps", "csat", "ces", "attitude", "value", "switching", "involvement", "competitor_rank")
# Questions of the yearly panel: code, kind, how strongly satisfaction moves the answer (1..7).
PANEL = (
    ("ATT_ATTACHED", "attitude", 1.2), ("ATT_TRUST", "attitude", 1.0),
    ("ATT_BEST_CHOICE", "attitude", 1.1), ("VAL_ECONOMIC", "value", 0.7),
    ("VAL_FUNCTIONAL", "value", 0.9), ("VAL_EMOTIONAL", "value", 1.1),
    ("VAL_COST", "value", -0.5), ("SWITCH_EFFORT", "switching", 0.3),
    ("SWITCH_LOSS", "switching", 0.4), ("INV_IMPORTANT", "involvement", 0.2),
    ("COMP_RANK", "competitor_rank", -0.4),
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """One block of answers to one question."""

    survey: str
    question: str
    kind: str
    response: pa.Array
    person: Ints
    invited_at: Ints
    answered_at: Ints
    score: Ints
    lowest: int
    highest: int
    touchpoint: str | None = None
    ticket_id: pa.Array | None = None
    order_id: pa.Array | None = None
    wave: pa.Array | None = None


def contact_records(people: People, records: Records) -> Ints:
    """The record through which the CRM deals with each person: the contact, else the account."""
    contact = records.first_of(people.count, CRM)
    return np.where(contact >= 0, contact, records.first_of(people.count, SALES))


def scored(rng: np.random.Generator, latent: Floats, mean: float, pull: float, noise: float,
           lowest: int, highest: int) -> Ints:  # fmt: skip
    """Whole scores around ``mean``, pulled by the latent trait, within the scale."""
    score = mean + pull * latent + noise * rng.standard_normal(len(latent))
    return np.clip(np.rint(score), lowest, highest).astype(np.int64)


def survey_answers(
    seed: int, people: People, records: Records, orders: Orders, calendar: Calendar, par: Parameters
) -> list[Answers]:
    """Relationship NPS by quarter, CSAT after orders, and the yearly panel."""
    reachable = contact_records(people, records)
    return [
        _nps(seed, people, records, reachable, calendar, par),
        _csat(seed, people, reachable, orders, calendar, par),
        *_panel(seed, people, records, reachable, calendar, par),
    ]


def _nps(
    seed: int,
    people: People,
    records: Records,
    reachable: Ints,
    calendar: Calendar,
    par: Parameters,
) -> Answers:
    rng = stream(seed, "nps")
    invited_days = np.arange(calendar.last_day - 20, calendar.first_day, -91)[::-1]
    asked = rng.random((len(invited_days), people.count)) < par.nps_response_share
    wave, person = np.nonzero(asked & (reachable >= 0))
    invited = invited_days[wave] * DAY + 9 * 3600
    known = records.created_at[reachable[person]] < invited
    wave, person, invited = wave[known], person[known], invited[known]
    answered = invited + (rng.uniform(0.01, 15, len(person)) * DAY).astype(np.int64)
    return Answers(
        "NPS", "NPS_RECOMMEND", "nps", ids("RN", np.arange(len(person)) + 1), person,
        invited, answered,
        scored(rng, people.satisfaction[person], 7.7, 1.5, 1.1, 0, 10), 0, 10,
        wave=joined("W", texts(wave + 1)),
    )  # fmt: skip


def _csat(
    seed: int, people: People, reachable: Ints, orders: Orders, calendar: Calendar, par: Parameters
) -> Answers:
    rng = stream(seed, "csat")
    asked = (orders.outcome == GOOD) & (reachable[orders.person] >= 0) & (orders.record >= 0)
    of = np.flatnonzero(asked & (rng.random(orders.count) < par.csat_response_share))
    arrived = np.where(
        orders.delivered_at[of] < NEVER, orders.delivered_at[of], orders.ordered_at[of]
    )
    invited = arrived + DAY
    answered = invited + (rng.uniform(0.01, 6, len(of)) * DAY).astype(np.int64)
    known = answered < (calendar.last_day + 1) * DAY
    of, invited, answered = of[known], invited[known], answered[known]
    person = orders.person[of]
    return Answers(
        "CSAT", "CSAT_ORDER", "csat", ids("RC", of + 1, 9), person, invited, answered,
        scored(rng, people.satisfaction[person], 4.0, 0.6, 0.6, 1, 5), 1, 5,
        touchpoint="delivery", order_id=order_ids(of),
    )  # fmt: skip


def _panel(
    seed: int,
    people: People,
    records: Records,
    reachable: Ints,
    calendar: Calendar,
    par: Parameters,
) -> list[Answers]:
    """Two yearly waves of the same questionnaire; one response id for all its questions."""
    rng = stream(seed, "panel")
    invited_days = np.arange(calendar.last_day - 45, calendar.first_day, -365)[::-1]
    asked = rng.random((len(invited_days), people.count)) < par.panel_share
    wave, person = np.nonzero(asked & (reachable >= 0))
    invited = invited_days[wave] * DAY + 10 * 3600
    known = records.created_at[reachable[person]] < invited
    wave, person, invited = wave[known], person[known], invited[known]
    answered = invited + (rng.uniform(0.1, 30, len(person)) * DAY).astype(np.int64)
    response = ids("RP", np.arange(len(person)) + 1)
    found = []
    for code, kind, pull in PANEL:
        highest = 5 if kind == "competitor_rank" else 7
        mean = 2.0 if kind == "competitor_rank" else 4.6
        score = scored(rng, people.satisfaction[person], mean, pull, 0.9, 1, highest)
        found.append(
            Answers(
                "PANEL",
                code,
                kind,
                response,
                person,
                invited,
                answered,
                score,
                1,
                highest,
                wave=joined("P", texts(wave + 1)),
            )
        )
    return found


def survey_table(seed: int, people: People, records: Records, blocks: list[Answers]) -> Table:
    reachable = contact_records(people, records)
    rows = pa.concat_tables([_block_rows(seed, records, reachable, b) for b in blocks])
    day = np.concatenate([block.answered_at for block in blocks]) // DAY
    return Table("crm", "crm_survey_responses", "events", "csv", rows.combine_chunks(), day=day)


def _block_rows(seed: int, records: Records, reachable: Ints, block: Answers) -> pa.Table:
    count = len(block.person)
    record = reachable[block.person]
    none = pa.nulls(count, pa.string())
    month = pa.compute.strftime(instants(block.invited_at), format="%Y-%m")
    lot = stream(seed, f"text {block.question}").integers(0, 4 * len(words.SURVEY_TEXTS), count)
    said = np.where(lot < len(words.SURVEY_TEXTS), lot, 0)
    return pa.table(
        {
            "response_id": block.response,
            "question_code": constant(block.question, count),
            "survey_id": constant(block.survey, count),
            "version": constant("1", count),
            "wave": month if block.wave is None else block.wave,
            "customer_id": records.ids.take(pa.array(record)),
            "invited_at": instants(block.invited_at),
            "answered_at": instants(block.answered_at),
            "kind": constant(block.kind, count),
            "score": decimals(block.score * 10_000),
            "scale_min": decimals(np.full(count, block.lowest * 10_000)),
            "scale_max": decimals(np.full(count, block.highest * 10_000)),
            "text": chosen(words.SURVEY_TEXTS, said) if block.kind in ("nps", "csat") else none,
            "touchpoint": none if block.touchpoint is None else constant(block.touchpoint, count),
            "ticket_id": none if block.ticket_id is None else block.ticket_id,
            "order_id": none if block.order_id is None else block.order_id,
            "source_system": where(
                records.system[record] == CRM,
                constant(SYSTEMS[CRM], count),
                constant(SYSTEMS[SALES], count),
            ),
        }
    )
