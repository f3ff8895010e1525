"""CDNOW: expected against actual repeat purchases over time, in both conventions in use.

BTYD has no first purchase dates: a customer is born max(T) - T weeks after the first of all, so
that the cohort's clock begins at the first purchase. With true days, 1997-01-01 is day 1 and ends
1/7 of a week after the clock's begin; a purchase on that day leaves 78 weeks less one day to
1998-06-30.
"""

from functools import cache

import cdnow
import numpy as np
import pytest

from orchestration.value.models import purchase_model

pytestmark = cdnow.needs_cdnow


@cache
def parameters(name: str) -> dict[str, float]:
    """The fit of one model in the published set-up."""
    return purchase_model(name).fit(cdnow.customers().history()).parameters


def expected_cumulative(name: str, born: np.ndarray, weeks: list[float]) -> np.ndarray:
    """Expected repeat purchases up to the end of each week, for customers born at ``born``."""
    birth, count = np.unique(born, return_counts=True)
    model = purchase_model(name)
    totals = []
    for week in weeks:
        ages = np.maximum(week - birth, 0)
        totals.append(count @ model.expected_purchases_new(parameters(name), ages.tolist()))
    return np.array(totals)


@cache
def born_by_btyd() -> np.ndarray:
    weeks = cdnow.customers().t_days / 7
    return weeks.max() - weeks


@pytest.mark.parametrize(
    ("name", "cumulative", "increments", "tolerance"),
    [
        (
            "bgnbd",
            [1312.458, 1387.346, 1460.392, 1531.713, 1601.418, 1669.6],
            [76.865, 74.888, 73.046, 71.322, 69.704, 68.182],
            0.01,
        ),
        (
            "pareto_nbd",
            [1308.856, 1385.275, 1459.923, 1532.906, 1604.32, 1674.253],
            [78.308, 76.419, 74.648, 72.983, 71.414, 69.933],
            0.1,
        ),
    ],
)
def test_weeks_20_to_25_by_the_convention_of_btyd(
    name: str, cumulative: list[float], increments: list[float], tolerance: float
) -> None:
    """The likelihood of Pareto/NBD is flat: a search that stops 3e-7 below the maximum, as BTYD's
    tolerance allows, moves the sums by 0.01 and week 78 by 0.1.
    """
    expected = expected_cumulative(name, born_by_btyd(), list(range(19, 26)))
    assert expected[1:] == pytest.approx(cumulative, abs=tolerance)
    assert np.diff(expected) == pytest.approx(increments, abs=tolerance / 10)


def test_actual_purchases_of_weeks_20_to_25() -> None:
    days = cdnow.repeat_days()
    cumulative = [int(np.sum(days <= 7 * week)) for week in range(19, 26)]
    assert cumulative[1:] == [1359, 1414, 1484, 1517, 1573, 1672]
    assert np.diff(cumulative).tolist() == [73, 55, 70, 33, 56, 99]


def test_week_78_by_the_convention_of_btyd() -> None:
    assert expected_cumulative("bgnbd", born_by_btyd(), [78])[0] == pytest.approx(4165.6, abs=0.1)
    # Published as "about".
    assert expected_cumulative("pareto_nbd", born_by_btyd(), [78])[0] == pytest.approx(
        4273.6, rel=1e-3
    )


def test_quarters_by_true_first_purchase_days() -> None:
    weeks = [13, 26, 39, 52, 65, 78]
    born = (cdnow.customers().first_day + 1) / 7
    expected = expected_cumulative("bgnbd", born, weeks)
    assert expected == pytest.approx([709.0, 1726.9, 2494.0, 3127.7, 3675.0, 4160.6], abs=0.1)
    actual = [int(np.sum(cdnow.repeat_days() <= 7 * week)) for week in weeks]
    assert actual == [828, 1746, 2457, 3183, 3844, 4339]
