"""Each likelihood is the integral that its model's story asks for, and the gradient its slope."""

from collections.abc import Callable

import numpy as np
import pytest
from purchase_worlds import PARAMETERS
from scipy.special import gammaln

from orchestration.value.models import PURCHASE_MODELS, purchase_model

# x, t_x, T: never back, lately back, long ago, often, in the first and in the last moment.
ROWS = [(0, 0, 5), (0, 0, 60), (1, 3, 40), (1, 39, 40), (4, 20, 25), (12, 30, 80), (2, 0, 9)]
ROWS += [(3, 30, 30), (0, 0, 0)]
GRID = np.linspace(-45, 45, 1801)


def gamma_density(shape: float, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Values on a logarithmic grid and the probability that each stands for."""
    value = np.exp(GRID)
    log = shape * (GRID + np.log(rate)) - rate * value - gammaln(shape)
    return value, np.exp(log) * (GRID[1] - GRID[0])


def beta_density(a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Chances on a logistic grid and the probability that each stands for."""
    log_p, log_q = -np.logaddexp(0, -GRID), -np.logaddexp(0, GRID)
    log = a * log_p + b * log_q - gammaln(a) - gammaln(b) + gammaln(a + b)
    return np.exp(log_p), np.exp(log) * (GRID[1] - GRID[0])


def story(model: str) -> Callable[..., np.ndarray]:
    """Likelihood of one history given the customer's rate and her second trait."""

    def dies_after_purchase(rate, p, x, t_x, t):  # type: ignore[no-untyped-def]
        first = 1 if model == "mbgnbd" else 0
        stays = (1 - p) ** (x + first) * np.exp(-rate * t)
        if x + first == 0:
            return stays
        return rate**x * (stays + p * (1 - p) ** (x + first - 1) * np.exp(-rate * t_x))

    def dies_any_time(rate, hazard, x, t_x, t):  # type: ignore[no-untyped-def]
        both = rate + hazard
        left = hazard / both * (np.exp(-both * t_x) - np.exp(-both * t))
        return rate**x * (left + np.exp(-both * t))

    def never_dies(rate, _, x, t_x, t):  # type: ignore[no-untyped-def]
        return rate**x * np.exp(-rate * t)

    return {"nbd": never_dies, "pareto_nbd": dies_any_time}.get(model, dies_after_purchase)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
@pytest.mark.parametrize("row", ROWS)
def test_likelihood_is_the_integral_over_all_customers(name: str, row: tuple[float, ...]) -> None:
    parameters = PARAMETERS[name]
    rate, of_rate = gamma_density(parameters["r"], parameters["alpha"])
    if name == "pareto_nbd":
        trait, of_trait = gamma_density(parameters["s"], parameters["beta"])
    elif name == "nbd":
        trait, of_trait = np.zeros(1), np.ones(1)
    else:
        trait, of_trait = beta_density(parameters["a"], parameters["b"])
    likelihood = of_rate @ story(name)(rate[:, None], trait, *row) @ of_trait
    got = purchase_model(name).log_likelihood(parameters, *row)[0]
    assert got == pytest.approx(np.log(likelihood), abs=1e-8)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
@pytest.mark.parametrize("factor", [0.05, 1.0, 30.0])
def test_gradient_is_the_slope(name: str, factor: float) -> None:
    model = purchase_model(name)
    parameters = {key: value * factor for key, value in PARAMETERS[name].items()}
    x, t_x, t = np.array([*ROWS, (200, 70, 71), (5000, 900, 1000)], dtype=float).T
    gradient = model.gradient(parameters, x, t_x, t)
    assert gradient.shape == (len(parameters), len(x))
    step = 1e-5
    for slope, key in zip(gradient, parameters, strict=True):
        up = parameters | {key: parameters[key] * np.exp(step)}
        down = parameters | {key: parameters[key] * np.exp(-step)}
        differences = model.log_likelihood(up, x, t_x, t) - model.log_likelihood(down, x, t_x, t)
        assert slope == pytest.approx(differences / (2 * step), rel=2e-6, abs=2e-5), key


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_nothing_overflows(name: str) -> None:
    """50,000 purchases in a thousand weeks, and parameters at the ends of the search."""
    model = purchase_model(name)
    x, t_x, t = (
        [50_000, 50_000, 0, 1, 50_000],
        [999, 20, 0, 0, 5_000],
        [1_000, 1_000, 9_000, 1, 5_000],
    )
    for size in (1e-5, 1.0, 1e5):
        parameters = dict.fromkeys(PARAMETERS[name], size)
        rows = model.log_likelihood(parameters, x, t_x, t)
        assert np.isfinite(rows).all()
        assert np.isfinite(model.gradient(parameters, x, t_x, t)).all()
        alive = model.probability_alive(parameters, x, t_x, t)
        assert np.all((alive >= 0) & (alive <= 1))
        for future in (
            model.expected_purchases(parameters, x, t_x, t, 52.0),
            model.discounted_purchases(parameters, x, t_x, t, discount_rate=0.002),
            model.expected_remaining_lifetime(parameters, x, t_x, t, discount_rate=0.002),
        ):
            assert np.all(np.isfinite(future) & (future >= 0))
        chance = model.probability_of_no_purchase(parameters, x, t_x, t, 13.0)
        assert np.all((chance >= 0) & (chance <= 1))


def test_one_who_never_came_back_is_alive_for_bgnbd_alone() -> None:
    for name in PURCHASE_MODELS:
        alive = purchase_model(name).probability_alive(PARAMETERS[name], 0, 0, 100)[0]
        assert bool(alive == 1.0) is (name in ("bgnbd", "nbd")), name
