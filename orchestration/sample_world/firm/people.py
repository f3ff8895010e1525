"""The persons of the world: who they are, when they come, how satisfied they are.

Belongs here: one row per real person. Does not belong here: how the systems know them
(``records.py``) or what they buy (``purchases.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample_world import words
from orchestration.sample_world.columns import DAY, NEVER, Bools, Floats, Ints, draw, stream
from orchestration.sample_world.parameters import Parameters

KINDS = ("shop", "shop_and_crm", "crm_phone", "guest", "anonymous", "prospect")
SHOP, SHOP_AND_CRM, CRM_PHONE, GUEST, ANONYMOUS, PROSPECT = range(len(KINDS))


@dataclass(frozen=True)
class Calendar:
    """Days of the world, counted since 1970; both ends belong to it."""

    first_day: int
    last_day: int


@dataclass(frozen=True)
class People:
    """Arrays over persons; the buyers come first, then the prospects."""

    kind: Ints
    buyers: int
    acquired_day: Ints  # first purchase; of a prospect the first contact
    country: Ints
    gender: Ints
    first_name: Ints
    last_name: Ints
    birth_day: Ints
    place: Ints  # within the country
    house: Ints
    satisfaction: Floats  # standard normal, latent: drives every survey answer
    favourite_department: Ints
    favours_store: Bools
    is_member: Bools
    is_test: Bools

    @property
    def count(self) -> int:
        return len(self.kind)

    @property
    def currency(self) -> Ints:
        """Index into ``words.CURRENCIES``: people pay in the currency of their country."""
        return self.country


def draw_people(seed: int, customers: int, calendar: Calendar, par: Parameters) -> People:
    """``customers`` buyers and the prospects beside them."""
    rng = stream(seed, "people")
    prospects = round(customers * par.prospects_per_buyer)
    total = customers + prospects
    kind = np.concatenate([_kinds(rng, customers, par), np.full(prospects, PROSPECT)])
    country = draw(rng, (0.82, 0.12, 0.06), total)
    places = np.array([len(found) for found in words.PLACES])
    has_account = (kind == SHOP) | (kind == SHOP_AND_CRM)
    return People(
        kind=kind,
        buyers=customers,
        acquired_day=rng.integers(calendar.first_day, calendar.last_day + 1, total),
        country=country,
        gender=draw(rng, (0.53, 0.45, 0.02), total),
        first_name=rng.integers(0, len(words.FEMALE_NAMES), total),
        last_name=rng.integers(0, len(words.LAST_NAMES), total),
        birth_day=calendar.last_day - (18 * 365 + rng.beta(2, 2.5, total) * 62 * 365).astype(int),
        place=rng.integers(0, 10**6, total) % places[country],
        house=rng.integers(1, 180, total),
        satisfaction=rng.standard_normal(total),
        favourite_department=rng.integers(0, 4, total),
        favours_store=(rng.random(total) < 0.3) | (kind == ANONYMOUS),
        is_member=has_account & (rng.random(total) < par.member_share),
        is_test=(kind == SHOP) & (rng.random(total) < par.test_account_share),
    )


def _kinds(rng: np.random.Generator, customers: int, par: Parameters) -> Ints:
    rest = par.shop_and_crm_share + par.crm_phone_share + par.guest_share + par.anonymous_share
    shares = (
        1 - rest,
        par.shop_and_crm_share,
        par.crm_phone_share,
        par.guest_share,
        par.anonymous_share,
    )
    return draw(rng, shares, customers)


def enrolled_at(seed: int, people: People) -> Ints:
    """When each member joined: on the day of the first order or within the following year."""
    rng = stream(seed, "enrolment")
    wait = np.where(rng.random(people.count) < 0.6, 0, rng.integers(1, 300, people.count))
    at = (people.acquired_day + wait) * DAY + rng.integers(0, 7 * 3600, people.count)
    return np.where(people.is_member, at, NEVER)


def first_names(people: People, of: Ints) -> pa.Array:
    """First names of the persons ``of``; "other" draws from both lists."""
    vocabulary = words.FEMALE_NAMES + words.MALE_NAMES
    male = np.where(people.gender[of] == 2, of % 2, people.gender[of])
    return pa.array(vocabulary).take(
        pa.array(people.first_name[of] + male * len(words.FEMALE_NAMES))
    )


def last_names(people: People, of: Ints) -> pa.Array:
    return pa.array(words.LAST_NAMES).take(pa.array(people.last_name[of]))


def emails(people: People, of: Ints, which: Ints) -> pa.Array:
    """Plain address of each person: unique by person and ``which`` of their addresses."""
    first = _ascii(first_names(people, of))
    last = _ascii(last_names(people, of))
    domain = pa.array(words.MAIL_DOMAINS).take(pa.array(which))
    number = pa.array(of + 1).cast(pa.string())
    parts = (first, ".", last, number, "@", domain)
    return pa.compute.utf8_lower(pa.compute.binary_join_element_wise(*parts, ""))


def phone_numbers(of: Ints, which: Ints) -> Ints:
    """National number without its leading zero, unique by person and ``which`` of their phones."""
    # 7919 has no factor in common with 10**9, so different persons get different numbers.
    return 7 * 10**9 + ((of * 2 + which) * 7919 + 123_456_789) % 10**9


def _ascii(names: pa.Array) -> pa.Array:
    decomposed = pa.compute.utf8_normalize(names, form="NFKD")
    return pa.compute.replace_substring_regex(decomposed, r"[^A-Za-z]", "")
