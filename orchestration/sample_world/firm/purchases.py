"""When and for how much a person buys: BG/NBD occasions and Gamma-Gamma spend.

Belongs here: the two stochastic processes and their per-person truth. Does not belong here: how
an occasion becomes orders and lines (``orders.py``).

BG/NBD (Fader, Hardie & Lee 2005): while active a person buys at rate lambda ~ Gamma(r, alpha) a
week; after each repeat purchase they leave for good with probability p ~ Beta(a, b). The waiting
times are rounded to whole days, at least one, because an occasion is a day; at the rates of this
world that moves the mean count by less than 1 %. Gamma-Gamma (Fader & Hardie 2013): the spend of
an occasion is Gamma(p, nu) with nu ~ Gamma(q, v), independent of the rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample_world.columns import NEVER, Floats, Ints, stream
from orchestration.sample_world.parameters import Parameters

LEAST_SPEND = 200  # cents: below it an order's lines could not all have a price


@dataclass(frozen=True)
class Purchases:
    """Arrays over buyers (``rate`` ... ``expected_spend``) and over occasions, by day, person."""

    rate: Floats  # lambda, purchases a week
    dropout: Floats  # p
    dropout_day: Ints  # NEVER while alive on the last day
    expected_spend: Floats  # p / nu, reporting currency
    person: Ints
    day: Ints
    spend: Ints  # cents of the reporting currency


def draw_purchases(seed: int, acquired_day: Ints, last_day: int, par: Parameters) -> Purchases:
    rng = stream(seed, "purchases")
    buyers = len(acquired_day)
    rate = rng.gamma(par.bgnbd_r, 1 / par.bgnbd_alpha, buyers)
    dropout = rng.beta(par.bgnbd_a, par.bgnbd_b, buyers)
    person, day, dropout_day = _occasions(rng, rate, dropout, acquired_day, last_day)
    order = np.lexsort((person, day))
    person, day = person[order], day[order]
    nu = rng.gamma(par.gamma_gamma_q, 1 / par.gamma_gamma_v, buyers)
    spend = rng.gamma(par.gamma_gamma_p, 1.0, len(person)) / nu[person]
    return Purchases(
        rate=rate,
        dropout=dropout,
        dropout_day=dropout_day,
        expected_spend=par.gamma_gamma_p / nu,
        person=person,
        day=day,
        spend=np.maximum(LEAST_SPEND, np.rint(spend * 100)).astype(np.int64),
    )


def _occasions(
    rng: np.random.Generator, rate: Floats, dropout: Floats, acquired_day: Ints, last_day: int
) -> tuple[Ints, Ints, Ints]:
    """Round by round: everybody still active waits for their next purchase."""
    active = np.arange(len(rate))
    now = acquired_day.copy()
    persons, days = [active], [now]
    dropout_day = np.full(len(rate), NEVER)
    while active.size:
        wait = np.rint(7 * rng.standard_exponential(active.size) / rate[active])
        now = now + np.clip(wait, 1, 10**6).astype(np.int64)
        in_period = now <= last_day
        active, now = active[in_period], now[in_period]
        persons.append(active)
        days.append(now)
        leaves = rng.random(active.size) < dropout[active]
        dropout_day[active[leaves]] = now[leaves]
        active, now = active[~leaves], now[~leaves]
    return np.concatenate(persons), np.concatenate(days), dropout_day
