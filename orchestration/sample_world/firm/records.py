"""How the two systems know the persons: source records with their addresses and phones.

Belongs here: one row per (source_system, customer_id), duplicates and traps included.
Does not belong here: the extract tables made of them (``customers.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Bools,
    Ints,
    draw,
    ids,
    stream,
    texts,
    where,
)
from orchestration.sample_world.firm.people import (
    CRM_PHONE,
    PROSPECT,
    SHOP,
    SHOP_AND_CRM,
    Calendar,
    People,
    emails,
    phone_numbers,
)
from orchestration.sample_world.parameters import Parameters

SYSTEMS = ("crm", "sales")
CRM, SALES = range(2)


@dataclass(frozen=True)
class Records:
    """Arrays over source records. ``email_of``/``phone_of`` name whose address stands there."""

    person: Ints
    system: Ints
    number: Ints  # running within the system; the id is C or S and this
    is_second: Bools  # the person's second record in this system
    created_at: Ints
    changed_at: Ints
    erased_at: Ints
    email_which: Ints  # 0..2 of the person's addresses
    phone_which: Ints
    phone_of: Ints  # person whose phone it is
    mailbox: Ints  # number of the shared info@ address, -1 for none
    email_verified: Bools
    phone_verified: Bools
    has_loyalty_number: Bools

    @property
    def count(self) -> int:
        return len(self.person)

    @property
    def ids(self) -> pa.Array:
        return where(self.system == CRM, ids("C", self.number), ids("S", self.number))

    def first_of(self, people_count: int, system: int) -> Ints:
        """Record index of each person's first record in ``system``, -1 for none."""
        found = np.full(people_count, -1, dtype=np.int64)
        mine = np.flatnonzero((self.system == system) & ~self.is_second)
        found[self.person[mine]] = mine
        return found


def draw_records(seed: int, people: People, calendar: Calendar, par: Parameters) -> Records:
    """All source records, in the order of their creation."""
    rng = stream(seed, "records")
    in_shop = np.flatnonzero((people.kind == SHOP) | (people.kind == SHOP_AND_CRM))
    in_crm = np.flatnonzero(np.isin(people.kind, (SHOP_AND_CRM, CRM_PHONE, PROSPECT)))
    again_shop = in_shop[rng.random(len(in_shop)) < par.second_account_share]
    again_crm = in_crm[rng.random(len(in_crm)) < par.crm_duplicate_share]
    person = np.concatenate([in_shop, in_crm, again_shop, again_crm])
    sizes = [len(in_shop), len(in_crm), len(again_shop), len(again_crm)]
    system = np.repeat([SALES, CRM, SALES, CRM], sizes)
    is_second = np.repeat([False, False, True, True], sizes)
    created = _creation(rng, people, person, is_second, calendar)
    order = np.lexsort((system, person, created))
    records = _blank(person[order], system[order], is_second[order], created[order])
    records = _identified(rng, people, records, par)
    return _trapped(rng, people, _changed(rng, records, calendar, par), par)


def _creation(
    rng: np.random.Generator, people: People, person: Ints, is_second: Bools, calendar: Calendar
) -> Ints:
    """First records up to 60 days before the first purchase, second ones later in the period."""
    acquired = people.acquired_day[person]
    ahead = np.where(rng.random(len(person)) < 0.7, 0, rng.integers(1, 60, len(person)))
    room = calendar.last_day - acquired
    later = acquired + (rng.random(len(person)) * (room + 1)).astype(np.int64)
    day = np.where(is_second, later, acquired - ahead)
    return day * DAY + rng.integers(0, 7 * 3600, len(person))  # before the shops open


def _blank(person: Ints, system: Ints, is_second: Bools, created: Ints) -> Records:
    number = np.empty(len(person), dtype=np.int64)
    for code in (CRM, SALES):
        mine = system == code
        number[mine] = np.arange(1, mine.sum() + 1)
    zeros = np.zeros(len(person), dtype=np.int64)
    never = np.full(len(person), NEVER)
    no = np.zeros(len(person), dtype=bool)
    return Records(
        person, system, number, is_second, created, never, never,
        zeros, zeros, person.copy(), zeros - 1, no, no, no,
    )  # fmt: skip


def _identified(
    rng: np.random.Generator, people: People, records: Records, par: Parameters
) -> Records:
    """Which address, phone and card each record carries, and which of them are verified.

    A person's records share a verified address, or a verified phone, or the loyalty number, or
    nothing that is verified: then only name and birth date tell.
    """
    rest = 1 - par.same_email_share - par.phone_only_share - par.loyalty_only_share
    shares = (par.same_email_share, par.phone_only_share, par.loyalty_only_share, rest)
    link = draw(rng, shares, people.count)[records.person]
    is_shop = records.system == SALES
    # The shop's first record keeps address 0; what differs from it takes another one.
    differs = (link != 0) & ~is_shop
    email_which = np.where(records.is_second & (is_shop | differs), 2, np.where(differs, 1, 0))
    phone_which = np.where((link >= 2) & ~is_shop, 1, 0)
    email_verified = (link == 0) | (rng.random(records.count) < par.verified_email_share)
    phone_verified = (link == 1) | (rng.random(records.count) < par.verified_phone_share)
    phone_verified &= (link != 3) | ~records.is_second
    is_member = people.is_member[records.person]
    return replace(
        records,
        email_which=email_which,
        phone_which=phone_which,
        email_verified=email_verified,
        phone_verified=phone_verified,
        has_loyalty_number=is_member & ((link == 2) | (~records.is_second & is_shop)),
    )


def _changed(
    rng: np.random.Generator, records: Records, calendar: Calendar, par: Parameters
) -> Records:
    """One later change for some, erasure on request for a few (after any change)."""
    end = (calendar.last_day + 1) * DAY
    room = end - records.created_at
    changed = records.created_at + (room * (0.02 + 0.9 * rng.random(records.count))).astype(int)
    changed[rng.random(records.count) >= par.record_change_share] = NEVER
    after = np.where(changed < NEVER, changed, records.created_at)
    erased = after + ((end - after) * (0.5 + 0.45 * rng.random(records.count))).astype(np.int64)
    erased[rng.random(records.count) >= par.erasure_share] = NEVER
    return replace(records, changed_at=changed, erased_at=erased)


def _trapped(
    rng: np.random.Generator, people: People, records: Records, par: Parameters
) -> Records:
    """Family phones and shared mailboxes: identifiers that several persons have in common."""
    times_known = np.bincount(records.person, minlength=people.count)
    single = (times_known[records.person] == 1) & (people.kind[records.person] == SHOP)
    lot = rng.random(records.count)
    family = single & (lot < par.family_phone_share) & (records.person > 0)
    users = par.shared_mailbox_users
    boxes = max(1, round(records.count * par.shared_mailbox_share / users))
    candidates = np.flatnonzero(single & ~family)
    shared = candidates[np.argsort(-lot[candidates], kind="stable")][: boxes * users]
    mailbox = records.mailbox.copy()
    mailbox[shared] = np.arange(len(shared)) // users
    # Half of the shared mailboxes are "verified": somebody there clicked the link.
    by_mailbox = mailbox % 2 == 0
    return replace(
        records,
        mailbox=mailbox,
        phone_of=np.where(family, records.person - 1, records.phone_of),
        email_verified=np.where(mailbox >= 0, by_mailbox, records.email_verified),
        phone_verified=records.phone_verified & ~family,
    )


def linked(records: Records) -> Ints:
    """For each record the first record that verified identifiers of its own connect it with.

    What a deterministic match can find at best: shared mailboxes connect nobody.
    """
    every = np.arange(records.count)
    kept = records.erased_at >= NEVER  # an erasure takes the identifiers with it
    email = np.flatnonzero(kept & records.email_verified & (records.mailbox < 0))
    phone = np.flatnonzero(kept & records.phone_verified)
    card = np.flatnonzero(kept & records.has_loyalty_number)
    # Six identifiers a person: three addresses, two phones, one card.
    own = (
        records.person[email] * 6 + records.email_which[email],
        records.phone_of[phone] * 6 + 3 + records.phone_which[phone],
        records.person[card] * 6 + 5,
    )
    identifier = np.unique(np.concatenate(own), return_inverse=True)[1]
    record = np.concatenate([email, phone, card])
    label = every.copy()
    while True:
        least = np.full(identifier.max(initial=-1) + 1, records.count)
        np.minimum.at(least, identifier, label[record])
        before = label.copy()
        np.minimum.at(label, record, least[identifier])
        if np.array_equal(label, before):
            return label


def plain_emails(people: People, records: Records) -> pa.Array:
    """The address behind each record, lower case."""
    own = emails(people, records.person, records.email_which)
    shared = pc.binary_join_element_wise("info@office", texts(records.mailbox), ".example", "")
    return where(records.mailbox >= 0, shared, own)


def written_emails(plain: pa.Array, style: Ints) -> pa.Array:
    """As somebody typed it: plain, in capitals, or with a space behind it."""
    titled = pc.utf8_title(plain)
    spaced = pc.binary_join_element_wise(plain, " ", "")
    found = where(style == 1, pc.utf8_upper(plain), plain)
    return where(style == 2, titled, where(style == 3, spaced, found))


def written_phones(people: People, owner: Ints, which: Ints, style: Ints) -> pa.Array:
    """As somebody typed it: +44 7946 000958, 07946 000958 (at home only) or 0044..."""
    national = texts(phone_numbers(owner, which))
    head = pc.utf8_slice_codeunits(national, 0, 4)
    tail = pc.utf8_slice_codeunits(national, 4, 10)
    dial = pa.array(words.DIAL_CODES).take(pa.array(people.country[owner]))
    plus = pc.binary_join_element_wise("+", dial, " ", head, " ", tail, "")
    zeros = pc.binary_join_element_wise("00", dial, head, tail, "")
    home = pc.binary_join_element_wise("0", head, " ", tail, "")
    is_home = (style == 1) & (people.country[owner] == 0)
    return where(is_home, home, where(style == 2, zeros, plus))
