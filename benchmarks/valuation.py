"""What the value models cost on a simulated base: fits, one origin of the backtest, scores.

    python -m benchmarks.valuation CUSTOMERS

Belongs here: a BG/NBD world of any size in a few seconds, and the clock. Does not belong here: the
library beside others (``value_library/``) and the refresh as a whole (``end_to_end.py``).
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.settings import DBT_PROJECT_ROOT
from orchestration.valuation.backtest import backtest_origin
from orchestration.valuation.rules import ValueRules
from orchestration.valuation.scoring import equity_interval, score_histories
from orchestration.valuation.statistics import Histories, Origin
from orchestration.value.models import DEFAULT_MODEL, PURCHASE_MODELS, fit_purchases

DAYS = 730
Result = TypeVar("Result")


def occasions(customers: int, seed: int = 3) -> pa.Table:
    """Customer and day of every purchase occasion of a BG/NBD world of two years."""
    rng = np.random.default_rng(seed)
    last = rng.integers(0, DAYS, customers)
    rate, leaves = rng.gamma(0.8, 1 / 8, customers) / 7, rng.beta(0.6, 3.0, customers)
    at, present = last.astype(float), np.ones(customers, dtype=bool)
    who, when = [np.arange(customers)], [last.copy()]
    while present.any():
        at = np.where(present, at + rng.exponential(1 / rate), at)
        present &= at <= DAYS
        is_new = present & (at.astype(int) > last)  # several on a day are one occasion
        who.append(np.flatnonzero(is_new))
        when.append(at[is_new].astype(int))
        last = np.where(is_new, at.astype(int), last)
        present &= ~(is_new & (rng.random(customers) < leaves))
    return pa.table({"customer": np.concatenate(who), "day": np.concatenate(when)})


def origin_at(connection: duckdb.DuckDBPyConnection, day: int, horizon: int) -> Origin:
    """Histories until ``day`` with the occasions after and before it, counted as dbt counts."""
    columns = connection.execute(
        """
        WITH known AS (
            SELECT
                count(*) FILTER (day <= $day) - 1 AS x,
                max(day) FILTER (day <= $day) - min(day) AS t_x,
                $day - min(day) AS t,
                count(*) FILTER (day > $day AND day <= $day + $horizon) AS holdout,
                count(*) FILTER (day <= $day AND day > $day - $horizon) AS previous
            FROM occasions GROUP BY customer HAVING min(day) <= $day
        )
        SELECT *, count(*) AS customers FROM known GROUP BY ALL ORDER BY ALL
        """,
        {"day": day, "horizon": horizon},
    ).fetchnumpy()
    x, t_x, t, holdout, previous, count = (np.asarray(c, np.int64) for c in columns.values())
    return Origin(date(2025, 1, 1), horizon, Histories(x, t_x, t, count), holdout, previous)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def main() -> None:
    customers = int(sys.argv[1])
    seed_file = DBT_PROJECT_ROOT / "seeds" / "value_rules.csv"
    with duckdb.connect() as connection:
        seed = connection.execute("SELECT rule, value FROM read_csv(?)", [str(seed_file)])
        rules = ValueRules.from_seed({rule: float(value) for rule, value in seed.fetchall()})
        connection.register("occasions", occasions(customers))
        now = origin_at(connection, DAYS, 0).known
        origin = origin_at(
            connection, DAYS - rules.backtest_horizon_days, rules.backtest_horizon_days
        )
    fits, fit_seconds = timed(lambda: fit_purchases(now.fitted))
    _, backtest_seconds = timed(lambda: backtest_origin(origin, PURCHASE_MODELS, rules))
    model, fit = PURCHASE_MODELS[DEFAULT_MODEL], fits[DEFAULT_MODEL]
    (_, discounted), score_seconds = timed(lambda: score_histories(model, fit, now, rules))
    weights = now.customers.astype(float)
    _, equity_seconds = timed(
        lambda: equity_interval(
            discounted, weights, fit, rules.interval_level, rules.bootstrap_draws, seed=1
        )
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {customers:,} | {len(now):,} | {fit_seconds:.1f} s | {backtest_seconds:.1f} s "
        f"| {score_seconds:.1f} s | {equity_seconds:.1f} s | {peak:,.0f} |"
    )


if __name__ == "__main__":
    main()
