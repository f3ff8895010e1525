"""The stochastic processes have the moments that their papers give."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.special import hyp2f1

from orchestration.sample_world.columns import NEVER, decimals
from orchestration.sample_world.extracts.assembly import tables_of
from orchestration.sample_world.extracts.programme import months_later
from orchestration.sample_world.firm.baskets import draw_lines
from orchestration.sample_world.firm.orders import GOOD
from orchestration.sample_world.firm.purchases import draw_purchases
from orchestration.sample_world.firm.world import draw_world
from orchestration.sample_world.generate import LEAST_CUSTOMERS, LEAST_DAYS
from orchestration.sample_world.parameters import Parameters

PAR = Parameters()
WEEKS = np.array([13.0, 52.0, 104.0])


def expected_repeats(weeks: np.ndarray, par: Parameters) -> np.ndarray:
    """E[X(t)] of a new customer (Fader, Hardie & Lee 2005, equation 9)."""
    r, alpha, a, b = par.bgnbd_r, par.bgnbd_alpha, par.bgnbd_a, par.bgnbd_b
    power = (alpha / (alpha + weeks)) ** r
    series = hyp2f1(r, b, a + b - 1, weeks / (alpha + weeks))
    return (a + b - 1) / (a - 1) * (1 - power * series)


def test_repeat_purchases_have_the_expectation_of_bg_nbd() -> None:
    """60,000 customers; whole-day waiting times move the mean by less than 1 %."""
    start = np.zeros(60_000, dtype=np.int64)
    bought = draw_purchases(3, start, int(WEEKS[-1] * 7), PAR)
    for weeks, expected in zip(WEEKS, expected_repeats(WEEKS, PAR), strict=True):
        repeats = np.sum((bought.day > 0) & (bought.day <= weeks * 7)) / len(start)
        assert repeats == pytest.approx(expected, rel=0.02)


def test_a_wrong_parameter_is_noticed() -> None:
    """The tolerance above is narrow enough to tell r = 0.8 from r = 0.84."""
    start = np.zeros(60_000, dtype=np.int64)
    bought = draw_purchases(3, start, 364, Parameters(bgnbd_r=0.84))
    repeats = np.sum(bought.day > 0) / len(start)
    assert repeats != pytest.approx(expected_repeats(np.array([52.0]), PAR)[0], rel=0.02)


def test_occasions_are_distinct_days_within_the_period() -> None:
    acquired = np.arange(5_000) % 300
    bought = draw_purchases(5, acquired, 364, PAR)
    assert bought.day.max() <= 364
    assert np.array_equal(np.unique(bought.person), np.arange(5_000))
    assert len(np.unique(bought.person * 1_000 + bought.day)) == len(bought.day)
    gone = bought.dropout_day < NEVER
    last = np.zeros(5_000, dtype=np.int64)
    np.maximum.at(last, bought.person, bought.day)
    assert np.array_equal(last[gone], bought.dropout_day[gone])


def test_spend_has_the_mean_of_gamma_gamma() -> None:
    """E[z] = p v / (q - 1); one occasion each, so that heavy buyers do not count twice."""
    bought = draw_purchases(11, np.zeros(120_000, dtype=np.int64), 0, PAR)
    mean = PAR.gamma_gamma_p * PAR.gamma_gamma_v / (PAR.gamma_gamma_q - 1)
    assert bought.spend.mean() / 100 == pytest.approx(mean, rel=0.01)
    ratio = bought.spend / 100 / bought.expected_spend[bought.person]
    assert ratio.mean() == pytest.approx(1, rel=0.01)
    assert ratio.var() == pytest.approx(1 / PAR.gamma_gamma_p, rel=0.03)


@pytest.fixture(scope="module")
def drawn():
    return draw_world(3_000, 365, 7, date(2025, 6, 30))


def test_lines_add_to_the_drawn_net_to_the_cent(drawn) -> None:
    total = np.zeros(drawn.orders.count, dtype=np.int64)
    np.add.at(total, drawn.lines.order, drawn.lines.net)
    assert np.array_equal(total, drawn.orders.net * 100)
    assert drawn.lines.net.min() > 0
    assert drawn.lines.unit_price.min() > 0
    assert np.all(drawn.lines.discount >= 0)


def test_orders_abroad_stand_for_the_drawn_spend(drawn) -> None:
    """Net times the day's rate is the spend, within half a cent of the order's currency."""
    orders = drawn.orders
    good = orders.outcome == GOOD
    rate = drawn.catalogue.rate(orders.currency, orders.day) / 1e8
    assert np.abs(orders.net * rate - orders.spend)[good].max() <= 0.5001


def test_prices_lie_around_the_list(drawn) -> None:
    ratio = drawn.lines.unit_price / drawn.lines.list_price
    assert np.median(ratio) == pytest.approx(1, abs=0.02)
    assert np.quantile(ratio, 0.05) > 0.85


def test_nothing_is_sold_before_its_launch(drawn) -> None:
    day = drawn.orders.day[drawn.lines.order]
    assert np.all(drawn.catalogue.launched_day[drawn.lines.product] <= day)


def test_weighed_goods_have_fractional_quantities(drawn) -> None:
    leaf = drawn.catalogue.leaf[drawn.lines.product]
    is_weighed = drawn.catalogue.is_weighed_leaf[leaf]
    fractional = drawn.lines.quantity % 10_000 != 0
    assert fractional.any()
    assert not np.any(fractional & ~is_weighed)


def test_a_line_stream_of_its_own_leaves_the_others_alone(drawn) -> None:
    again = draw_lines(7, drawn.people, drawn.orders, drawn.catalogue, drawn.par)
    assert np.array_equal(again.product, drawn.lines.product)


def test_months_end_on_their_last_day() -> None:
    day = np.datetime64("2024-01-31T10:00:00").astype("datetime64[s]").astype(np.int64)
    later = months_later(np.array([day, day]), np.array([1, 12]))
    assert [str(d) for d in later.astype("datetime64[s]")] == [
        "2024-02-29T10:00:00",
        "2025-01-31T10:00:00",
    ]


def test_decimals_are_exact_for_negative_amounts() -> None:
    found = decimals(np.array([-12_345, 0, 99_999]))
    assert [str(value) for value in found.to_pylist()] == ["-1.2345", "0.0000", "9.9999"]


@pytest.mark.parametrize("seed", range(12))
def test_the_smallest_world_has_all_tables(seed: int) -> None:
    """Where somebody or something is missing altogether, tables are empty and not wrong."""
    world = draw_world(LEAST_CUSTOMERS, LEAST_DAYS, seed, date(2025, 3, 31))
    tables = list(tables_of(world, world.calendar.last_day))
    assert len({table.name for table in tables}) == len(tables) == 35
    for table in tables:
        assert table.day.max(initial=0) <= world.calendar.last_day
