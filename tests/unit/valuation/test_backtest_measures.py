"""What a forecast is worth, by numbers small enough to follow by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats
from small_base import RULES, small_base

from orchestration.valuation.backtest import (
    BacktestRow,
    backtest_origin,
    deciles,
    gini,
    thumb_predictions,
    track_records,
)
from orchestration.valuation.point_forecast import median_purchases
from orchestration.valuation.statistics import Histories, Origin
from orchestration.value.models import PURCHASE_MODELS


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


ORIGIN = Origin(
    date(2025, 1, 1),
    100,
    Histories(ints(0, 3), ints(0, 150), ints(0, 200), ints(5, 1)),
    holdout=ints(0, 2),
    previous=ints(1, 2),
)


def test_rules_of_thumb_repeat_the_last_period_or_the_mean_rate():
    said = thumb_predictions(ORIGIN)
    assert said["same_as_last_period"].tolist() == [1.0, 2.0]
    # No repeat purchase; and 3 in 200 days, so 1.5 in 100.
    assert said["mean_rate"].tolist() == [0.0, 1.5]


def test_measures_weigh_customers():
    rows = backtest_origin(ORIGIN, {}, RULES)
    total = next(r for r in rows if r.model == "same_as_last_period" and r.bin_kind == "total")
    # Five customers said to buy once who bought nothing, one said to buy twice who did.
    assert total.customer_count == 6
    assert total.predicted_purchases == 7
    assert total.actual_purchases == 2
    assert total.mean_absolute_error == pytest.approx(5 / 6)
    assert total.root_mean_square_error == pytest.approx((5 / 6) ** 0.5)
    assert total.bias_rate == pytest.approx(7 / 2 - 1)
    assert total.gini == pytest.approx(1)
    by_x = {r.bin: r.customer_count for r in rows if r.bin_kind == "x" and r.model == total.model}
    assert by_x == {0: 5, 3: 1}


def test_what_all_customers_share_is_exactly_theirs():
    """Sums of weights such as 1/21, 2/21, ... are not 1, and no share may be above it."""
    count = np.arange(1, 7)
    zeros, ones = np.zeros_like(count), np.ones_like(count)
    alike = replace(
        ORIGIN,
        known=Histories(zeros, zeros, np.arange(200, 206), count),
        holdout=zeros,
        previous=ones,
    )
    total = backtest_origin(alike, {}, RULES)[0]
    assert total.model == "same_as_last_period"
    assert total.mean_absolute_error == 1.0


def test_no_purchases_leave_bias_and_gini_open():
    rows = backtest_origin(replace(ORIGIN, holdout=ints(0, 0)), {}, RULES)
    assert {(row.bias_rate, row.gini) for row in rows} == {(None, None)}


def test_equal_predictions_share_the_lower_tenth():
    said = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert deciles(said, np.ones(10, dtype=np.int64)).tolist() == [1, 1, 1, 1, 1, 6, 7, 8, 9, 10]


def test_gini_is_1_for_hindsight_0_for_no_idea_and_minus_1_for_the_reverse():
    bought, customers = ints(0, 1, 5), ints(3, 2, 1)
    assert gini(np.array([0.0, 1.0, 5.0]), bought, customers) == pytest.approx(1)
    assert gini(np.array([1.0, 1.0, 1.0]), bought, customers) == pytest.approx(0)
    assert gini(np.array([5.0, 1.0, 0.0]), bought, customers) == pytest.approx(-1)


def test_a_model_that_misses_an_origin_has_no_track_record():
    def total(model: str, day: int, error: float | None) -> BacktestRow:
        return BacktestRow(
            model, date(2025, 1, day), 100, "total", 0, 1, 1.0, 1, error, error, error, 0.0, None,
            None, None, None, "converged",
        )  # fmt: skip

    records = track_records(
        [total("bgnbd", 1, 0.5), total("bgnbd", 2, 0.7), total("mbgnbd", 1, None),
         total("mbgnbd", 2, 0.1), total("mean_rate", 1, 0.2)]
    )  # fmt: skip
    assert list(records) == ["bgnbd"]
    assert records["bgnbd"].error == pytest.approx(0.6)


def test_the_median_is_the_first_count_with_half_of_the_chance_behind_it():
    model, parameters = PURCHASE_MODELS["bgnbd"], {"r": 0.8, "alpha": 8.0, "a": 0.6, "b": 3.0}
    x = np.array([0.0, 2.0, 20.0, 400.0])
    rows = (x, np.array([0.0, 3.0, 50.0, 51.9]), np.full(4, 52.0))
    expected = model.expected_purchases(parameters, *rows, 26.0)
    median = median_purchases(model, parameters, rows, 26.0, expected)
    chances = model.purchase_distribution(parameters, *rows, 26.0, 400)
    assert median.tolist() == np.argmax(np.cumsum(chances, axis=1) >= 0.5, axis=1).tolist()
    assert median[3] > 100


def test_the_gain_on_the_default_is_that_of_pairs_of_customers():
    origin = small_base().origins[-1]
    rows = backtest_origin(origin, PURCHASE_MODELS, RULES)
    total = {row.model: row for row in rows if row.bin_kind == "total"}
    assert (total["mbgnbd"].error_gain, total["mbgnbd"].error_gain_standard_error) == (0, 0)

    rule, model = thumb_predictions(origin)["same_as_last_period"], PURCHASE_MODELS["mbgnbd"]
    fit, weeks = model.fit(origin.known.fitted), origin.known.weeks
    expected = model.expected_purchases(fit.parameters, *weeks, origin.horizon_days / 7)
    median = median_purchases(model, fit.parameters, weeks, origin.horizon_days / 7, expected)
    each = np.repeat(
        np.abs(median - origin.holdout) - np.abs(rule - origin.holdout), origin.known.customers
    )
    ours = total["same_as_last_period"]
    assert ours.error_gain == pytest.approx(each.mean())
    assert ours.error_gain_standard_error == pytest.approx(stats.sem(each))
    assert ours.error_gain == pytest.approx(
        total["mbgnbd"].mean_absolute_error - ours.mean_absolute_error
    )
    assert {row.error_gain for row in rows if row.bin_kind != "total"} == {None}


def test_models_cover_and_rank_on_a_base_that_follows_them():
    rows = backtest_origin(small_base().origins[-1], PURCHASE_MODELS, RULES)
    total = {row.model: row for row in rows if row.bin_kind == "total"}
    assert set(total) == {*PURCHASE_MODELS, "same_as_last_period", "mean_rate"}
    for name in ("bgnbd", "mbgnbd"):
        assert total[name].mean_absolute_error < total["same_as_last_period"].mean_absolute_error
        assert abs(total[name].bias_rate) < 0.15
        assert 0.88 <= total[name].interval_coverage_rate <= 0.97
        assert total[name].gini > 0.4
