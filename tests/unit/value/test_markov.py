"""Markov migration values: the published example solved by hand, and states nobody is seen in."""

from fractions import Fraction

import numpy as np
import pytest

from orchestration.value.markov import LEAST_MOVES, state_values

# Pfeifer & Carraway (2000): recency 1 to 4 buy with p, else fall one further; the fifth never
# returns. A purchase brings 40, writing to the other three costs 4, money is worth 20 % a period.
PURCHASE = [Fraction(30, 100), Fraction(20, 100), Fraction(15, 100), Fraction(5, 100)]
REWARDS = [36, -4, -4, -4, 0]
DISCOUNT = 0.2


def _published() -> tuple[np.ndarray, np.ndarray]:
    counts = np.zeros((5, 5))
    for state, p in enumerate(PURCHASE):
        counts[state, 0] = 1000 * p
        counts[state, state + 1] = 1000 * (1 - p)
    counts[4, 4] = 1000
    return counts, counts * np.array(REWARDS)[:, None]


def _by_hand() -> list[Fraction]:
    """V written as a + b V1 from the last state back, then solved for V1, in whole fractions."""
    keep = Fraction(5, 6)  # 1 / 1.2
    a, b = Fraction(0), Fraction(0)
    lines = [(a, b)]
    for p, reward in zip(reversed(PURCHASE), reversed(REWARDS[:4]), strict=True):
        a, b = reward + keep * (1 - p) * a, keep * (p + (1 - p) * b)
        lines.insert(0, (a, b))
    first = lines[0][0] / (1 - lines[0][1])
    return [a + b * first for a, b in lines]


def test_the_published_example_is_reproduced() -> None:
    found = state_values(*_published(), DISCOUNT)
    assert found.values == pytest.approx([float(v) for v in _by_hand()], abs=1e-9)
    assert found.values == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=5e-4)
    assert found.statuses == ("valued",) * 5


def test_one_state_that_always_pays_is_a_perpetuity() -> None:
    found = state_values([[100]], [[1000]], 0.25, horizon_periods=2)
    assert found.values == pytest.approx([50])  # 10 + 10 / 1.25 + ... = 10 * 1.25 / 0.25
    assert found.horizon_values == pytest.approx([18])  # 10 + 10 / 1.25


def test_the_horizon_adds_up_the_first_periods() -> None:
    found = state_values(*_published(), DISCOUNT, horizon_periods=2)
    # Recency 1: 36, then 0.3 x 36 + 0.7 x -4 = 8 a period later. The lost one: nothing.
    assert found.horizon_values[[0, 4]] == pytest.approx([36 + 8 / 1.2, 0])


def test_standard_errors_are_those_of_samples_of_the_same_chain() -> None:
    random = np.random.default_rng(20250630)
    probabilities = np.array([[0.4, 0.6], [0.1, 0.9]])
    moves, means = [800, 1200], [30.0, 25.0]  # a move to the first state is a purchase
    drawn, stated = [], []
    for _ in range(400):
        counts = np.array([random.multinomial(moves[i], probabilities[i]) for i in range(2)])
        bought = [random.gamma(2.0, means[i] / 2, counts[i, 0]) for i in range(2)]
        sums = np.array([[spend.sum(), 0] for spend in bought])
        squares = np.array([[(spend**2).sum(), 0] for spend in bought])
        found = state_values(counts, sums, 0.05, squares)
        drawn.append(found.values)
        stated.append(found.standard_errors)
    assert np.mean(stated, axis=0) == pytest.approx(np.std(drawn, axis=0), rel=0.1)


def test_without_squares_there_is_a_value_and_no_standard_error() -> None:
    found = state_values([[100]], [[1000]], 0.25)
    assert np.isnan(found.standard_errors).all()


def test_a_state_that_leads_to_one_nobody_left_has_no_value() -> None:
    counts = np.array([[50.0, 50, 0], [0, 0, 5], [0, 0, 0]])
    found = state_values(counts, counts * 10, 0.1)
    assert found.statuses == ("not_enough_data",) * 3
    assert found.reasons[2] == f"0 moves out of state 2, {LEAST_MOVES} are needed"  # its own
    assert found.reasons[0] == f"5 moves out of state 1, {LEAST_MOVES} are needed"
    assert found.probabilities[0] == pytest.approx([0.5, 0.5, 0])
    assert np.isnan(found.values).all()


def test_a_state_apart_from_the_thin_one_keeps_its_value() -> None:
    found = state_values([[100, 0], [3, 2]], [[1000, 0], [0, 0]], 0.25)
    assert found.values[0] == pytest.approx(50)
    assert found.statuses == ("valued", "not_enough_data")


def test_without_rewards_the_moves_remain() -> None:
    found = state_values([[60, 40], [10, 90]], np.full((2, 2), np.nan), 0.1)
    assert found.statuses == ("no_reward", "no_reward")
    assert found.reasons[1] == "no reward is known of moves out of state 1"
    assert found.probabilities[1] == pytest.approx([0.1, 0.9])


def test_no_moves_at_all_raise_nothing() -> None:
    found = state_values(np.zeros((5, 5)), np.zeros((5, 5)), 0.1)
    assert set(found.statuses) == {"not_enough_data"}


@pytest.mark.parametrize(
    ("counts", "rewards", "discount"),
    [([[1, 2]], [[1, 2]], 0.1), ([[1]], [[1, 2]], 0.1), ([[1]], [[1]], 0.0)],
)
def test_a_mistaken_call_raises(counts: object, rewards: object, discount: float) -> None:
    with pytest.raises(ValueError, match=r"not one square|above 0"):
        state_values(counts, rewards, discount)  # type: ignore[arg-type]
