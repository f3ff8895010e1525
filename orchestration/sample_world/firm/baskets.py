"""Order lines that add up, to the cent, to the spend that was drawn; and what comes back.

Belongs here: products, quantities, prices, discounts and returns of the lines. Does not belong
here: the orders themselves (``orders.py``).

How a drawn spend becomes lines: the order's net total in its own currency is shared out at
random; each line takes the product whose list price is nearest to its share per unit; its unit
price is that share, not the list price, so it lies a few per cent around the list. Lines after
the first are rounded to cents; the first line has quantity 1 and takes what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample_world.columns import DAY, Bools, Floats, Ints, draw, stream
from orchestration.sample_world.firm.catalogue import (
    LIST_FACTORS,
    MANUAL_RATES,
    PROMO_RATES,
    Catalogue,
    running_promos,
)
from orchestration.sample_world.firm.orders import GOOD, NO_LINES, STORE, Orders
from orchestration.sample_world.firm.people import Calendar, People
from orchestration.sample_world.parameters import Parameters

MOST_LINES = 12
CENT = 100  # in units of 1/10000


@dataclass(frozen=True)
class Lines:
    """Arrays over order lines, by order and line number; money in 1/10000 of the currency."""

    order: Ints
    number: Ints
    product: Ints
    quantity: Ints  # in 1/10000
    list_price: Ints
    unit_price: Ints
    discount: Ints
    promo: Ints  # -1 for none
    other_promo: Ints  # the second of two stacked promotions, -1 for none
    other_discount: Ints  # its part of the discount
    cost: Ints

    @property
    def count(self) -> int:
        return len(self.order)

    @property
    def net(self) -> Ints:
        return self.quantity * self.unit_price // 10_000 - self.discount


@dataclass(frozen=True)
class Returns:
    """Arrays over returned lines, by time."""

    line: Ints
    at: Ints
    quantity: Ints
    amount: Ints
    reason: Ints
    is_restocked: Bools


def draw_lines(
    seed: int, people: People, orders: Orders, catalogue: Catalogue, par: Parameters
) -> Lines:
    rng = stream(seed, "lines")
    with_lines = np.flatnonzero(orders.outcome != NO_LINES)
    size = 1 + np.minimum(rng.poisson(par.extra_lines_mean, len(with_lines)), MOST_LINES - 1)
    order = np.repeat(with_lines, size)
    start = np.cumsum(size) - size
    number = np.arange(len(order)) - np.repeat(start, size) + 1
    day = orders.day[order]
    leaf = _leaves(rng, people.favourite_department[orders.person[order]], number, catalogue)
    promo, other, rate, other_rate = _discounts(rng, day, catalogue, par)
    share = _shares(rng, start, size) * orders.net[order]
    is_weighed = catalogue.is_weighed_leaf[leaf]
    quantity = _quantities(rng, number, is_weighed)
    unit, discount = _priced(share, quantity, rate + other_rate)
    net = quantity * unit // 10_000 - discount
    first = start  # the first line of each order takes what the others leave
    left = orders.net[with_lines] * CENT - (np.add.reduceat(net, start) - net[first])
    part = (rate + other_rate)[first]
    discount[first] = np.rint(left * part / (1 - part) / CENT).astype(np.int64) * CENT
    unit[first] = left + discount[first]
    currency = orders.currency[order]
    product = _products(rng, leaf, unit / CENT / LIST_FACTORS[currency], day, catalogue)
    version = catalogue.version(product, day)
    with np.errstate(invalid="ignore"):
        other_part = np.where(other >= 0, other_rate / (rate + other_rate), 0.0)
    return Lines(
        order=order,
        number=number,
        product=product,
        quantity=quantity,
        list_price=_abroad(catalogue.price[version, product], currency),
        unit_price=unit,
        discount=discount,
        promo=promo,
        other_promo=other,
        other_discount=np.rint(discount * other_part / CENT).astype(np.int64) * CENT,
        cost=_abroad(catalogue.cost[version, product], currency),
    )


def _leaves(rng: np.random.Generator, favourite: Ints, number: Ints, catalogue: Catalogue) -> Ints:
    """Six of ten lines come from the favourite department; the first line is never weighed."""
    leaves = len(catalogue.is_weighed_leaf)
    by_department = leaves // 4
    anywhere = rng.integers(0, leaves, len(favourite))
    inside = favourite * by_department + rng.integers(0, by_department, len(favourite))
    leaf = np.where(rng.random(len(favourite)) < 0.6, inside, anywhere)
    return np.where((number == 1) & catalogue.is_weighed_leaf[leaf], leaf - 1, leaf)


def _discounts(
    rng: np.random.Generator, day: Ints, catalogue: Catalogue, par: Parameters
) -> tuple[Ints, Ints, Floats, Floats]:
    """(promotion, stacked promotion, rate, rate of the stacked one)."""
    rows = len(day)
    newer, older = running_promos(day, int(catalogue.promo_start[0]))
    is_promoted = rng.random(rows) < par.promoted_line_share
    is_stacked = is_promoted & (rng.random(rows) < par.stacked_share)
    is_manual = ~is_promoted & (rng.random(rows) < par.manual_discount_share)
    one = np.where(is_stacked | (rng.random(rows) < 0.5), newer, older)
    promo = np.where(is_promoted, one, -1)
    other = np.where(is_stacked, older, -1)
    manual = np.where(is_manual, MANUAL_RATES[rng.integers(0, len(MANUAL_RATES), rows)], 0.0)
    rate = np.where(is_promoted, PROMO_RATES[promo % 4], manual)
    return promo, other, rate, np.where(is_stacked, PROMO_RATES[other % 4], 0.0)


def _shares(rng: np.random.Generator, start: Ints, size: Ints) -> Floats:
    """Parts of the order's total; the first line keeps at least a fifth."""
    weight = rng.standard_exponential(int(size.sum())) + 0.15
    share = 0.8 * weight / np.repeat(np.add.reduceat(weight, start), size)
    share[start] += 0.2
    return share


def _quantities(rng: np.random.Generator, number: Ints, is_weighed: Bools) -> Ints:
    """1 on first lines, 1 to 4 pieces on others, quarters of a kilogram of weighed goods."""
    pieces = draw(rng, (0.72, 0.18, 0.06, 0.04), len(number)) + 1
    quarters = rng.integers(1, 9, len(number))
    quantity = np.where(is_weighed, quarters * 2_500, pieces * 10_000)
    return np.where(number == 1, 10_000, quantity)


def _priced(share: Floats, quantity: Ints, rate: Floats) -> tuple[Ints, Ints]:
    """Unit price and discount, whole cents, whose net is as near to ``share`` cents as may be."""
    unit = np.rint(share / (quantity / 10_000) / (1 - rate)).astype(np.int64)
    unit = np.maximum(unit, 1) * CENT
    discount = np.rint(quantity * unit / 10_000 * rate / CENT).astype(np.int64) * CENT
    return unit, discount


def _products(
    rng: np.random.Generator, leaf: Ints, cents: Floats, day: Ints, catalogue: Catalogue
) -> Ints:
    rung = catalogue.rung_near(cents)
    product = leaf * catalogue.per_leaf + rung
    return np.where(catalogue.launched_day[product] > day, product - 1, product)


def _abroad(cents: Ints, currency: Ints) -> Ints:
    return np.rint(cents * LIST_FACTORS[currency]).astype(np.int64) * CENT


def draw_returns(
    seed: int, orders: Orders, lines: Lines, calendar: Calendar, par: Parameters
) -> Returns:
    """Lines sent back within four weeks of delivery, wholly or in part."""
    rng = stream(seed, "returns")
    delivered = np.where(orders.channel == STORE, orders.ordered_at, orders.delivered_at)
    since = delivered[lines.order]
    is_good = orders.outcome[lines.order] == GOOD
    line = np.flatnonzero(is_good & (rng.random(lines.count) < par.returned_line_share))
    at = since[line] + (rng.uniform(0.3, 27, len(line)) * DAY).astype(np.int64)
    known = at < (calendar.last_day + 1) * DAY
    line, at = line[known], at[known]
    order = np.lexsort((line, at))
    line, at = line[order], at[order]
    quantity, whole = lines.quantity[line], lines.net[line]
    is_part = (quantity >= 20_000) & (quantity % 10_000 == 0) & (rng.random(len(line)) < 0.6)
    back = np.where(is_part, 10_000, quantity)
    return Returns(
        line=line,
        at=at,
        quantity=back,
        amount=np.where(is_part, np.rint(whole * (back / quantity)).astype(np.int64), whole),
        reason=draw(rng, (0.4, 0.25, 0.2, 0.15), len(line)),
        is_restocked=rng.random(len(line)) < 0.7,
    )
