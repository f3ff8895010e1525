"""What the firm sells and at what price: products and their versions, promotions, days, rates.

Belongs here: everything that exists without a customer. Does not belong here: who buys it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample_world import words
from orchestration.sample_world.columns import NEVER, Bools, Floats, Ints, stream
from orchestration.sample_world.firm.people import Calendar
from orchestration.sample_world.parameters import Parameters

LOWEST_PRICE = 60  # cents
HIGHEST_PRICE = 40_000
# Price lists abroad: cents of the currency per cent at home, kept apart from the daily rate.
LIST_FACTORS = np.array([1.0, 1.17, 1.27])
PROMO_EVERY_DAYS = 14
PROMO_LENGTH_DAYS = 28  # so that two run at any time, which is what lets them stack
PROMO_RATES = np.array([0.10, 0.15, 0.20, 0.25])
MANUAL_RATES = np.array([0.05, 0.08, 0.12])


@dataclass(frozen=True)
class Catalogue:
    """Arrays over products (leaf by leaf, each leaf a ladder of prices), promotions and rates."""

    per_leaf: int
    is_weighed_leaf: Bools
    price: Ints  # cents, (3 versions, product): since the start, after each change
    change_day: Ints  # (2, product); NEVER where the price stayed
    cost: Ints  # cents, by version as the price
    launched_day: Ints
    brand: Ints  # index into BRANDS; the last one more is the own brand
    promo_start: Ints
    rates: Ints  # (currency, day since first_rate_day), in 1e-8
    first_rate_day: int

    @property
    def count(self) -> int:
        return self.price.shape[1]

    @property
    def leaf(self) -> Ints:
        return np.arange(self.count) // self.per_leaf

    def rung_near(self, cents: Floats) -> Ints:
        """Rung of the price ladder whose price is nearest to ``cents``."""
        step = np.log(HIGHEST_PRICE / LOWEST_PRICE) / (self.per_leaf - 1)
        rung = np.rint(np.log(np.maximum(cents, 1.0) / LOWEST_PRICE) / step).astype(np.int64)
        return np.clip(rung, 0, self.per_leaf - 1)

    def version(self, product: Ints, day: Ints) -> Ints:
        """Which version of the product holds on ``day``: 0, 1 or 2."""
        return (day >= self.change_day[0, product]).astype(np.int64) + (
            day >= self.change_day[1, product]
        )

    def rate(self, currency: Ints, day: Ints) -> Ints:
        """Reporting currency per unit of ``currency``, in 1e-8."""
        return self.rates[currency, day - self.first_rate_day]


def draw_catalogue(seed: int, calendar: Calendar, par: Parameters) -> Catalogue:
    rng = stream(seed, "catalogue")
    leaves = [leaf for _, _, group in words.CATEGORY_TREE for leaf in group]
    per_leaf = par.product_count // len(leaves)
    count = per_leaf * len(leaves)
    price = _prices(rng, count, per_leaf)
    cost = np.maximum(1, np.rint(price * rng.uniform(0.45, 0.72, count))).astype(np.int64)
    first_rate_day = calendar.first_day - 90
    return Catalogue(
        per_leaf=per_leaf,
        is_weighed_leaf=np.isin(leaves, ("Loose tea", "Nuts and fruit")),
        price=price,
        change_day=_change_days(rng, count, calendar, par),
        cost=cost,
        launched_day=_launches(rng, count, per_leaf, calendar, par),
        brand=np.where(
            rng.random(count) < par.own_brand_share,
            len(words.BRANDS),
            rng.integers(0, len(words.BRANDS), count),
        ),
        promo_start=np.arange(
            calendar.first_day - PROMO_LENGTH_DAYS, calendar.last_day + 1, PROMO_EVERY_DAYS
        ),
        rates=_rates(rng, calendar.last_day - first_rate_day + 1),
        first_rate_day=first_rate_day,
    )


def _prices(rng: np.random.Generator, count: int, per_leaf: int) -> Ints:
    """A ladder from the lowest to the highest price in each leaf; changes of -4 to +9 %."""
    ladder = np.geomspace(LOWEST_PRICE, HIGHEST_PRICE, per_leaf)
    first = np.tile(ladder, count // per_leaf) * rng.uniform(0.985, 1.015, count)
    second = first * rng.uniform(0.96, 1.09, count)
    third = second * rng.uniform(0.96, 1.09, count)
    return np.rint(np.stack([first, second, third])).astype(np.int64)


def _change_days(rng: np.random.Generator, count: int, calendar: Calendar, par: Parameters) -> Ints:
    days = np.sort(rng.integers(calendar.first_day + 1, calendar.last_day + 1, (2, count)), axis=0)
    days[1] = np.where(days[1] == days[0], NEVER, days[1])
    lot = rng.random(count)
    days[0, lot >= par.price_change_share] = NEVER
    days[1, lot >= par.price_change_share / 3] = NEVER
    return days


def _launches(
    rng: np.random.Generator, count: int, per_leaf: int, calendar: Calendar, par: Parameters
) -> Ints:
    """Launches within the period stand on odd rungs: the rung below is always on sale."""
    early = calendar.first_day - rng.integers(30, 1500, count)
    is_odd = (np.arange(count) % per_leaf) % 2 == 1
    is_launch = is_odd & (rng.random(count) < 2 * par.launch_share)
    within = rng.integers(calendar.first_day, calendar.last_day + 1, count)
    return np.where(is_launch, within, early)


def _rates(rng: np.random.Generator, days: int) -> Ints:
    """Random walks around 0.85 GBP/EUR and 0.79 GBP/USD, four decimals; GBP is 1."""
    steps = rng.normal(0, 0.0015, (2, days))
    walk = np.array([[0.85], [0.79]]) * np.exp(np.cumsum(steps - steps.mean(axis=1)[:, None], 1))
    rounded = np.rint(walk * 10**4).astype(np.int64) * 10**4
    return np.vstack([np.full(days, 10**8), rounded])


def running_promos(day: Ints, first_start: int) -> tuple[Ints, Ints]:
    """The two promotions that run on ``day``: the newer and the older one."""
    newest = (day - first_start) // PROMO_EVERY_DAYS
    return newest, newest - 1
