"""One part of the base with everything that was found of it.

Belongs here: that record, which scores, tables and pictures are made of. Does not belong here: how
any of it is found.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.valuation.purchases import ChosenPurchases
from orchestration.valuation.statistics import ScopeStatistics
from orchestration.valuation.tracking import Tracking
from orchestration.value.fitting import Fit


@dataclass(frozen=True, eq=False)
class ScopeValuation:
    """What is known of one scope once its models are fitted: for checks and pictures."""

    statistics: ScopeStatistics
    purchases: ChosenPurchases
    spend: Fit
    tracking: Tracking | None
