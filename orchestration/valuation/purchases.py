"""The purchase models of one scope: fitted, judged, one of them chosen.

Belongs here: the order of these steps and the fall-back to the whole base. Does not belong here:
the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orchestration.valuation.backtest import BacktestRow, backtest_origin, track_records
from orchestration.valuation.choice import Choice, choose
from orchestration.valuation.rules import ValueRules
from orchestration.valuation.statistics import ScopeStatistics
from orchestration.value.fitting import Fit
from orchestration.value.models import PURCHASE_MODELS, borrowed, fit_purchases
from orchestration.value.purchase_history import PurchaseHistory
from orchestration.value.purchase_model import PurchaseModel


@dataclass(frozen=True)
class ChosenPurchases:
    """Fits of a scope by model, the choice among them and the backtest behind it."""

    fits: Mapping[str, Fit]
    choice: Choice
    backtest: tuple[BacktestRow, ...]

    @property
    def model(self) -> PurchaseModel | None:
        return PURCHASE_MODELS[self.choice.model] if self.choice.model else None

    @property
    def fit(self) -> Fit | None:
        return self.fits[self.choice.model] if self.choice.model else None


def choose_purchase_model(
    statistics: ScopeStatistics,
    rules: ValueRules,
    base: ChosenPurchases | None = None,
    known: str | None = None,
) -> ChosenPurchases:
    """Fit all models on the scope and choose; ``base`` is what it falls back to.

    ``known``: a model that was chosen on an earlier day; then only that one is fitted, if it can
    be, and without covariance.
    """
    history = statistics.histories.fitted
    if known:
        fit = PURCHASE_MODELS[known].fit(history)
        if fit.has_parameters:
            choice = Choice(known, {known: "chosen: as on an earlier day"})
            return ChosenPurchases({known: replace(fit, log_covariance=None)}, choice, ())
    fits = fit_purchases(history)
    backtest = tuple(
        row
        for origin in statistics.origins
        for row in backtest_origin(origin, PURCHASE_MODELS, rules)
    )
    choice = choose(fits, track_records(list(backtest)), rules.choice_tests)
    if choice.model is None and base is not None and base.fit is not None:
        fits, choice = _fallen_back(fits, choice, base, history)
    return ChosenPurchases(fits, choice, backtest)


def _fallen_back(
    fits: dict[str, Fit], choice: Choice, base: ChosenPurchases, history: PurchaseHistory
) -> tuple[dict[str, Fit], Choice]:
    """The model of the whole base in the place of the scope's own."""
    assert base.fit is not None  # noqa: S101 - the caller has looked
    name = base.fit.model
    fits[name] = borrowed(base.fit, fits[name], history)
    reason = "chosen: too little data for a model of its own, so that of the whole base"
    return fits, Choice(name, {**choice.reasons, name: reason})
