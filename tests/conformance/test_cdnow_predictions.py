"""CDNOW: what the fitted models expect is what is published, for one customer and for all.

Sources: Fader, Hardie and Lee 2005; Hardie's sheet (test suite of lifetimes); the BTYD vignette and
the examples in BTYD's help pages, which round the parameters to three decimals.
"""

from functools import cache

import cdnow
import numpy as np
import pytest

from orchestration.value.intervals import prediction_interval
from orchestration.value.models import purchase_model
from orchestration.value.purchase_model import PurchaseModel

pytestmark = cdnow.needs_cdnow

BTYD_ROUNDED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
# Customers with 0, 1, ..., 6 and with at least 7 repeat purchases in calibration.
SIZES = [1411, 439, 214, 100, 62, 38, 29, 64]


@cache
def fitted(name: str) -> tuple[PurchaseModel, dict[str, float]]:
    """A model and its parameters in the published set-up."""
    model = purchase_model(name)
    return model, model.fit(cdnow.customers().history()).parameters


@cache
def holdout_expectation(name: str) -> np.ndarray:
    """Expected purchases of each customer in the 39 weeks of the hold-out."""
    model, parameters = fitted(name)
    people = cdnow.customers()
    return model.expected_purchases(
        parameters, people.x, people.t_x_days / 7, people.t_days / 7, cdnow.HOLDOUT_WEEKS
    )


def by_frequency(values: np.ndarray) -> list[float]:
    """Mean by calibration x, 7 standing for 7 and more."""
    frequency = np.minimum(cdnow.customers().x, 7)
    return [float(values[frequency == x].mean()) for x in range(8)]


def test_new_customer_of_bgnbd() -> None:
    model, parameters = fitted("bgnbd")
    expected = model.expected_purchases_new(parameters, [0.1429, 1, 3, 31.8571, 32, 78])
    published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    assert expected == pytest.approx(published, abs=1e-3)
    assert model.expected_purchases_new(parameters, 52)[0] == pytest.approx(1.444004, abs=1e-4)


def test_new_customer_of_pareto_nbd() -> None:
    model, parameters = fitted("pareto_nbd")
    published = [
        0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466,
        0.27361274, 0.31335159, 0.35181024, 0.38909211,
    ]  # fmt: skip
    recomputed = [0.05101, 0.09963, 0.14613, 0.19076, 0.23369, 0.27508, 0.31508, 0.35379, 0.39134]
    expected = model.expected_purchases_new(parameters, list(range(1, 10)))
    assert expected == pytest.approx(published, abs=0.01)
    assert expected == pytest.approx(recomputed, abs=1e-5)
    assert model.expected_purchases_new(parameters, 52)[0] == pytest.approx(1.473434, abs=1e-2)


def test_the_customer_of_the_paper() -> None:
    model, parameters = fitted("bgnbd")
    seen = (2, 30.43, 38.86)
    assert model.expected_purchases(parameters, *seen, 39.0)[0] == pytest.approx(1.226, abs=1e-3)
    assert model.probability_alive(parameters, *seen)[0] == pytest.approx(0.7266, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "expected", "alive", "tolerance"),
    [("bgnbd", 25.75659, 0.9688523, 1e-4), ("pareto_nbd", 25.45647, 0.997874, 1e-2)],
)
def test_the_customer_of_the_vignette(
    name: str, expected: float, alive: float, tolerance: float
) -> None:
    """The expectation to a relative tolerance: parameters of three decimals move it by 0.0008."""
    model, parameters = fitted(name)
    seen = (26, 30.857, 31)
    got = model.expected_purchases(parameters, *seen, 52.0)[0]
    assert got == pytest.approx(expected, rel=tolerance)
    assert model.probability_alive(parameters, *seen)[0] == pytest.approx(alive, abs=tolerance)


def test_distribution_of_purchases_of_a_new_customer() -> None:
    model = purchase_model("bgnbd")
    assert model.purchase_distribution_new(BTYD_ROUNDED, 39.0, 0)[0] == pytest.approx(
        0.5737864, abs=1e-5
    )
    assert model.purchase_distribution_new(BTYD_ROUNDED, 2.0, 10)[10] == pytest.approx(
        1.07869e-07, abs=1e-9
    )
    published = [
        0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638,
        0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260,
    ]  # fmt: skip
    got = model.purchase_distribution_new(BTYD_ROUNDED, 30.0, 20)[11:]
    assert got == pytest.approx(published, abs=1e-8)


def test_customers_by_frequency_as_expected() -> None:
    model, parameters = fitted("bgnbd")
    people = cdnow.customers()
    expected = np.zeros(7)
    weeks, count = np.unique(people.t_days / 7, return_counts=True)
    for week, customers in zip(weeks, count, strict=True):
        expected += customers * model.purchase_distribution_new(parameters, week, 6)
    expected = np.append(expected, len(people.x) - expected.sum())
    published = [1407.7, 460.3, 192.5, 101.2, 59.8, 38.1, 25.5, 71.9]
    assert expected == pytest.approx(published, abs=0.1)
    assert np.bincount(np.minimum(people.x, 7).astype(int)).tolist() == SIZES


def test_holdout_by_frequency() -> None:
    actual = [0.2367116, 0.6970387, 1.392523, 1.560, 2.532258, 2.947368, 3.862069, 6.359375]
    assert by_frequency(cdnow.customers().holdout) == pytest.approx(actual, abs=1e-6)
    bgnbd = [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036]
    assert by_frequency(holdout_expectation("bgnbd")) == pytest.approx(bgnbd, abs=1e-3)
    pareto = [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403]
    assert by_frequency(holdout_expectation("pareto_nbd")) == pytest.approx(pareto, abs=1e-3)


def test_alive_by_frequency() -> None:
    model, parameters = fitted("bgnbd")
    people = cdnow.customers()
    alive = model.probability_alive(parameters, people.x, people.t_x_days / 7, people.t_days / 7)
    published = [1.000, 0.474, 0.540, 0.552, 0.617, 0.611, 0.691, 0.722]
    assert by_frequency(alive) == pytest.approx(published, abs=1e-3)


def test_holdout_total_and_single_errors() -> None:
    actual = cdnow.customers().holdout
    expected = holdout_expectation("bgnbd")
    assert actual.sum() == 1882
    assert expected.sum() == pytest.approx(1653.4, abs=0.05)
    assert holdout_expectation("pareto_nbd").sum() == pytest.approx(1665.5, abs=0.05)
    assert np.abs(expected - actual).mean() == pytest.approx(0.7855, abs=1e-4)
    assert np.sqrt(np.mean((expected - actual) ** 2)) == pytest.approx(1.608, abs=1e-3)
    assert np.corrcoef(expected, actual)[0, 1] == pytest.approx(0.626, abs=1e-3)


def test_intervals_hold_the_holdout_of_nine_customers_in_ten() -> None:
    people = cdnow.customers()
    for name in ("bgnbd", "mbgnbd", "pareto_nbd"):
        model, parameters = fitted(name)
        low, high = prediction_interval(
            model,
            parameters,
            people.x,
            people.t_x_days / 7,
            people.t_days / 7,
            horizon=cdnow.HOLDOUT_WEEKS,
            level=0.90,
        )
        covered = np.mean((people.holdout >= low) & (people.holdout <= high))
        assert 0.85 <= covered <= 0.95, name
