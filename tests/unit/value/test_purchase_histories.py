"""Histories keep every customer once counted, and say when they are too few or make no sense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.value.purchase_history import (
    LEAST_CUSTOMERS,
    LEAST_REPEATERS,
    PurchaseHistory,
    distinct_rows,
)


def repeated(x: float, t_x: float, t: float, customers: int) -> PurchaseHistory:
    return PurchaseHistory.from_days([x], [t_x], [t], [customers])


def test_like_customers_become_one_row() -> None:
    history = PurchaseHistory.from_days([2, 0, 2, 2], [14, 0, 14, 14], [70, 70, 70, 77])
    assert history.x.tolist() == [0, 2, 2]
    assert history.t_x.tolist() == [0, 2, 2]
    assert history.t.tolist() == [10, 10, 11]
    assert history.count.tolist() == [1, 2, 1]
    assert (history.customers, history.repeaters, history.repeat_purchases) == (4, 3, 6)
    assert history.mean_time == pytest.approx(10.25)


def test_groups_weigh_as_their_customers() -> None:
    grouped = PurchaseHistory.from_days([1, 0, 1], [7, 0, 7], [14, 14, 14], [2, 5, 3])
    assert grouped.count.tolist() == [5, 5]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-2, 3)), max_size=60),
    st.sampled_from([1.0, 0.1]),
)
def test_distinct_rows_put_every_row_where_it_belongs(
    rows: list[tuple[int, int, int]], unit: float
) -> None:
    """Whole numbers and broken ones go different ways."""
    columns = [np.array([row[i] for row in rows], dtype=float) * unit for i in range(3)]
    first, position = distinct_rows(*columns)
    rebuilt = [column[first][position] for column in columns]
    assert all(np.array_equal(a, b) for a, b in zip(rebuilt, columns, strict=True))
    kept = list(zip(*(column[first].tolist() for column in columns), strict=True))
    assert kept == sorted(set(kept))


@pytest.mark.parametrize(
    ("row", "customer"),
    [
        ((2, 50, 40), "bought after the end of observation"),
        ((0, 3, 40), "has a last repeat purchase but none"),
        ((-1, 0, 40), "has fewer purchases than the first"),
        ((1.5, 3, 40), "bought half a time"),
        ((1, float("nan"), 40), "bought nobody knows when"),
        ((0, 0, -2), "first bought after the end of observation"),
    ],
)
def test_a_contradictory_customer_closes_the_gate(row: tuple[float, ...], customer: str) -> None:
    good = np.tile([[1.0], [7.0], [70.0]], LEAST_CUSTOMERS)
    x, t_x, t = np.column_stack([good, row])
    history = PurchaseHistory.from_days(x, t_x, t)
    assert history.invalid_customers == 1, customer
    assert history.customers == LEAST_CUSTOMERS
    assert "1 customers whose x, t_x and T contradict" in (history.failed_gate() or "")
    assert PurchaseHistory.from_days(*good).failed_gate() is None


def test_gates_name_what_is_missing() -> None:
    few = repeated(1, 7, 70, LEAST_CUSTOMERS - 1).failed_gate()
    assert few == f"{LEAST_CUSTOMERS - 1} customers, at least {LEAST_CUSTOMERS} are needed"
    once = PurchaseHistory.from_days(
        [0, 1], [0, 7], [70, 70], [LEAST_CUSTOMERS, LEAST_REPEATERS - 1]
    )
    assert "9 customers who came back" in (once.failed_gate() or "")
    assert once.failed_gate(needs_repeaters=False) is None
    assert repeated(60, 69, 70, 1000).failed_gate() == (
        "too frequent for daily occasions: 1000 of 1000 who came back buy on more than half of "
        "their days"
    )
    assert repeated(30, 69, 70, 1000).failed_gate() is None


def test_a_few_daily_buyers_do_not_close_the_gate() -> None:
    history = PurchaseHistory.from_days([1, 65], [7, 69], [70, 70], [950, 50])
    assert history.failed_gate() is None


def test_a_thin_sample_is_a_sample() -> None:
    draw = np.random.default_rng(1)
    t = draw.integers(1, 700, 50_000)
    x = draw.poisson(0.01 * t)
    history = PurchaseHistory.from_days(x, np.where(x > 0, t - 1, 0), t)
    thin = history.thinned(4_000)
    assert thin.customers == 4_000
    assert len(thin.x) <= 4_000
    assert thin.repeat_purchases / 4_000 == pytest.approx(x.mean(), rel=0.02)
    assert thin.mean_time == pytest.approx(history.mean_time, rel=0.02)
    assert thin.thinned(5_000) is thin


def test_no_customers_are_a_history_too() -> None:
    nobody = PurchaseHistory.from_days([], [], [])
    assert nobody.customers == 0
    assert nobody.failed_gate() == f"0 customers, at least {LEAST_CUSTOMERS} are needed"
