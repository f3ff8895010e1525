"""The rules of churn risk, as the seed ``risk_rules`` states them.

Belongs here: names, types and the version of the rules. Does not belong here: their values and
reasons (the seed), and the rules that SQL alone reads.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import duckdb

from orchestration.seed_rules import SeedRuleError, numbers_of
from orchestration.valuation.rules import SILENCE_DAYS

DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class RiskRules:
    """Rules by the names that the seed gives them."""

    horizon_days: int
    origin_spacing_days: int
    training_origins: int
    least_training_origins: int
    test_origins: int
    least_outcomes: int
    least_gain: float
    linear_penalty: float
    bend_penalty: float

    @property
    def seasons(self) -> int:
        """Origins to a year: so many later the season is the same."""
        return max(round(DAYS_PER_YEAR / self.origin_spacing_days), 1)

    @property
    def version(self) -> str:
        """Hash of the rules."""
        text = "|".join(f"{name}={value}" for name, value in asdict(self).items())
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_rules(connection: duckdb.DuckDBPyConnection) -> RiskRules:
    """From the seed; rules that SQL reads may stand among them.

    Raises:
        SeedRuleError: naming the rule.
    """
    rows = connection.execute("SELECT rule, value FROM seeds.risk_rules").fetchall()
    values = numbers_of(RiskRules, "risk_rules", dict(rows))
    refused = [name for name, value in values.items() if value <= 0]
    if refused:
        raise SeedRuleError(f"seed risk_rules needs {', '.join(refused)} above 0")
    rules = RiskRules(**values)
    if rules.horizon_days != SILENCE_DAYS or rules.origin_spacing_days < rules.horizon_days:
        raise SeedRuleError(
            f"seed risk_rules: horizon_days must be {SILENCE_DAYS}, as the columns are named, and "
            "origin_spacing_days no less, or training would see the hold-out"
        )
    return rules
