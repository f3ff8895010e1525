"""What is said in public: accounts in social media, mentions, reviews and other contributions.

Belongs here: social_daily, social_mentions, ugc_items. Does not belong here: the web shop
(``web.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.sample_world.columns import (
    DAY,
    Ints,
    constant,
    dates,
    daytime,
    decimals,
    draw,
    ids,
    instants,
    numbers,
    stream,
    words,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.surveys import contact_records, scored
from orchestration.sample_world.firm.baskets import Lines
from orchestration.sample_world.firm.orders import GOOD, STORE, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.firm.records import SYSTEMS, Records
from orchestration.sample_world.parameters import Parameters

PLATFORMS = ("instagram", "youtube", "facebook")
MENTIONS = (
    "Love my new pan",
    "Late again",
    "Best coffee in town",
    "Not worth the money",
    "Nice shop",
)
MENTION_MOODS = np.array([0.8, -0.7, 0.9, -0.6, 0.4])
UGC_KINDS = ("review", "photo", "video", "idea")
UGC_TEXTS = (None, "Lovely", "Does what it should", "Broke after a week", "My recipe with it")


def accounts_table(seed: int, people: People, calendar: Calendar) -> Table:
    """Counters of each account and day; they grow with the firm."""
    rng = stream(seed, "accounts")
    days = np.arange(calendar.first_day, calendar.last_day + 1)
    day = np.repeat(days, len(PLATFORMS))
    platform = np.tile(np.arange(len(PLATFORMS)), len(days))
    age = (day - calendar.first_day) / len(days)
    size = np.array([0.30, 0.08, 0.16])[platform] * people.count
    followers = (size * (0.5 + 0.5 * age)).astype(np.int64) + 50
    posts = rng.poisson(1.2, len(day))
    reach = (followers * posts * rng.uniform(0.2, 0.6, len(day))).astype(np.int64)
    engaged = (reach * rng.uniform(0.02, 0.08, len(day))).astype(np.int64)
    interactions = (engaged * 1.4).astype(np.int64)
    rows = pa.table(
        {
            "platform": words(PLATFORMS, platform),
            "account_id": constant("hearth_and_co", len(day)),
            "date": dates(day),
            "followers": numbers(followers),
            "posts": numbers(posts),
            "views": numbers((reach * 1.7).astype(np.int64)),
            "reach": numbers(reach),
            "engaged_users": numbers(engaged),
            "interactions": numbers(interactions),
            "shares": numbers((interactions * 0.15).astype(np.int64)),
        }
    )
    return Table("crm", "social_daily", "delta", "csv", rows, day=day)


def mentions_table(seed: int, people: People, calendar: Calendar) -> Table:
    rng = stream(seed, "mentions")
    days = calendar.last_day - calendar.first_day + 1
    count = int(rng.poisson(people.count * days * 0.0002))
    at = (calendar.first_day + rng.integers(0, days, count)) * DAY + daytime(rng, count)
    at.sort()
    said = rng.integers(0, len(MENTIONS), count)
    mood = np.clip(MENTION_MOODS[said] + rng.normal(0, 0.1, count), -1, 1)
    rows = pa.table(
        {
            "mention_id": ids("MN", np.arange(count) + 1),
            "at": instants(at),
            "text": words(MENTIONS, said),
            "reach": numbers(np.rint(np.exp(rng.normal(5, 1.3, count))).astype(np.int64)),
            "author_ref": ids("A", rng.integers(0, people.count, count) + 1),
            "sentiment": decimals(np.rint(mood * 10**6).astype(np.int64), 6),
        }
    )
    return Table("crm", "social_mentions", "events", "jsonl", rows, day=at // DAY)


def contributions_table(
    seed: int,
    people: People,
    records: Records,
    orders: Orders,
    lines: Lines,
    calendar: Calendar,
    par: Parameters,
) -> Table:
    """Reviews of bought products, and a few photos, videos and ideas."""
    rng = stream(seed, "contributions")
    reachable = contact_records(people, records)
    person_of = orders.person[lines.order]
    may = (orders.outcome[lines.order] == GOOD) & (reachable[person_of] >= 0)
    line = np.flatnonzero(may & (rng.random(lines.count) < par.review_share))
    order = lines.order[line]
    arrived = np.where(orders.channel == STORE, orders.ordered_at, orders.delivered_at)[order]
    at = arrived + (rng.uniform(1, 30, len(line)) * DAY).astype(np.int64)
    known = at < (calendar.last_day + 1) * DAY
    by_time = np.argsort(at[known], kind="stable")
    line, at = line[known][by_time], at[known][by_time]
    person = orders.person[lines.order[line]]
    kind = draw(rng, (0.8, 0.1, 0.04, 0.06), len(line))
    rating = scored(rng, people.satisfaction[person], 4.0, 0.7, 0.7, 1, 5)
    return Table(
        "crm", "ugc_items", "delta", "jsonl",
        _contribution_rows(rng, records, reachable[person], line, lines, at, kind, rating),
        day=at // DAY,
    )  # fmt: skip


def _contribution_rows(
    rng: np.random.Generator,
    records: Records,
    record: Ints,
    line: Ints,
    lines: Lines,
    at: Ints,
    kind: Ints,
    rating: Ints,
) -> pa.Table:
    rows = len(line)
    return pa.table(
        {
            "ugc_id": ids("UG", np.arange(rows) + 1),
            "customer_id": records.ids.take(pa.array(record)),
            "at": instants(at),
            "kind": words(UGC_KINDS, kind),
            "product_id": ids("P", lines.product[line] + 1, 5),
            "rating": decimals(rating * 10_000, 4, kind != 0),
            "text": words(UGC_TEXTS, rng.integers(0, len(UGC_TEXTS), rows)),
            "shares": numbers(rng.poisson(np.where(kind == 0, 0.2, 2.0))),
            "source_system": words(SYSTEMS, records.system[record]),
        }
    )
