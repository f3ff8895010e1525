"""Gamma-Gamma: derivatives, what is left out, awkward money, and the spread of spend."""

import numpy as np
import pytest
from scipy import integrate, stats

from orchestration.value import gamma_gamma
from orchestration.value.gamma_gamma import SpendHistory

PARAMETERS = {"p": 6.25, "q": 3.74, "v": 15.44}


def simulated(customers: int, parameters: dict[str, float], seed: int = 1) -> SpendHistory:
    random = np.random.default_rng(seed)
    x = random.geometric(0.4, customers)
    rate = random.gamma(parameters["q"], 1 / parameters["v"], customers)
    return SpendHistory.from_customers(x, random.gamma(parameters["p"] * x) / rate / x)


def test_gradient_agrees_with_differences() -> None:
    history = simulated(200, PARAMETERS)
    analytic = gamma_gamma.gradient(PARAMETERS, history)
    for i, name in enumerate(gamma_gamma.PARAMETERS):
        step = 1e-6 * PARAMETERS[name]
        above, below = (
            gamma_gamma.log_likelihood(
                {**PARAMETERS, name: PARAMETERS[name] + sign * step}, history
            )
            for sign in (1, -1)
        )
        assert analytic[i] == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-6), name


def test_likelihood_is_the_density_of_the_mean_spend() -> None:
    """Mean of x draws of gamma(p, nu), mixed over nu by quadrature."""
    for x, mean in ((1, 20.0), (4, 33.3), (40, 61.0)):
        history = SpendHistory.from_customers([x], [mean])

        def mixed(nu: float, x: int = x, mean: float = mean) -> float:
            p, q, v = PARAMETERS.values()
            return float(
                stats.gamma.pdf(mean, p * x, scale=1 / (nu * x))
                * stats.gamma.pdf(nu, q, scale=1 / v)
            )

        density, _ = integrate.quad(mixed, 0, 3, epsabs=0, limit=500, points=[0.05, 0.2, 0.6])
        found = gamma_gamma.log_likelihood(PARAMETERS, history)
        assert found == pytest.approx(np.log(density), abs=1e-6)


def test_fit_finds_what_was_simulated_in_any_currency() -> None:
    history = simulated(20_000, PARAMETERS)
    pounds = gamma_gamma.fit(history)
    assert pounds.status == "converged", pounds.reason
    for name, true in PARAMETERS.items():
        error = pounds.standard_errors[name]
        assert error is not None
        assert abs(pounds.parameters[name] - true) < 3 * error, name
    for rate in (200.0, 1 / 3):  # what differs is rounding, and a maximum does not depend on it
        other = gamma_gamma.fit(
            SpendHistory.from_customers(history.x, history.mean * rate, history.count)
        )
        assert other.parameters["p"] == pytest.approx(pounds.parameters["p"], rel=1e-7)
        assert other.parameters["v"] == pytest.approx(pounds.parameters["v"] * rate, rel=1e-7)
    at_fit = gamma_gamma.log_likelihood(pounds.parameters, history)
    assert pounds.log_likelihood == pytest.approx(at_fit, rel=1e-12)


def test_groups_of_like_customers_count_as_many() -> None:
    one_by_one = SpendHistory.from_customers([2, 2, 1, 2], [10.0, 10.0, 7.0, 12.0])
    grouped = SpendHistory.from_customers([2, 1, 2], [10.0, 7.0, 12.0], [2, 1, 1])
    assert one_by_one.customers == grouped.customers == 4
    assert len(one_by_one.x) == 3
    for first, second in ((one_by_one.x, grouped.x), (one_by_one.mean, grouped.mean)):
        assert first.tolist() == second.tolist()


def test_who_has_no_positive_repeat_spend_is_left_out_and_counted() -> None:
    history = SpendHistory.from_customers([0, 0, 1, 2, 3, 2], [0, 9.0, 0, -4.0, np.nan, 5.0])
    assert history.customers == 1
    assert history.without_repeat == 2
    assert history.not_positive == 3


@pytest.mark.parametrize("customers", [0, 1, 9])
def test_too_few_customers_are_no_exception(customers: int) -> None:
    fit = gamma_gamma.fit(SpendHistory.from_customers([2] * customers, [5.0] * customers))
    assert fit.status == "not_enough_data"
    assert fit.reason is not None
    assert f"{customers} customers with positive repeat spend" in fit.reason


def test_identical_spend_is_a_boundary_that_names_its_parameters() -> None:
    fit = gamma_gamma.fit(
        SpendHistory.from_customers(np.arange(1, 101) % 5 + 1, np.full(100, 20.0))
    )
    assert fit.status == "boundary"
    assert fit.reason is not None
    assert "towards infinity" in fit.reason
    assert set(fit.standard_errors.values()) == {None}
    expected = gamma_gamma.expected_spend(fit.parameters, [0, 3], [0.0, 20.0])
    assert expected == pytest.approx(20.0, rel=0.01)


def test_mean_of_the_base_is_undefined_where_q_is_at_most_one() -> None:
    heavy = {"p": 2.0, "q": 0.8, "v": 10.0}
    fit = gamma_gamma.fit(simulated(5_000, heavy))
    assert fit.status == "converged"
    assert fit.parameters["q"] < 1
    assert fit.reason is not None
    assert "undefined" in fit.reason
    assert np.isnan(gamma_gamma.population_mean(fit.parameters))
    one_time, repeater = gamma_gamma.expected_spend(fit.parameters, [0, 2], [0.0, 30.0])
    assert np.isnan(one_time)
    assert repeater > 0


def test_one_time_buyers_are_expected_to_spend_the_mean_of_the_base() -> None:
    mean = gamma_gamma.population_mean(PARAMETERS)
    assert mean == pytest.approx(6.25 * 15.44 / 2.74)
    assert gamma_gamma.expected_spend(PARAMETERS, 0, np.nan) == pytest.approx(mean)


def test_many_purchases_leave_nothing_to_shrink() -> None:
    assert gamma_gamma.expected_spend(PARAMETERS, 50_000, 80.0) == pytest.approx(80.0, rel=1e-4)


def test_correlation_is_pearsons_and_nan_where_nothing_varies() -> None:
    x, mean, count = np.array([1, 2, 3, 1]), np.array([5.0, 9.0, 7.0, 6.0]), np.array([3, 1, 2, 1])
    expected = np.corrcoef(np.repeat(x, count), np.repeat(mean, count))[0, 1]
    assert SpendHistory.from_customers(x, mean, count).correlation == pytest.approx(expected)
    assert np.isnan(SpendHistory.from_customers([1, 2, 3], [5.1, 5.1, 5.1]).correlation)
    assert np.isnan(SpendHistory.from_customers([2], [5.1]).correlation)


def test_spread_of_spend_is_that_of_the_mixture() -> None:
    """Against draws of the customer's own rate and next purchase, x = 3 of mean 20."""
    random = np.random.default_rng(7)
    p, q, v = PARAMETERS.values()
    rate = random.gamma(p * 3 + q, 1 / (v + 60.0), 400_000)
    true_mean, next_spend = p / rate, random.gamma(p, size=400_000) / rate
    variance = gamma_gamma.spend_variance(PARAMETERS, 3, 20.0)
    assert variance == pytest.approx(true_mean.var(), rel=0.02)
    for level in (0.05, 0.5, 0.95):
        quantile = gamma_gamma.spend_quantile(PARAMETERS, 3, 20.0, level)
        assert quantile == pytest.approx(np.quantile(true_mean, level), rel=0.01)
        following = gamma_gamma.next_spend_quantile(PARAMETERS, 3, 20.0, level)
        assert following == pytest.approx(np.quantile(next_spend, level), rel=0.01)
    assert np.isnan(gamma_gamma.spend_variance({"p": 1.0, "q": 1.5, "v": 1.0}, 0, 0.0))


def test_order_of_rows_does_not_matter() -> None:
    history = simulated(3_000, PARAMETERS)
    turned = SpendHistory.from_customers(history.x[::-1], history.mean[::-1], history.count[::-1])
    assert gamma_gamma.fit(history).parameters == gamma_gamma.fit(turned).parameters
