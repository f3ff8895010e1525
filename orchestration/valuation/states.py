"""What customers in each state of silence are worth, by how customers moved between the states.

Belongs here: counted moves as matrices, the discount of a period and ``models.state_value``. Does
not belong here: how moves are counted (dbt) and the algebra (``value/markov.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np

from orchestration.valuation.rules import ValueRules
from orchestration.value.markov import state_values

# from_state, to_state, moves, sum of rewards, sum of squared rewards; None where not known
StateMove = tuple[int, int, int, float | None, float | None]


def read_state_moves(connection: duckdb.DuckDBPyConnection) -> list[StateMove]:
    """The moves of the base, counted over the last periods."""
    return connection.execute(
        "SELECT from_state, to_state, move_count, cast(reward_amount AS DOUBLE), "
        "cast(reward_square_amount AS DOUBLE) FROM intermediate.int_states_migrated ORDER BY 1, 2"
    ).fetchall()


def state_value_rows(moves: Iterable[StateMove], rules: ValueRules) -> list[dict[str, object]]:
    """One row per state, from 0 to the last; a state that nobody was in has a status that says so.

    A reward comes at some day of its period, so half a period's discount is taken off it before
    the values add rewards up as if they came when their periods begin.
    """
    states = rules.migration_last_state + 1
    counts, rewards, squares = (np.zeros((states, states)) for _ in range(3))
    for start, end, count, reward, square in moves:
        counts[start, end] = count
        rewards[start, end] = np.nan if reward is None else reward
        squares[start, end] = np.nan if square is None else square
    discount = rules.migration_discount_rate
    keep = (1 + discount) ** -0.5
    found = state_values(
        counts, rewards * keep, discount, squares * keep**2, rules.migration_horizon_periods
    )
    return [
        {
            "state": state,
            "move_count": int(counts[state].sum()),
            "p_purchase": found.probabilities[state, 0],
            "mean_reward_amount": found.mean_rewards[state] / keep,
            "discount_rate": discount,
            "value_amount": found.values[state],
            "horizon_value_amount": found.horizon_values[state],
            "standard_error": found.standard_errors[state],
            "status": found.statuses[state],
            "reason": found.reasons[state],
        }
        for state in range(states)
    ]
