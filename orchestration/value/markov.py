"""Markov migration: what customers in each state are worth, given how they move between states.

Belongs here: probabilities, values and standard errors from counted moves. Does not belong here:
what the states are and how moves are counted (dbt), and money (rewards come in any currency).

V = (I - P / (1 + d))^-1 R: every reward that is still to come, by where the customer is now.
Pfeifer & Carraway (2000), "Modeling Customer Relationships as Markov Chains". It knows of a
customer only the state: two who bought in the same quarter are worth the same, however often they
bought before. That makes it a check of the purchase models and no rival.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from orchestration.value.fitting import FloatArray

LEAST_MOVES = 30  # out of a state: a probability of one half is then known to 9 points


@dataclass(frozen=True, eq=False)
class StateValues:
    """What is known of each state; arrays of shape (states,), ``probabilities`` (states, states).

    Money is NaN where ``reasons`` says why; a row of ``probabilities`` is NaN where nobody was
    seen to leave the state. ``standard_errors`` hold if moves are independent given the state;
    they are NaN without squares of rewards.
    """

    probabilities: FloatArray
    mean_rewards: FloatArray
    values: FloatArray
    standard_errors: FloatArray
    horizon_values: FloatArray  # of the first periods only: the rest is what the horizon leaves out
    statuses: tuple[str, ...]  # valued, not_enough_data or no_reward
    reasons: tuple[str | None, ...]


def state_values(
    transition_counts: ArrayLike,
    rewards: ArrayLike,
    discount_per_period: float,
    reward_squares: ArrayLike | None = None,
    horizon_periods: int = 1,
) -> StateValues:
    """The value of being in each state at the start of a period, from moves observed.

    A state with fewer than ``LEAST_MOVES`` moves out of it has no value, nor has one that leads to
    such a state: a guess there would be in all of them.

    Args:
        transition_counts: moves from row to column, one per customer and period: (n, n).
        rewards: sum of the rewards of those moves, NaN where not known. A reward counts as
            received at the start of the period; discount it first if it comes later.
        discount_per_period: d, per period and above 0.
        reward_squares: sum of the squared rewards of those moves, for standard errors.
        horizon_periods: periods that ``horizon_values`` look ahead, 1 or more.

    Raises:
        ValueError: d is not above 0, or the shapes differ: mistakes of the caller, not of data.
    """
    unknown = np.full(np.shape(transition_counts), np.nan)
    counts, sums, squares = _same_square(
        transition_counts, rewards, unknown if reward_squares is None else reward_squares
    )
    if not discount_per_period > 0:
        raise ValueError(f"discount per period {discount_per_period}: it has to be above 0")
    moves = counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        probabilities = counts / moves[:, None]
        means = sums.sum(axis=1) / moves
    statuses, reasons = _statuses(counts, moves, means)
    valued = np.array([status == "valued" for status in statuses], dtype=bool)
    values, errors, ahead = (np.full(len(moves), np.nan) for _ in range(3))
    if valued.any():  # they lead to each other alone, so the rest may be left out
        inside = np.ix_(valued, valued)
        keep = 1 / (1 + discount_per_period)
        discounted = probabilities[inside] * keep
        # Visits still to come, discounted: from the row's state to the column's.
        visits = np.linalg.inv(np.eye(int(valued.sum())) - discounted)
        values[valued] = visits @ means[valued]
        # What the horizon leaves out is the value of where the customer is then.
        left_out = np.linalg.matrix_power(discounted, horizon_periods) @ values[valued]
        ahead[valued] = values[valued] - left_out
        variances = _variances(counts[inside], sums[inside], squares[inside], values[valued] * keep)
        errors[valued] = np.sqrt(visits**2 @ (variances / moves[valued]))
    return StateValues(probabilities, means, values, errors, ahead, statuses, reasons)


def _same_square(*matrices: ArrayLike) -> list[FloatArray]:
    """The matrices as arrays of one square shape."""
    arrays = [np.asarray(matrix, dtype=np.float64) for matrix in matrices]
    shape = arrays[0].shape
    if len(shape) != 2 or shape[0] != shape[1] or any(a.shape != shape for a in arrays):
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise ValueError(f"counts, rewards and squares have shapes {shapes}: not one square")
    return arrays


def _variances(
    counts: FloatArray, sums: FloatArray, squares: FloatArray, next_values: FloatArray
) -> FloatArray:
    """Variance, within each state, of a move's reward and of the value it leads to: (states,).

    The delta method: an error in P and R moves V by visits @ (dP V / (1 + d) + dR).
    """
    moves = counts.sum(axis=1)
    first = (counts * next_values + sums).sum(axis=1) / moves
    second = (counts * next_values**2 + 2 * next_values * sums + squares).sum(axis=1) / moves
    return np.maximum(second - first**2, 0.0)


def _statuses(
    counts: FloatArray, moves: FloatArray, means: FloatArray
) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
    """Status and reason of each state, from its own moves and from those of states it leads to."""
    thin = {state: f"{int(moves[state])} moves out of state {state}, {LEAST_MOVES} are needed"
            for state in np.flatnonzero(moves < LEAST_MOVES).tolist()}  # fmt: skip
    unknown = np.flatnonzero(~np.isfinite(means) & (moves > 0)).tolist()
    silent = {state: f"no reward is known of moves out of state {state}" for state in unknown}
    reaches = _reaches(counts > 0)
    found = [
        next(
            (
                (status, missing[lacking])
                for status, missing in (("not_enough_data", thin), ("no_reward", silent))
                for lacking in [state, *missing]  # what the state itself lacks is named first
                if lacking in missing and reaches[state, lacking]
            ),
            ("valued", None),
        )
        for state in range(len(moves))
    ]
    return tuple(status for status, _ in found), tuple(reason for _, reason in found)


def _reaches(steps: np.ndarray) -> np.ndarray:
    """Whether the column can be reached from the row in any number of steps, none included."""
    reaches = np.eye(len(steps), dtype=bool) | steps
    for _ in range(len(steps)):
        reaches = reaches | (reaches.astype(int) @ reaches.astype(int) > 0)
    return np.asarray(reaches)
