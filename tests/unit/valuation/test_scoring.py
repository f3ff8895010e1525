"""Scores: their bounds, and parameter intervals held against draws that are evaluated anew."""

from dataclasses import replace

import numpy as np
import pytest
from small_base import RULES, small_base

from orchestration.valuation.rules import weeks
from orchestration.valuation.scoring import (
    discounted_purchases,
    equity_interval,
    parameter_interval,
    score_histories,
)
from orchestration.valuation.statistics import Histories
from orchestration.value.models import PURCHASE_MODELS

MODEL = PURCHASE_MODELS["mbgnbd"]


@pytest.fixture(scope="module")
def histories() -> Histories:
    return small_base().histories


@pytest.fixture(scope="module")
def fit(histories):
    return MODEL.fit(histories.fitted)


def test_scores_keep_their_bounds(histories, fit):
    scores, _ = score_histories(MODEL, fit, histories, RULES)
    assert all(np.isfinite(values).all() for values in scores.values())
    assert ((scores["p_alive"] > 0) & (scores["p_alive"] < 1)).all()
    assert (1 - scores["p_alive"] <= scores["p_no_purchase_90d"] + 1e-12).all()
    assert (scores["expected_purchases_90d"] < scores["expected_purchases_365d"]).all()
    assert (scores["discounted_purchases_365d"] < scores["expected_purchases_365d"]).all()
    assert (scores["purchases_365d_lo"] <= scores["purchases_365d_hi"]).all()


def test_discounted_purchases_are_lifetime_times_yearly_rate_of_a_loyal_customer(fit):
    """Who is surely alive and hardly ever leaves buys at a constant rate."""
    loyal = {"r": 50.0, "alpha": 50.0, "a": 1e-4, "b": 50.0}
    histories = Histories(*(np.array([v], dtype=np.int64) for v in (52, 364, 364, 1)))
    scores, _ = score_histories(MODEL, replace(fit, parameters=loyal), histories, RULES)
    a_day = scores["expected_purchases_365d"][0] / 365
    spanned = a_day * scores["expected_remaining_lifetime_days"][0]
    assert scores["discounted_purchases_infinite"][0] == pytest.approx(spanned, rel=1e-3)


def test_parameter_intervals_are_those_of_a_bootstrap_with_real_draws(histories, fit):
    few = Histories(*(c[::80] for c in (histories.x, histories.t_x_days, histories.t_days)),
                    histories.customers[::80])  # fmt: skip
    discounted = discounted_purchases(MODEL, fit, few, RULES)
    low, high = parameter_interval(discounted, fit, 0.90)
    rng = np.random.default_rng(7)
    log = np.log(list(fit.parameters.values()))
    drawn = [
        MODEL.discounted_purchases(
            dict(zip(fit.parameters, np.exp(values), strict=True)), *few.weeks,
            discount_rate=RULES.weekly_discount_rate, horizon=weeks(365),
        )
        for values in rng.multivariate_normal(log, fit.log_covariance, 400)
    ]  # fmt: skip
    ends = np.quantile(drawn, [0.05, 0.95], axis=0)
    width = np.log(ends[1] / ends[0])
    assert np.log(high[:, 0] / low[:, 0]) == pytest.approx(width, rel=0.2)
    assert np.abs(np.log(low[:, 0] / ends[0]) / width).max() < 0.2


def test_the_interval_of_the_base_is_narrower_than_that_of_its_customers(histories, fit):
    discounted = discounted_purchases(MODEL, fit, histories, RULES)
    customers = histories.customers.astype(float)
    year, ever = equity_interval(discounted, customers, fit, 0.90, 400, seed=1)
    assert year[0] < 1 < year[1]
    assert ever[1] - ever[0] > year[1] - year[0]
    again = equity_interval(discounted, customers, fit, 0.90, 400, seed=1)
    assert again == [year, ever]
    low, high = parameter_interval(discounted, fit, 0.90)
    assert np.median(high[:, 0] / low[:, 0]) > year[1] / year[0]


def test_a_fit_without_covariance_has_scores_and_no_parameter_intervals(histories, fit):
    bare = replace(fit, status="boundary", log_covariance=None)
    scores, discounted = score_histories(MODEL, bare, histories, RULES)
    assert np.isnan(scores["discounted_purchases_365d_lo"]).all()
    assert np.isfinite(scores["purchases_365d_hi"]).all()
    customers = histories.customers.astype(float)
    assert equity_interval(discounted, customers, bare, 0.9, 10, seed=1) == [None, None]
