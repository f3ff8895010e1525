"""BG/BB: derivatives, brute force over every history, the future by simulation, thin data."""

from itertools import product

import numpy as np
import pytest

from orchestration.value import bgbb
from orchestration.value.bgbb import OpportunityHistory

PARAMETERS = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}


def simulated(customers: int, n: int, seed: int = 5) -> OpportunityHistory:
    random = np.random.default_rng(seed)
    buys = random.random((customers, n)) < random.beta(1.2, 0.75, customers)[:, None]
    left_before = random.geometric(random.beta(0.66, 2.78, customers))
    buys &= np.arange(1, n + 1) < left_before[:, None]
    last = np.where(buys.any(axis=1), n - buys[:, ::-1].argmax(axis=1), 0)
    return OpportunityHistory.from_customers(buys.sum(axis=1), last, np.full(customers, n))


def of(history: tuple[int, ...]) -> tuple[int, int, int]:
    """x, t_x and n of one string of opportunities."""
    used = [i + 1 for i, bought in enumerate(history) if bought]
    return len(used), max(used, default=0), len(history)


def test_probabilities_of_all_histories_add_up_to_one() -> None:
    histories = [of(history) for history in product((0, 1), repeat=7)]
    chances = [
        np.exp(bgbb.log_likelihood(PARAMETERS, OpportunityHistory.from_customers(*history)))
        for history in histories
    ]
    assert sum(chances) == pytest.approx(1.0, abs=1e-12)


def test_future_is_what_longer_histories_say() -> None:
    """P(next 3 = future | past) as a ratio of likelihoods, for every future of one past."""
    past = (1, 0, 1, 0)
    x, t_x, n = of(past)

    def chance(history: tuple[int, ...]) -> float:
        rows = OpportunityHistory.from_customers(*of(history))
        return float(np.exp(bgbb.log_likelihood(PARAMETERS, rows)))

    futures = {f: chance(past + f) / chance(past) for f in product((0, 1), repeat=3)}
    counts = [sum(p for f, p in futures.items() if sum(f) == k) for k in range(4)]
    found = bgbb.purchase_distribution(PARAMETERS, x, t_x, n, 3, 3)[0]
    assert found == pytest.approx(counts, abs=1e-12)
    assert bgbb.probability_of_no_purchase(PARAMETERS, x, t_x, n, 3)[0] == pytest.approx(counts[0])
    mean = sum(k * p for k, p in enumerate(counts))
    assert bgbb.expected_purchases(PARAMETERS, x, t_x, n, 3)[0] == pytest.approx(mean)


def test_gradient_agrees_with_differences() -> None:
    history = simulated(400, 8)
    analytic = bgbb.gradient(PARAMETERS, history)
    for i, name in enumerate(bgbb.PARAMETERS):
        above, below = (
            bgbb.log_likelihood({**PARAMETERS, name: PARAMETERS[name] + step}, history)
            for step in (1e-6, -1e-6)
        )
        assert analytic[i] == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-4), name


def test_fit_finds_what_was_simulated_with_different_numbers_of_opportunities() -> None:
    parts = [simulated(8_000, n, seed=n) for n in (5, 8, 12)]
    history = OpportunityHistory.from_customers(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "t_x", "n")),
        np.concatenate([part.count for part in parts]),
    )
    fit = bgbb.fit(history)
    assert fit.status == "converged", fit.reason
    for name, true in PARAMETERS.items():
        error = fit.standard_errors[name]
        assert error is not None
        assert abs(fit.parameters[name] - true) < 3 * error, name


def test_discounted_purchases_are_the_sum_over_opportunities() -> None:
    x, t_x, n = [0, 2, 6], [0, 4, 6], [6, 6, 6]
    by_horizon = np.array(
        [bgbb.expected_purchases(PARAMETERS, x, t_x, n, periods) for periods in range(400)]
    )
    weights = 1.1 ** -np.arange(1, 400)
    summed = (np.diff(by_horizon, axis=0) * weights[:, None]).sum(axis=0)
    found = bgbb.discounted_purchases(PARAMETERS, x, t_x, n, rate_per_period=0.10)
    assert found == pytest.approx(summed, rel=1e-9)


def test_alive_falls_with_silence_and_is_certain_at_the_last_purchase_only_before_the_next() -> (
    None
):
    assert bgbb.probability_alive(PARAMETERS, 2, 4, 4, ahead=0)[0] == pytest.approx(1.0)
    silence = bgbb.probability_alive(PARAMETERS, [2, 2, 2], [4, 4, 4], [4, 6, 9])
    assert (np.diff(silence) < 0).all()
    assert silence[0] < 1


def test_thousands_of_opportunities_do_not_overflow() -> None:
    rows = ([0, 1, 3_000, 5_000], [0, 5_000, 3_500, 5_000], [5_000] * 4)
    likelihood = bgbb.log_likelihood(PARAMETERS, OpportunityHistory.from_customers(*rows))
    assert np.isfinite(likelihood)
    alive = bgbb.probability_alive(PARAMETERS, *rows)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert alive[2] == pytest.approx(0.0, abs=1e-9)
    assert alive[3] > 0.999


def test_nobody_is_asked_about() -> None:
    assert bgbb.expected_purchases(PARAMETERS, [], [], [], 5).shape == (0,)
    assert bgbb.probability_alive(PARAMETERS, [], [], []).shape == (0,)
    assert bgbb.purchase_distribution(PARAMETERS, [], [], [], 5, 2).shape == (0, 3)


def test_impossible_histories_are_left_out_and_counted() -> None:
    history = OpportunityHistory.from_customers(
        [1, 3, 0, 2, 1.5, np.nan, -1], [2, 2, 1, 7, 2, 2, 2], [6] * 7, [1, 2, 3, 4, 5, 6, 7]
    )
    assert history.customers == 1
    assert history.invalid_customers == 27


@pytest.mark.parametrize(
    ("x", "t_x", "n", "gate"),
    [
        ([], [], [], "0 customers"),
        ([1] * 49, [1] * 49, [6] * 49, "49 customers"),
        ([0] * 60, [0] * 60, [6] * 60, "0 customers used"),
        ([1] * 60, [1] * 60, [2] * 60, "2 opportunities"),
        (np.arange(60) % 2, np.arange(60) % 2, 10**5 + np.arange(60), "100059 opportunities"),
    ],
)
def test_thin_data_say_which_gate_failed(x: list, t_x: list, n: list, gate: str) -> None:
    fit = bgbb.fit(OpportunityHistory.from_customers(x, t_x, n))
    assert fit.status == "not_enough_data"
    assert fit.reason is not None
    assert fit.reason.startswith(gate)


@pytest.mark.parametrize("x", [1, 6])
def test_identical_customers_are_no_exception(x: int) -> None:
    fit = bgbb.fit(OpportunityHistory.from_customers([x] * 500, [6] * 500, [6] * 500))
    assert fit.status == "boundary"
    assert fit.reason
