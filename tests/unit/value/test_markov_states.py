"""Counted moves between states of silence become rows of ``models.state_value``."""

import csv

import pytest

from orchestration.settings import DBT_PROJECT_ROOT
from orchestration.valuation.rules import ValueRules
from orchestration.valuation.states import state_value_rows


@pytest.fixture
def rules() -> ValueRules:
    """Half years at 21 % a year, two states; all other rules as the seed has them."""
    with (DBT_PROJECT_ROOT / "seeds" / "value_rules.csv").open() as seed:
        values = {row["rule"]: float(row["value"]) for row in csv.DictReader(seed)}
    values |= {"annual_discount_rate": 0.21}
    values |= {"migration_period_days": 182, "migration_last_state": 1}
    return ValueRules.from_seed(values)


def test_rewards_come_in_the_middle_of_their_period(rules: ValueRules) -> None:
    """Who buys half of the time, 20 each: 10 a half year for ever, the first after a quarter."""
    rows = state_value_rows(
        [(0, 0, 50, 1000.0, 20000.0), (0, 1, 50, 0.0, 0.0), (1, 0, 50, 1000.0, 20000.0),
         (1, 1, 50, 0.0, 0.0)],
        rules,
    )  # fmt: skip
    assert [row["discount_rate"] for row in rows] == pytest.approx([0.1, 0.1], rel=5e-3)
    assert [row["p_purchase"] for row in rows] == [0.5, 0.5]
    assert [row["mean_reward_amount"] for row in rows] == pytest.approx([10, 10])
    perpetuity = 10 / 1.1**0.5 * 1.1 / 0.1
    assert [row["value_amount"] for row in rows] == pytest.approx([perpetuity] * 2, rel=5e-3)
    two_periods = 10 / 1.1**0.5 * (1 + 1 / 1.1)  # nearest to a year
    assert rows[0]["horizon_value_amount"] == pytest.approx(two_periods, rel=5e-3)
    assert all(row["status"] == "valued" and row["reason"] is None for row in rows)


def test_unknown_margins_leave_the_moves_and_a_reason(rules: ValueRules) -> None:
    moves = [(0, 0, 60, None, None), (0, 1, 40, None, None), (1, 1, 90, None, None)]
    rows = state_value_rows(moves, rules)
    assert [row["status"] for row in rows] == ["no_reward", "no_reward"]
    assert rows[0]["p_purchase"] == 0.6


def test_every_state_has_a_row_when_nobody_has_moved(rules: ValueRules) -> None:
    rows = state_value_rows([], rules)
    assert [(row["state"], row["move_count"], row["status"]) for row in rows] == [
        (0, 0, "not_enough_data"),
        (1, 0, "not_enough_data"),
    ]
