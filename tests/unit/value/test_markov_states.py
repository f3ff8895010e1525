"""Counted moves between states of silence become rows of ``models.state_value``."""

import pytest

from orchestration.valuation.rules import ValueRules
from orchestration.valuation.states import state_value_rows

RULES = ValueRules.from_seed(
    {
        "annual_discount_rate": 0.21,
        "value_horizon_days": 365,
        "no_purchase_days": 90,
        "interval_level": 0.9,
        "backtest_horizon_days": 182,
        "backtest_origins": 3,
        "backtest_tie_rate": 0.01,
        "bootstrap_draws": 100,
        "migration_period_days": 365.25 / 2,
        "migration_last_state": 1,
    }
)


def test_rewards_come_in_the_middle_of_their_period() -> None:
    """Who buys half of the time, 20 each: 10 a half year for ever, the first after a quarter."""
    rows = state_value_rows(
        [(0, 0, 50, 1000.0, 20000.0), (0, 1, 50, 0.0, 0.0), (1, 0, 50, 1000.0, 20000.0),
         (1, 1, 50, 0.0, 0.0)],
        RULES,
    )  # fmt: skip
    assert [row["discount_rate"] for row in rows] == pytest.approx([0.1, 0.1], rel=5e-3)
    assert [row["p_purchase"] for row in rows] == [0.5, 0.5]
    assert [row["mean_reward_amount"] for row in rows] == pytest.approx([10, 10])
    perpetuity = 10 / 1.1**0.5 * 1.1 / 0.1
    assert [row["value_amount"] for row in rows] == pytest.approx([perpetuity] * 2, rel=5e-3)
    two_periods = 10 / 1.1**0.5 * (1 + 1 / 1.1)  # nearest to a year
    assert rows[0]["horizon_value_amount"] == pytest.approx(two_periods, rel=5e-3)
    assert all(row["status"] == "valued" and row["reason"] is None for row in rows)


def test_unknown_margins_leave_the_moves_and_a_reason() -> None:
    moves = [(0, 0, 60, None, None), (0, 1, 40, None, None), (1, 1, 90, None, None)]
    rows = state_value_rows(moves, RULES)
    assert [row["status"] for row in rows] == ["no_reward", "no_reward"]
    assert rows[0]["p_purchase"] == 0.6


def test_every_state_has_a_row_when_nobody_has_moved() -> None:
    rows = state_value_rows([], RULES)
    assert [(row["state"], row["move_count"], row["status"]) for row in rows] == [
        (0, 0, "not_enough_data"),
        (1, 0, "not_enough_data"),
    ]
