"""What the models expect is what happens in simulated worlds, and the figures fit each other."""

from functools import cache

import numpy as np
import pytest
from purchase_worlds import PARAMETERS, World, simulate
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1, hyperu

from orchestration.value.discounting import continuous_rate
from orchestration.value.models import PURCHASE_MODELS, purchase_model

CUSTOMERS = 60_000
HORIZON = 26.0
RATE = 0.01  # per week: strong enough to show within half a year
# Standard errors by which a mean over the simulated customers may be off. Among 300 comparisons
# one in fifty seeds exceeds it by chance (over 30 seeds the deviations had a spread of 1.05).
ALLOWED = 4.0


@cache
def world(name: str) -> World:
    """A simulated base with T between 0 and 80 weeks."""
    t = np.random.default_rng(7).uniform(0, 80, CUSTOMERS).round(1)
    return simulate(name, PARAMETERS[name], t, HORIZON, seed=12)


def seen(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, t_x and T of the world's customers."""
    base = world(name)
    return base.x, base.t_x, base.t


def assert_means_agree(name: str, happened: np.ndarray, expected: np.ndarray) -> None:
    """Within groups of like frequency, recency and age."""
    x, t_x, t = seen(name)
    silent = t - t_x
    groups = [np.ones(len(x), bool), x == 0, x == 1, (x > 1) & (x < 5), x >= 5]
    groups += [(x > 0) & (silent > 20), (x > 0) & (silent <= 20), t > 40, t <= 40]
    for number, group in enumerate(groups):
        off = (happened - expected)[group]
        error = off.std(ddof=1) / np.sqrt(len(off))
        assert abs(off.mean()) <= ALLOWED * error + 1e-12, f"{name}, group {number}"


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_purchases_to_come(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    both = model.expected_purchases(parameters, *seen(name), [HORIZON / 4, HORIZON])
    for horizon, expected in zip((HORIZON / 4, HORIZON), both.T, strict=True):
        assert_means_agree(name, world(name).later(horizon), expected)
        alone = model.expected_purchases(parameters, *seen(name), horizon)
        assert np.array_equal(alone, expected)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_alive_and_remaining_lifetime(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    left = world(name).lifetime_after
    assert_means_agree(name, left > 0, model.probability_alive(parameters, *seen(name)))
    lifetime = model.expected_remaining_lifetime(
        parameters, *seen(name), discount_rate=RATE, horizon=HORIZON
    )
    discounted = -np.expm1(-RATE * np.minimum(left, HORIZON)) / RATE
    assert_means_agree(name, discounted, lifetime)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_discounted_purchases(name: str) -> None:
    base = world(name)
    weights = np.exp(-RATE * base.later_time)
    happened = np.bincount(base.later_customer, weights, minlength=CUSTOMERS)
    expected = purchase_model(name).discounted_purchases(
        PARAMETERS[name], *seen(name), discount_rate=RATE, horizon=HORIZON
    )
    assert_means_agree(name, happened, expected)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_distribution_of_purchases(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    later = world(name).later(HORIZON)
    distribution = model.purchase_distribution(parameters, *seen(name), HORIZON, 5)
    for purchases in range(6):
        assert_means_agree(name, later == purchases, distribution[:, purchases])
    none = model.probability_of_no_purchase(parameters, *seen(name), HORIZON)
    assert np.allclose(none, distribution[:, 0], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
@pytest.mark.parametrize("row", [(0, 0, 0), (0, 0, 50), (1, 10, 30), (20, 48, 50)])
def test_distribution_adds_up(name: str, row: tuple[float, ...]) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    distribution = model.purchase_distribution(parameters, *row, HORIZON, 800)[0]
    assert (distribution >= -1e-12).all()
    assert distribution.sum() == pytest.approx(1, abs=1e-9)
    mean = distribution @ np.arange(len(distribution))
    assert mean == pytest.approx(model.expected_purchases(parameters, *row, HORIZON)[0], rel=1e-7)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_a_new_customer_is_one_without_history(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    first_weeks = simulate(name, parameters, np.full(CUSTOMERS, 30.0), 1e-9, seed=5).x
    error = first_weeks.std() / np.sqrt(CUSTOMERS)
    expected = model.expected_purchases_new(parameters, [0.0, 30.0])
    assert expected[0] == 0
    assert abs(first_weeks.mean() - expected[1]) <= ALLOWED * error
    shares = np.bincount(first_weeks.astype(int), minlength=4)[:4] / CUSTOMERS
    distribution = model.purchase_distribution_new(parameters, 30.0, 3)
    assert np.abs(shares - distribution).max() <= ALLOWED * 0.5 / np.sqrt(CUSTOMERS)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_all_of_the_future_is_the_limit_of_a_long_horizon(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    rows = [0, 1, 6, 40], [0, 10, 45, 49], [20, 30, 50, 50]
    for of_horizon in (model.discounted_purchases, model.expected_remaining_lifetime):
        ever = of_horizon(parameters, *rows, discount_rate=0.05)
        long = of_horizon(parameters, *rows, discount_rate=0.05, horizon=500.0)
        short = of_horizon(parameters, *rows, discount_rate=0.05, horizon=50.0)
        assert ever == pytest.approx(long, rel=1e-5)
        assert (short < long).all()


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_discounting_is_the_integral_over_what_is_expected(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    rate, row = 0.004, (3, 20, 30)

    def increment(time: float) -> float:
        near = model.expected_purchases(parameters, *row, [time, time + 1e-3])[0]
        return float(np.exp(-rate * (time + 5e-4)) * (near[1] - near[0]) / 1e-3)

    expected, _ = quad(increment, 0, 52, epsrel=1e-8)
    got = model.discounted_purchases(parameters, *row, discount_rate=rate, horizon=52.0)[0]
    assert got == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("x", "t_x", "t"), [(0, 0, 30), (2, 30.43, 38.86), (30, 35, 40)])
def test_bgnbd_is_the_closed_form_of_the_paper(x: float, t_x: float, t: float) -> None:
    """Equation 10 of Fader, Hardie and Lee 2005, where it can be computed."""
    r, alpha, a, b = PARAMETERS["bgnbd"].values()
    far = (alpha + t) / (alpha + t + 39)
    hyper = hyp2f1(r + x, b + x, a + b + x - 1, 39 / (alpha + t + 39))
    odds = a / (b + x - 1) * ((alpha + t) / (alpha + t_x)) ** (r + x) if x else 0
    closed = (a + b + x - 1) / (a - 1) * (1 - far ** (r + x) * hyper) / (1 + odds)
    got = purchase_model("bgnbd").expected_purchases(PARAMETERS["bgnbd"], x, t_x, t, 39.0)[0]
    assert got == pytest.approx(closed, rel=1e-10)


@pytest.mark.parametrize(("x", "t"), [(0, 0), (7, 1), (100, 15), (1000, 143), (3000, 600)])
@pytest.mark.parametrize("horizon", [13.0, 52.0, 1600.0])
def test_bgnbd_for_daily_buyers_and_thirty_years(x: int, t: float, horizon: float) -> None:
    """The mean of (1 - exp(-lambda p h)) / p on a fine grid of log-odds of p."""
    r, alpha, a, b = 0.5, 0.5, 0.5, 2.0
    grid = np.arange(-100, 60, 0.02)
    log_p, log_q = -np.logaddexp(0, -grid), -np.logaddexp(0, grid)
    density = np.exp(a * log_p + (b + x) * log_q - betaln(a, b + x)) * 0.02
    p = np.exp(log_p)
    mean = density @ (-np.expm1(-(r + x) * np.log1p(p * horizon / (alpha + t))) / p)
    values = np.array([r, alpha, a, b])
    got = purchase_model("bgnbd").alive_expectation(
        values, np.array([float(x)]), np.array([float(t)]), np.array([horizon])
    )[0, 0]
    assert got == pytest.approx(mean, rel=1e-5)


@pytest.mark.parametrize("name", ["bgnbd", "mbgnbd", "pareto_nbd"])
def test_no_parameter_is_singular(name: str) -> None:
    """The closed forms divide by a - 1 and s - 1."""
    trait = "s" if name == "pareto_nbd" else "a"
    around = [
        purchase_model(name).expected_purchases(PARAMETERS[name] | {trait: value}, 3, 20, 30, 52.0)[
            0
        ]
        for value in (1 - 1e-6, 1.0, 1 + 1e-6)
    ]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-10)


def test_dert_of_pareto_nbd_is_the_tricomi_function_of_the_paper() -> None:
    """Equation 11 of Fader, Hardie and Lee 2005, "RFM and CLV"."""
    model, parameters = purchase_model("pareto_nbd"), PARAMETERS["pareto_nbd"]
    r, alpha, s, beta = parameters.values()
    rate = continuous_rate(0.15, "week")
    x, t_x, t = np.array([0, 2, 9]), np.array([0, 11.0, 40]), np.array([30.0, 30, 50])
    z = rate * (beta + t)
    alive = model.probability_alive(parameters, x, t_x, t)
    closed = alive * (r + x) / (alpha + t) * (beta + t) ** s * rate ** (s - 1) * hyperu(s, s, z)
    got = model.discounted_purchases(parameters, x, t_x, t, discount_rate=rate)
    assert got == pytest.approx(closed, rel=1e-7)


def test_a_year_in_weeks_and_in_days_is_the_same_year() -> None:
    weekly, daily = continuous_rate(0.10, "week"), continuous_rate(0.10, "day")
    assert np.exp(daily * 365.25) == pytest.approx(1.10)
    for name, model in PURCHASE_MODELS.items():
        in_weeks = PARAMETERS[name]
        in_days = {
            key: value * 7 if key in model.time_parameters else value
            for key, value in in_weeks.items()
        }
        per_week = model.discounted_purchases(
            in_weeks, 3, 20, 30, discount_rate=weekly, horizon=365 / 7
        )
        per_day = model.discounted_purchases(
            in_days, 3, 140, 210, discount_rate=daily, horizon=365.0
        )
        assert per_day == pytest.approx(per_week, rel=1e-12), name


def test_no_discount_is_refused() -> None:
    with pytest.raises(ValueError, match="has to be above 0"):
        continuous_rate(0.0, "week")
    with pytest.raises(ValueError, match=r"fortnight.*known: day, week"):
        continuous_rate(0.1, "fortnight")
