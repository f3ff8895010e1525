"""Prediction intervals are the likeliest runs nearest to their level, for few and for many."""

import numpy as np
import pytest
from purchase_worlds import PARAMETERS

from orchestration.value.intervals import prediction_interval
from orchestration.value.models import PURCHASE_MODELS, purchase_model

ROWS = (
    [0, 0, 1, 2, 5, 20, 20, 60, 60],
    [0, 0, 30, 3, 49, 50, 20, 99, 60],
    [0, 60, 31, 60, 50, 50, 50, 100, 100],
)


@pytest.mark.parametrize("name", PURCHASE_MODELS)
@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_no_run_is_likelier_or_nearer_to_the_level(name: str, level: float) -> None:
    """Against a search through all runs."""
    model, parameters = purchase_model(name), PARAMETERS[name]
    low, high = prediction_interval(model, parameters, *ROWS, horizon=26.0, level=level)
    distribution = model.purchase_distribution(parameters, *ROWS, 26.0, 400)
    below = np.concatenate([np.zeros((len(low), 1)), distribution.cumsum(axis=1)], axis=1)
    for row, (lowest, highest) in enumerate(zip(low, high, strict=True)):
        likeliest = [
            (below[row, extra + 1 :] - below[row, : 400 - extra + 1]).max() for extra in range(200)
        ]
        held = below[row, highest + 1] - below[row, lowest]
        assert held == pytest.approx(likeliest[highest - lowest], abs=1e-9)
        off = np.abs(np.array(likeliest) - level)
        assert abs(held - level) <= off.min() + 1e-9


def test_one_who_has_left_buys_nothing() -> None:
    low, high = prediction_interval(
        purchase_model("bgnbd"), PARAMETERS["bgnbd"], 30, 20, 100, horizon=52.0
    )
    assert (low.tolist(), high.tolist()) == ([0], [0])


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_fifty_thousand_purchases(name: str) -> None:
    model, parameters = purchase_model(name), PARAMETERS[name]
    customer = (50_000, 5_000, 5_000)
    low, high = prediction_interval(model, parameters, *customer, horizon=10.0)
    expected = model.expected_purchases(parameters, *customer, 10.0)[0]
    assert low[0] < expected < high[0]
    assert high[0] - low[0] < 0.5 * expected


def test_no_customers_no_intervals() -> None:
    low, high = prediction_interval(
        purchase_model("nbd"), PARAMETERS["nbd"], [], [], [], horizon=10.0
    )
    assert len(low) == len(high) == 0
