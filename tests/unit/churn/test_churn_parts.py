"""Curves, levels, measures and the purchase model's parts against figures that are known."""

import numpy as np
import pytest

from orchestration.churn.curves import fit_curves
from orchestration.churn.examples import Examples, Feature
from orchestration.churn.level import next_level
from orchestration.churn.measures import brier_gain, deciles, measure
from orchestration.churn.purchase_risk import PurchaseRisk, logit
from orchestration.churn.rules import RiskRules
from orchestration.churn.scoring import Parts

RULES = RiskRules(90, 91, 8, 4, 4, 50, 2.0, 3.0, 30.0)
FEATURES = [
    Feature("constant", "nothing", "linear"),
    Feature("days", "silence", "log"),
    Feature("told", "complaints", "linear"),
]


def examples(count: int, seed: int = 1) -> tuple[Examples, np.ndarray]:
    """Silence grows with log days and complaints; of half of the customers nothing is told."""
    rng = np.random.default_rng(seed)
    days = np.expm1(rng.uniform(0, 6, count))
    told = np.where(rng.random(count) < 0.5, np.nan, rng.integers(0, 2, count))
    origin = rng.integers(1, 5, count)
    truth = -2 + 0.8 * np.log1p(days) + np.where(np.isnan(told), -0.5, told) + 0.3 * origin
    silent = rng.random(count) < 1 / (1 + np.exp(-truth))
    values = np.column_stack([np.full(count, 7.0), days, told])
    histories = np.zeros((count, 3), dtype=np.int64)
    return Examples(origin, np.arange(count), values, silent, histories), truth


def test_curves_find_a_known_truth_and_their_parts_add_up() -> None:
    known, truth = examples(40_000)
    model = fit_curves(FEATURES, known, RULES)
    found = model.log_odds(known.values) + model.levels[known.origin - 1]
    assert np.abs(found - truth).max() < 0.25
    parts = model.contributions(known.values)
    assert model.drivers == ["complaints", "nothing", "silence"]
    assert parts.sum(axis=1) == pytest.approx(model.log_odds(known.values))
    assert parts.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-6)
    assert np.all(parts[:, 1] == 0)
    assert np.diff(model.levels) == pytest.approx(np.full(3, 0.3), abs=0.12)
    # 10,000 examples to an origin, of which about 1,900 worth of information: 1 / sqrt(1900)
    assert np.sqrt(np.diag(model.level_covariance)).max() > 0.01


def test_equal_examples_give_equal_curves_in_any_order_of_the_columns() -> None:
    known, _ = examples(2_000)
    first, again = (fit_curves(FEATURES, known, RULES) for _ in range(2))
    for own, other in zip(first.curves, again.curves, strict=True):
        assert (own.heights == other.heights).all()
    turned = Examples(
        known.origin, known.customer, known.values[:, ::-1], known.silent, known.histories
    )
    other = fit_curves(FEATURES[::-1], turned, RULES)
    assert other.log_odds(turned.values) == pytest.approx(first.log_odds(known.values), abs=1e-6)


def test_a_driver_has_a_name_only_where_its_part_is_known_and_not_nothing() -> None:
    log_odds = np.array([[0.5, -2.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.3], np.full(4, np.nan)])
    parts = Parts(["silence", "spend", "range", "visits"], log_odds, np.zeros(3)).columns()
    named = [parts[f"driver_{place}"].tolist() for place in (1, 2, 3)]
    assert named == [["spend", "visits", None], ["visits", None, None], ["silence", None, None]]
    assert parts["other_log_odds"][:2].tolist() == pytest.approx([0.0, 0.0])


CERTAIN = 1e-4 * np.eye(4)


def test_levels_that_differ_by_chance_alone_give_their_mean() -> None:
    levels = np.array([0.9, 1.1, 1.0, 1.0])
    assert next_level([1, 2, 3, 4], levels, 0.02 * np.eye(4), 0, 4) == pytest.approx(1.0)


def test_the_coming_period_lies_between_the_latest_and_the_same_season() -> None:
    near = next_level([1, 2, 3, 4], np.array([1.0, 0, 0, 0]), CERTAIN, 0, 4)
    season = next_level([1, 2, 3, 4], np.array([0, 0, 0, 1.0]), CERTAIN, 0, 4)
    between = next_level([1, 2, 3, 4], np.array([0, 0, 1.0, 0]), CERTAIN, 0, 4)
    assert near > between
    assert season > between
    # Best linear unbiased: the weights of all levels sum to 1.
    other = next_level([1, 2, 3, 4], np.array([0, 1.0, 0, 0]), CERTAIN, 0, 4)
    assert near + season + between + other == pytest.approx(1.0, abs=1e-3)


def test_a_season_seen_twice_outweighs_the_latest_level() -> None:
    season = np.array([2.0, -1, 0, -1])
    levels = np.tile(season, 2)  # origins 1 to 8; 0 has the season of 4 and 8
    assert next_level(list(range(1, 9)), levels, 1e-4 * np.eye(8), 0, 4) < -0.3  # their mean is 0
    one = next_level([1], np.array([0.7]), np.eye(1), 0, 4)
    assert one == pytest.approx(0.7)


def test_measures_of_a_forecast_by_hand() -> None:
    predicted = np.array([0.1, 0.4, 0.4, 0.9])
    silent = np.array([False, False, True, True])
    found = measure(predicted, silent)
    assert found.brier == pytest.approx((0.01 + 0.16 + 0.36 + 0.01) / 4)
    # Pairs of silent and buying: 0.4 > 0.1, 0.4 = 0.4 (half), 0.9 > both.
    assert found.auc == pytest.approx(3.5 / 4)
    assert found.lift == pytest.approx(2.0)
    assert list(deciles(np.arange(20.0))) == [n for n in range(1, 11) for _ in range(2)]


def test_a_true_forecast_errs_by_chance_and_a_wrong_one_by_more() -> None:
    rng = np.random.default_rng(2)
    predicted = rng.uniform(0.05, 0.95, 20_000)
    silent = rng.random(20_000) < predicted
    right, wrong = measure(predicted, silent), measure(predicted**2, silent)
    assert right.calibration_error < 2 * right.calibration_error_by_chance
    assert wrong.calibration_error > 0.05


def test_the_gain_counts_a_customer_once_however_often_it_is_asked() -> None:
    rival, own = np.array([0.5, 0.5, 0.5]), np.array([0.2, 0.2, 0.6])
    silent = np.array([False, False, True])
    gains = np.array([0.21, 0.21, 0.09])
    mean, error = brier_gain(rival, own, silent, np.array([1, 1, 2]))
    assert mean == pytest.approx(gains.mean())
    sums = np.array([2 * (0.21 - mean), 0.09 - mean])
    assert error == pytest.approx(np.sqrt(2 * (sums**2).sum()) / 3)


def test_parts_of_the_purchase_models_word_add_up_and_point_the_right_way() -> None:
    risk = PurchaseRisk("mbgnbd", {"r": 0.8, "alpha": 8.0, "a": 0.6, "b": 3.0})
    reference = np.array([2, 200, 300])
    histories = np.array([
        [2, 200, 300],  # the reference itself
        [2, 290, 300],  # silent for 10 days
        [2, 20, 300],  # silent for 280
        [9, 200, 300],  # more purchases
        [2, 500, 600],  # as many in twice the time
        [0, 0, 50],
    ])  # fmt: skip
    shares, average = risk.shares(histories, reference)
    assert shares.sum(axis=1) + average == pytest.approx(logit(risk.silence(histories)))
    assert shares[0] == pytest.approx(np.zeros(3))
    assert shares[1, 0] < 0 < shares[2, 0]
    assert shares[3, 1] < 0
    assert shares[4, 2] > 0
    assert shares[5, 1] > 0
