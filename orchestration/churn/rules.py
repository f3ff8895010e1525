"""The rules of churn risk, as the seed ``risk_rules`` states them.

Belongs here: names, types and the version of the rules. Does not belong here: their values and
reasons (the seed), and the rules that SQL alone reads.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields

import duckdb

from orchestration.valuation.rules import SILENCE_DAYS

DAYS_PER_YEAR = 365


class RiskRuleError(ValueError):
    """The seed lacks a rule or gives it a value that makes no sense."""


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
        RiskRuleError: naming the rule.
    """
    rows = connection.execute("SELECT rule, value FROM seeds.risk_rules").fetchall()
    seed = {rule: value for rule, value in rows if value is not None and value > 0}
    missing = [field.name for field in fields(RiskRules) if field.name not in seed]
    if missing:
        raise RiskRuleError(f"seed risk_rules needs {', '.join(missing)}, above 0")
    whole = {field.name for field in fields(RiskRules) if field.type == "int"}
    rules = RiskRules(
        **{
            field.name: int(seed[field.name]) if field.name in whole else float(seed[field.name])
            for field in fields(RiskRules)
        }  # type: ignore[arg-type]
    )
    if rules.horizon_days != SILENCE_DAYS or rules.origin_spacing_days < rules.horizon_days:
        raise RiskRuleError(
            f"seed risk_rules: horizon_days must be {SILENCE_DAYS}, as the columns are named, and "
            "origin_spacing_days no less, or training would see the hold-out"
        )
    return rules
