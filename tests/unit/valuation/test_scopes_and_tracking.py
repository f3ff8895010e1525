"""A part of the base with too little data borrows; tracking follows new customers by day."""

from datetime import timedelta

import numpy as np
import pytest
from small_base import AS_OF, RULES, nobody, small_base

from orchestration.valuation.purchases import choose_purchase_model
from orchestration.valuation.spend import fit_spend
from orchestration.valuation.statistics import Histories, ScopeStatistics
from orchestration.valuation.tracking import track
from orchestration.value.gamma_gamma import SpendHistory
from orchestration.value.models import PURCHASE_MODELS


def few(customers: int = 10) -> ScopeStatistics:
    return small_base(customers, scope="small")


def test_a_small_part_is_scored_by_the_model_of_the_whole_base():
    base = choose_purchase_model(small_base(), RULES)
    part = choose_purchase_model(few(), RULES, base)
    assert part.choice.model == base.choice.model
    assert part.fit.status == "fallback"
    assert part.fit.parameters == base.fit.parameters
    assert part.fit.customers == 10
    assert "at least 50 are needed" in part.fit.reason
    assert "whole base" in part.choice.reasons[part.choice.model]
    spend = fit_spend(few(), fit_spend(small_base()))
    assert spend.status == "fallback"
    assert set(spend.parameters) == {"p", "q", "v"}


def test_without_customers_there_is_no_model_and_no_exception():
    chosen = choose_purchase_model(nobody(), RULES, choose_purchase_model(nobody(), RULES))
    assert chosen.choice.model is None
    assert {fit.status for fit in chosen.fits.values()} == {"not_enough_data"}
    assert fit_spend(nobody(), fit_spend(nobody())).status == "not_enough_data"


def test_expected_repeat_purchases_follow_new_customers_by_day():
    """NBD: r / alpha purchases a week from the first day on, whatever happened before.

    Three customers begin on day 0, one on day 10; after 14 days they have been here 14 and 4 days.
    """
    histories = Histories(*(np.array(c, dtype=np.int64) for c in ([0, 1], [0, 3], [14, 4], [3, 1])))
    statistics = ScopeStatistics("base", AS_OF, histories, SpendHistory.from_customers([], []),
                                 weekly={2: 1})  # fmt: skip
    tracked = track(statistics, PURCHASE_MODELS["nbd"], {"r": 2.0, "alpha": 4.0})
    assert tracked.week.tolist() == [1, 2]
    assert tracked.actual.tolist() == [0, 1]
    assert tracked.expected == pytest.approx([3 * 0.5, (3 * 14 + 4) / 7 * 0.5])
    assert statistics.first_date == AS_OF - timedelta(days=14)


def test_nothing_is_tracked_in_the_first_days():
    young = Histories(*(np.array([v], dtype=np.int64) for v in (0, 0, 6, 1)))
    statistics = ScopeStatistics("base", AS_OF, young, SpendHistory.from_customers([], []))
    assert track(statistics, PURCHASE_MODELS["nbd"], {"r": 2.0, "alpha": 4.0}) is None
