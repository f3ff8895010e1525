"""The interval macros of dbt against published numbers and against statsmodels.

Belongs here: macros/statistics, rendered and run on their own. Does not belong here: the marts that
use them (dbt unit tests).
"""

import math
from typing import Any

import duckdb
import pytest
from jinja2 import Template
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from orchestration.settings import DBT_PROJECT_ROOT

FILES = sorted((DBT_PROJECT_ROOT / "macros/statistics").glob("*.sql"))
MACROS: Any = Template("\n".join(file.read_text() for file in FILES)).module
Z_90 = 1.6448536269514722

# Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3.
PUBLISHED_SHARES = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
# Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10.
PUBLISHED_DIFFERENCES = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
]


def computed(sql: str, **columns: float | None) -> float | None:
    """The expression on one row that has these columns."""
    row = ", ".join(f"cast(? as double) as {name}" for name in columns) or "1 as nothing"
    with duckdb.connect() as connection:
        [[value]] = connection.execute(
            f"select {sql} from (select {row}) as counted", [*columns.values()]
        ).fetchall()
    return value


@pytest.mark.parametrize(("successes", "n", "low", "high"), PUBLISHED_SHARES)
def test_published_wilson_intervals(successes: int, n: int, low: float, high: float) -> None:
    assert computed(MACROS.wilson_low(successes, n)) == pytest.approx(low, abs=5e-5)
    assert computed(MACROS.wilson_high(successes, n)) == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(
    ("successes_1", "n_1", "successes_2", "n_2", "low", "high"), PUBLISHED_DIFFERENCES
)
def test_published_newcombe_intervals(successes_1, n_1, successes_2, n_2, low, high) -> None:
    counts = (successes_1, n_1, successes_2, n_2)
    assert computed(MACROS.difference_low(*counts)) == pytest.approx(low, abs=5e-5)
    assert computed(MACROS.difference_high(*counts)) == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("z", [1.959963984540054, Z_90])
@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (3, 7), (999_999, 1_000_000)])
def test_wilson_agrees_with_statsmodels(successes: int, n: int, z: float) -> None:
    alpha = math.erfc(z / math.sqrt(2))
    low, high = proportion_confint(successes, n, alpha=alpha, method="wilson")
    columns = {"s": successes, "n": n}
    assert computed(MACROS.wilson_low("s", "n", z), **columns) == pytest.approx(low, abs=1e-11)
    assert computed(MACROS.wilson_high("s", "n", z), **columns) == pytest.approx(high, abs=1e-11)


@pytest.mark.parametrize("counts", [(3, 7, 6, 11), (0, 4, 4, 4), (120, 4000, 3, 90)])
def test_newcombe_agrees_with_statsmodels(counts: tuple[int, int, int, int]) -> None:
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    columns = dict(zip(("a", "b", "c", "d"), counts, strict=True))
    assert computed(MACROS.difference_low(*columns), **columns) == pytest.approx(low, abs=1e-11)
    assert computed(MACROS.difference_high(*columns), **columns) == pytest.approx(high, abs=1e-11)


def test_the_ends_of_the_scale_are_exact() -> None:
    assert computed(MACROS.wilson_low(0, 20)) == 0
    assert computed(MACROS.wilson_high(20, 20)) == 1


@pytest.mark.parametrize("n", [0, None])
def test_without_answers_there_is_no_interval(n: int | None) -> None:
    columns = {"s": n, "n": n}
    assert computed(MACROS.wilson_low("s", "n"), **columns) is None
    assert computed(MACROS.wilson_high("s", "n"), **columns) is None
    assert computed(MACROS.difference_low("s", "n", 1, 2), **columns) is None
    assert computed(MACROS.difference_high(1, 2, "s", "n"), **columns) is None
    assert computed(MACROS.nps_standard_error("s", "s", "n"), **columns) is None


def test_the_standard_error_of_nps_is_that_of_a_mean_of_ones_zeros_and_minus_ones() -> None:
    votes = [1] * 5 + [0] * 2 + [-1] * 3  # the published example: NPS 20
    mean = sum(votes) / len(votes)
    of_mean = math.sqrt(sum((vote - mean) ** 2 for vote in votes) / len(votes) / len(votes))
    assert computed(MACROS.nps_standard_error(5, 3, 10)) == pytest.approx(100 * of_mean)
    assert computed(MACROS.nps_standard_error("p", "d", "n"), p=5, d=3, n=10) == pytest.approx(
        27.568097504180443
    )
    assert computed(MACROS.nps_standard_error(4, 0, 4)) == 0
