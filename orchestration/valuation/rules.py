"""The business rules of the value models, as the seed ``value_rules`` states them.

Belongs here: names, types and the version of the rules. Does not belong here: their values and
reasons (the seed).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from orchestration.seed_rules import SeedRuleError, numbers_of
from orchestration.valuation.choice import ChoiceTests
from orchestration.value.discounting import continuous_rate
from orchestration.value.purchase_history import days_per_unit

DAYS_PER_WEEK = 7
# Columns and the texts about them name these two, so they are no rules of the seed.
HORIZON_DAYS = 365  # budgets are made for a year, and a hold-out can still judge it
SILENCE_DAYS = 90  # a quarter: the shortest silence that a CRM team acts upon
TIME_UNIT = "week"  # of the purchase models: customers buy by week days, months differ in length


@dataclass(frozen=True)
class ValueRules:
    """Rules by the names that the seed gives them."""

    annual_discount_rate: float
    interval_level: float
    backtest_horizon_days: int
    backtest_origins: int
    backtest_tie_rate: float
    backtest_least_gain: float
    backtest_least_origins: int
    bootstrap_draws: int
    opportunity_months: int
    migration_period_days: int
    migration_last_state: int

    @classmethod
    def from_seed(cls, seed: Mapping[str, float]) -> ValueRules:
        """From rule and value; rules of other parts of the project may stand among them.

        Raises:
            SeedRuleError: naming the rule.
        """
        values = numbers_of(cls, "value_rules", seed)
        refused = [name for name, value in values.items() if value <= 0]
        refused += ["interval_level"] if values["interval_level"] >= 1 else []
        if refused:
            raise SeedRuleError(
                f"seed value_rules: {refused[0]} is {seed[refused[0]]}, it must be above 0"
                + (" and below 1" if refused[0] == "interval_level" else "")
            )
        return cls(**values)

    @property
    def choice_tests(self) -> ChoiceTests:
        """When the record of one model is better than that of another."""
        return ChoiceTests(
            self.backtest_tie_rate, self.backtest_least_gain, self.backtest_least_origins
        )

    @property
    def weekly_discount_rate(self) -> float:
        """The annual rate as a continuously compounded one per week."""
        return continuous_rate(self.annual_discount_rate, TIME_UNIT)

    @property
    def migration_discount_rate(self) -> float:
        """The annual rate as one per period of the migration model."""
        periods = self.migration_period_days / days_per_unit("year")
        return float((1 + self.annual_discount_rate) ** periods - 1)

    @property
    def migration_horizon_periods(self) -> int:
        """Periods of the migration model nearest to the horizon of the values."""
        return max(round(HORIZON_DAYS / self.migration_period_days), 1)

    def version(self, *settings: str) -> str:
        """Hash of the rules and of the settings beside them."""
        text = "|".join([*(f"{name}={value}" for name, value in asdict(self).items()), *settings])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def weeks(days: float) -> float:
    """Days in the unit of the purchase models."""
    return days / DAYS_PER_WEEK
