"""Extract tables about who customers are: source records, identifiers, memberships.

Belongs here: crm_customers, crm_identities, loyalty_members, privacy_requests. Does not belong
here: how records come about (``records.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    instants,
    joined,
    numbers,
    stream,
    texts,
    where,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.tables import Table, known_from
from orchestration.sample_world.extracts.campaigns import campaign_ids, campaign_starts
from orchestration.sample_world.extracts.marketing import draw_referrals
from orchestration.sample_world.extracts.programme import PROGRAM
from orchestration.sample_world.extracts.sales import member_ids
from orchestration.sample_world.firm.orders import REPS
from orchestration.sample_world.firm.people import Calendar, People, first_names, last_names
from orchestration.sample_world.firm.records import (
    CRM,
    SYSTEMS,
    Records,
    plain_emails,
    written_emails,
    written_phones,
)
from orchestration.sample_world.parameters import Parameters

CLUBS = (None, "garden", "baking", "wine")
ID_TYPES = ("email", "phone", "loyalty_no")


def customers_table(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> Table:
    """A record as created, as changed, and as left over after an erasure."""
    everyone = np.arange(records.count)
    changed = np.flatnonzero(records.changed_at < NEVER)
    erased = np.flatnonzero(records.erased_at < NEVER)
    fixed = _fixed(seed, people, records, calendar, par)
    versions = [
        _version(seed, people, records, fixed, everyone, 0),
        _version(seed, people, records, fixed, changed, 1),
        _version(seed, people, records, fixed, erased, 2),
    ]
    first_end = np.minimum(records.changed_at, records.erased_at)
    until = np.concatenate([first_end, records.erased_at[changed], np.full(len(erased), NEVER)])
    since = np.concatenate(
        [records.created_at, records.changed_at[changed], records.erased_at[erased]]
    )
    born = records.created_at[np.concatenate([everyone, changed, erased])]
    return Table(
        "crm", "crm_customers", "delta", "csv", pa.concat_tables(versions),
        day=since // DAY,
        until=known_from(until),
        op=(since // DAY > born // DAY).astype(np.int64),  # new on its first day
    )  # fmt: skip


def _fixed(
    seed: int, people: People, records: Records, calendar: Calendar, par: Parameters
) -> pa.Table:
    """Attributes that no version changes; gaps are left as a firm has them."""
    rng = stream(seed, "profiles")
    person, rows = records.person, records.count

    def told(share: float) -> np.ndarray:
        return rng.random(rows) >= share

    _, referees = draw_referrals(seed, people, records, par)
    is_referred = np.isin(person, referees)
    by_person = stream(seed, "traits").integers(0, 10**6, (5, people.count))[:, person]
    return pa.table(
        {
            "source_system": chosen(SYSTEMS, records.system),
            "customer_id": records.ids,
            "created_at": instants(records.created_at),
            "birth_date": dates(people.birth_day[person], told(0.8)),
            "gender": chosen(words.GENDERS, people.gender[person], told(0.85)),
            "income_band": chosen(words.INCOME_BANDS, by_person[0] % 5, told(0.4)),
            "education": chosen(words.EDUCATIONS, by_person[1] % 5, told(0.4)),
            "lifestyle_tags": chosen(words.LIFESTYLES, by_person[2] % 7, told(0.3)),
            "acquisition_channel": chosen(
                words.ACQUISITION_CHANNELS, np.where(is_referred, 7, by_person[3] % 7), told(0.95)
            ),
            "acquisition_campaign_id": _campaigns(records, calendar, told(0.25)),
            "sales_rep_id": ids("R", person % REPS + 1, 3, told(0.3) | (records.system != CRM)),
            "is_test": numbers(people.is_test[person]),
        }
    )


def _campaigns(records: Records, calendar: Calendar, missing: Bools) -> pa.Array:
    """The newest campaign at the creation of each record, where there was one."""
    newest = np.searchsorted(campaign_starts(calendar), records.created_at // DAY, side="right") - 1
    return campaign_ids(newest, missing | (newest < 0))


def _version(
    seed: int, people: People, records: Records, fixed: pa.Table, of: Ints, version: int
) -> pa.Table:
    """``version`` 0 as created, 1 after the change (a move), 2 erased: nothing personal left."""
    rng = stream(seed, f"version {version}")
    style = draw(rng, (0.75, 0.08, 0.15, 0.02), len(of))
    person = records.person[of]
    places = [place for country in words.PLACES for place in country]
    offset = np.cumsum([0, *(len(country) for country in words.PLACES)])
    move = (people.place[person] + version) % np.diff(offset)[people.country[person]]
    place = pa.array(offset[people.country[person]] + move)
    house = people.house[person] + 7 * version
    since = (records.created_at, records.changed_at, records.erased_at)[version][of]
    email = written_emails(plain_emails(people, records).take(pa.array(of)), style)
    phone = written_phones(people, records.phone_of[of], records.phone_which[of], style % 3)
    personal = {
        "updated_at": instants(since),
        "deleted_at": instants(records.erased_at[of] if version == 2 else np.full(len(of), NEVER)),
        "full_name": written_names(people, records, of),
        "email": email,
        "phone": phone,
        "street": joined(texts(house), " ", chosen(words.STREETS, house % len(words.STREETS))),
        "region": pa.array([p[1] for p in places]).take(place),
        "city": pa.array([p[0] for p in places]).take(place),
        "postal_code": joined(pa.array([p[2] for p in places]).take(place), " ", texts(house)),
        "occupation": chosen(words.OCCUPATIONS, (house + version) % 8, person % 5 < 2),
    }
    found = fixed.take(pa.array(of))
    for name, column in personal.items():
        is_kept = version < 2 or name in ("updated_at", "deleted_at")
        found = found.append_column(name, column if is_kept else pa.nulls(len(of), column.type))
    if version == 2:
        at = found.schema.get_field_index("birth_date")
        found = found.set_column(at, "birth_date", pa.nulls(len(of), pa.date32()))
    return found


def written_names(people: People, records: Records, of: Ints) -> pa.Array:
    """Second records write the name another way: initials, capitals or family name first."""
    first, last = first_names(people, records.person[of]), last_names(people, records.person[of])
    style = np.where(records.is_second[of], 1 + records.person[of] % 4, 0)
    plain = joined(first, " ", last)
    initial = joined(pc.utf8_slice_codeunits(first, 0, 1), ". ", last)
    turned = joined(pc.utf8_upper(last), ", ", first)
    found = where(style == 1, initial, plain)
    found = where(style == 2, turned, where(style == 3, pc.utf8_upper(plain), found))
    return where(style == 4, joined(first, "  ", last), found)


def identities_table(seed: int, people: People, records: Records, calendar: Calendar) -> Table:
    """Identifiers of the records that are not erased; some are verified only later."""
    rng = stream(seed, "identities")
    style = draw(rng, (0.8, 0.1, 0.1), records.count)
    email = written_emails(plain_emails(people, records), style)
    phone = written_phones(people, records.phone_of, records.phone_which, (style + 1) % 3)
    with_card = np.flatnonzero(records.has_loyalty_number)
    of = np.concatenate([np.arange(records.count), np.arange(records.count), with_card])
    kind = np.repeat([0, 1, 2], [records.count, records.count, len(with_card)])
    is_verified = np.concatenate(
        [records.email_verified, records.phone_verified, np.ones(len(with_card), dtype=bool)]
    )
    value = pa.concat_arrays([email, phone, member_ids(records.person[with_card])])
    waits = np.where((rng.random(len(of)) < 0.1) & (kind < 2), rng.integers(1, 20, len(of)), 0)
    seen = records.created_at[of]
    waits = np.minimum(waits, calendar.last_day - seen // DAY)  # all are proven by the last day
    proven = np.where(is_verified, seen + waits * DAY, NEVER)
    first = _identity_rows(records, of, kind, value, seen, is_verified & (waits == 0))
    later = np.flatnonzero(is_verified & (waits > 0))
    second = _identity_rows(
        records, of[later], kind[later], value.take(pa.array(later)), seen[later],
        np.ones(len(later), dtype=bool),
    )  # fmt: skip
    gone = known_from(records.erased_at)
    turned = np.where(waits > 0, known_from(proven), NEVER)
    return Table(
        "crm", "crm_identities", "full", "csv", pa.concat_tables([first, second]),
        day=np.concatenate([seen // DAY, turned[later]]),
        until=np.concatenate([np.minimum(turned, gone[of]), gone[of[later]]]),
    )  # fmt: skip


def _identity_rows(
    records: Records, of: Ints, kind: Ints, value: pa.Array, seen: Ints, verified: np.ndarray
) -> pa.Table:
    return pa.table(
        {
            "source_system": chosen(SYSTEMS, records.system[of]),
            "customer_id": records.ids.take(pa.array(of)),
            "id_type": chosen(ID_TYPES, kind),
            "id_value": value,
            "verified": numbers(verified),
            "first_seen_at": instants(seen),
            "last_seen_at": instants(seen),
        }
    )


def members_table(
    seed: int, people: People, records: Records, enrolled: Ints, calendar: Calendar
) -> Table:
    """Memberships, held by the CRM contact where the card is on it, else by the shop account."""
    rng = stream(seed, "members")
    end = (calendar.last_day + 1) * DAY
    member = np.flatnonzero(enrolled < end)
    shop, contact = (records.first_of(people.count, system) for system in (1, 0))
    has_contact = (contact >= 0) & records.has_loyalty_number[np.maximum(contact, 0)]
    holder = np.where(has_contact, contact, shop)[member]
    left = enrolled[member] + ((end - enrolled[member]) * rng.uniform(0.2, 3, len(member))).astype(
        int
    )
    left[(rng.random(len(member)) < 0.9) | (left >= end)] = NEVER
    leavers = np.flatnonzero(left < NEVER)
    first = _member_rows(people, records, member, holder, enrolled, np.full(len(member), NEVER))
    second = _member_rows(people, records, member, holder, enrolled, left).take(pa.array(leavers))
    told = enrolled[member] // DAY
    return Table(
        "crm", "loyalty_members", "delta", "csv",
        pa.concat_tables([first, second]),
        day=np.concatenate([told, left[leavers] // DAY]),
        until=np.concatenate([known_from(left), np.full(len(leavers), NEVER)]),
        op=np.repeat([0, 1], [len(member), len(leavers)]),
    )  # fmt: skip


def _member_rows(
    people: People, records: Records, member: Ints, holder: Ints, enrolled: Ints, left: Ints
) -> pa.Table:
    pays = member % 17 == 0
    return pa.table(
        {
            "program_id": constant(PROGRAM, len(member)),
            "member_id": member_ids(member),
            "customer_id": records.ids.take(pa.array(holder)),
            "enrolled_at": instants(enrolled[member]),
            "left_at": instants(left),
            "fee": decimals(np.where(pays, 250_000, 0)),
            "currency": constant("GBP", len(member)),
            "club": chosen(CLUBS, people.favourite_department[member], member % 4 != 0),
            "source_system": chosen(SYSTEMS, records.system[holder]),
        }
    )


def privacy_requests_table(records: Records) -> Table:
    """The erasures, each asked for up to three weeks before it was done."""
    of = np.flatnonzero(records.erased_at < NEVER)
    done = records.erased_at[of]
    received = np.maximum(done - (1 + of % 21) * DAY, records.created_at[of])
    base = {
        "request_id": ids("PQ", of + 1),
        "customer_id": records.ids.take(pa.array(of)),
        "kind": constant("delete", len(of)),
        "received_at": instants(received),
        "source_system": chosen(SYSTEMS, records.system[of]),
    }
    opened = pa.table({**base, "closed_at": instants(np.full(len(of), NEVER))})
    closed = pa.table({**base, "closed_at": instants(done)})
    return Table(
        "crm", "privacy_requests", "delta", "csv",
        pa.concat_tables([opened, closed]),
        day=np.concatenate([received // DAY, done // DAY]),
        until=np.concatenate([done // DAY, np.full(len(of), NEVER)]),
        op=np.repeat([0, 1], len(of)),
    )  # fmt: skip
