"""Welch's interval of the difference of two means, against scipy.

Belongs here: macros/statistics/welch.sql, rendered and run on its own. Does not belong here: the
marts that use it (dbt unit tests).
"""

from typing import Any

import duckdb
import numpy as np
import pytest
from jinja2 import Template
from scipy import stats

from orchestration.settings import DBT_PROJECT_ROOT

FILES = sorted((DBT_PROJECT_ROOT / "macros/statistics").glob("*.sql"))
MACROS: Any = Template("\n".join(file.read_text() for file in FILES)).module


def half_width(first: list[float], second: list[float]) -> float | None:
    """By the macros, from sums and squares as a model has them."""
    variances = [
        MACROS.variance_of_sums(f"{sum(group)}", f"{sum(x * x for x in group)}", f"{len(group)}")
        for group in (first, second)
    ]
    sql = MACROS.welch_half_width(
        f"({variances[0]})", f"{len(first)}e0", f"({variances[1]})", f"{len(second)}e0"
    )
    with duckdb.connect() as connection:
        [[value]] = connection.execute(f"select {sql}").fetchall()
    return value


@pytest.mark.parametrize(("n_1", "n_2", "within"), [(6, 5, 0.01), (20, 10, 2e-3), (400, 70, 1e-5)])
def test_welch_agrees_with_scipy(n_1: int, n_2: int, within: float) -> None:
    draws = np.random.default_rng(7)
    first = draws.gamma(0.5, 60, n_1).round(2).tolist()
    second = draws.gamma(0.5, 90, n_2).round(2).tolist()
    exact = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    expected = (exact.high - exact.low) / 2
    assert half_width(first, second) == pytest.approx(expected, rel=within)


@pytest.mark.parametrize("second", [[5.0], []])
def test_a_group_of_one_or_none_has_no_interval(second: list[float]) -> None:
    assert half_width([1.0, 2.0, 4.0], second) is None


def test_equal_amounts_have_no_interval() -> None:
    assert half_width([2.0, 2.0, 2.0], [3.0, 3.0]) is None
