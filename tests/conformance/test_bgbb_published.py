"""BG/BB on the donations of Fader, Hardie & Shang 2010: fit, predictions and hold-out.

The 22 rows are a published table (it ships with BTYD and lifetimes): 11,104 people who first gave
in 1995, six yearly opportunities to 2001, hold-out 2002 to 2006.
"""

from functools import cache

import numpy as np
import pytest

from orchestration.value import bgbb
from orchestration.value.bgbb import OpportunityHistory

# (x, t_x, people); n = 6.
DONATIONS = (
    *((0, 0, 3464), (1, 1, 1091), (1, 2, 277), (1, 3, 129), (1, 4, 78), (1, 5, 119), (1, 6, 129)),
    *((2, 2, 613), (2, 3, 255), (2, 4, 155), (2, 5, 173), (2, 6, 234)),
    *((3, 3, 322), (3, 4, 181), (3, 5, 225), (3, 6, 357)),
    *((4, 4, 240), (4, 5, 284), (4, 6, 512), (5, 5, 335), (5, 6, 728), (6, 6, 1203)),
)
N = 6
PEOPLE = 11_104
PUBLISHED = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
# Hold-out 2002 to 2006, mean gifts by x: what happened, and what BTYD expects.
ACTUAL_BY_X = (0.1743649, 0.4328031, 0.8125874, 1.389862, 2.061776, 2.642521, 3.534497)
EXPECTED_BY_X = (0.07286318, 0.3248841, 0.7089417, 1.333666, 2.031203, 2.784482, 3.7525)
EXPECTED_BY_T_X = (0.07286318, 0.0856939, 0.1798423, 0.4041111, 0.8510811, 1.726323, 3.02719)
PEOPLE_BY_X = (3464, 1823, 1430, 1085, 1036, 1063, 1203)
EXPECTED_BY_YEAR = (
    *(5535.833, 4717.059, 4147.621, 3724.665, 3395.888, 3131.647),
    *(2913.778, 2730.482, 2573.731, 2437.854, 2318.727),
)
ACTUAL_BY_YEAR = (5652, 4674, 4019, 3552, 3555, 3163, 3110, 2938, 2703, 2573, 1936)
NEW_BY_PERIODS = (
    *(0.4985, 0.9233, 1.2969, 1.6323, 1.9381, 2.2202),
    *(2.4826, 2.7285, 2.9603, 3.1798, 3.3887),
)


@cache
def history() -> OpportunityHistory:
    x, t_x, people = np.array(DONATIONS).T
    return OpportunityHistory.from_customers(x, t_x, np.full(len(x), N), people)


@cache
def parameters() -> dict[str, float]:
    """Our own estimates."""
    fit = bgbb.fit(history())
    assert fit.status == "converged", fit.reason
    return fit.parameters


def holdout() -> np.ndarray:
    """Gifts expected in the five years of the hold-out, by row."""
    rows = history()
    return bgbb.expected_purchases(parameters(), rows.x, rows.t_x, rows.n, 5)


def mean_by(key: np.ndarray) -> list[float]:
    """Mean over people of the hold-out expectation, by value of ``key``."""
    rows = history()
    groups = [key == level for level in range(N + 1)]
    return [float(rows.count[g] @ holdout()[g] / rows.count[g].sum()) for g in groups]


def test_fit_is_the_published_one() -> None:
    assert history().customers == PEOPLE
    fit = bgbb.fit(history())
    for name, value in PUBLISHED.items():
        assert fit.parameters[name] == pytest.approx(value, abs=1e-3), name
    assert fit.log_likelihood == pytest.approx(-33225.58, abs=0.01)


def test_total_of_the_hold_out_is_the_published_one() -> None:
    assert float(history().count @ holdout()) == pytest.approx(12884.2, abs=0.1)


def test_probability_of_being_active_in_2002() -> None:
    alive = bgbb.probability_alive(parameters(), [0, 2, 6], [0, 4, 6], N)
    assert alive == pytest.approx([0.108, 0.590, 0.930], abs=5e-4)


def test_expectation_of_a_new_customer_by_number_of_opportunities() -> None:
    expected = [bgbb.expected_purchases_new(parameters(), n) for n in range(1, 12)]
    assert expected == pytest.approx(NEW_BY_PERIODS, abs=5e-5)


def test_expected_people_by_number_of_gifts() -> None:
    people = PEOPLE * bgbb.purchase_distribution_new(parameters(), N, N)
    assert people[0] == pytest.approx(3454.9, abs=0.1)
    assert people[6] == pytest.approx(1253.1, abs=0.1)
    assert people.sum() == pytest.approx(PEOPLE)


def test_hold_out_by_calibration_frequency() -> None:
    rows = history()
    people = [float(rows.count[rows.x == level].sum()) for level in range(N + 1)]
    assert people == list(PEOPLE_BY_X)
    assert mean_by(rows.x) == pytest.approx(EXPECTED_BY_X, abs=1e-4)
    errors = np.abs(np.array(mean_by(rows.x)) - ACTUAL_BY_X)
    assert errors.max() < 0.25  # as in the paper: gifts at the ends regress to the mean


def test_hold_out_by_calibration_recency() -> None:
    assert mean_by(history().t_x) == pytest.approx(EXPECTED_BY_T_X, abs=1e-4)


def test_yearly_totals() -> None:
    totals = [PEOPLE * bgbb.expected_purchases_new(parameters(), n) for n in range(12)]
    assert np.diff(totals) == pytest.approx(EXPECTED_BY_YEAR, abs=0.1)
    assert sum(EXPECTED_BY_YEAR[:6]) == pytest.approx(sum(ACTUAL_BY_YEAR[:6]), rel=0.01)


def test_matrix_of_five_year_expectations() -> None:
    x, t_x = [6, 5, 1, 1, 1, 1, 1, 1], [6, 6, 1, 2, 3, 4, 5, 6]
    expected = bgbb.expected_purchases(parameters(), x, t_x, N, 5)
    published = [3.75, 3.23, 0.09, 0.31, 0.59, 0.84, 1.02, 1.15]
    assert expected == pytest.approx(published, abs=5e-3)
