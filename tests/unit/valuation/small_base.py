"""Statistics of a small simulated base, for tests of the steps that stand on fits.

Belongs here: customers drawn from BG/NBD with known parameters, counted as dbt counts them. Does
not belong here: what the steps make of them.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from orchestration.valuation.rules import ValueRules
from orchestration.valuation.statistics import Histories, Origin, ScopeStatistics
from orchestration.value.gamma_gamma import SpendHistory

AS_OF = date(2025, 6, 30)
RULES = ValueRules.from_seed(
    {
        "annual_discount_rate": 0.10,
        "interval_level": 0.90,
        "backtest_horizon_days": 182,
        "backtest_origins": 2,
        "backtest_tie_rate": 0.01,
        "backtest_least_gain": 2,
        "backtest_least_origins": 2,
        "bootstrap_draws": 100,
        "opportunity_months": 1,
        "migration_period_days": 91,
        "migration_last_state": 6,
    }
)


def purchase_days(customers: int, days: int, seed: int = 1) -> list[np.ndarray]:
    """Days of the purchases of each customer, counted from the first day of the firm."""
    rng = np.random.default_rng(seed)
    found = []
    for start in rng.integers(0, days, customers).tolist():
        rate, leaves = rng.gamma(0.8, 1 / 8.0) / 7, rng.beta(0.6, 3.0)
        bought, day = [start], float(start)
        while True:
            day += rng.exponential(1 / rate)
            if day > days:
                break
            if int(day) > bought[-1]:
                bought.append(int(day))
                if rng.random() < leaves:
                    break
        found.append(np.array(bought))
    return found


def histories_at(purchases: list[np.ndarray], day: int) -> Histories:
    """One row per customer who bought by ``day``."""
    known = [bought[bought <= day] for bought in purchases if bought[0] <= day]
    columns = [(len(b) - 1, b[-1] - b[0], day - b[0], 1) for b in known]
    return Histories(*np.array(columns, dtype=np.int64).reshape(-1, 4).T)


def origin_at(purchases: list[np.ndarray], day: int, horizon: int, as_of_day: int) -> Origin:
    known = [bought for bought in purchases if bought[0] <= day]
    return Origin(
        AS_OF - timedelta(days=as_of_day - day),
        horizon,
        histories_at(purchases, day),
        np.array([((b > day) & (b <= day + horizon)).sum() for b in known], dtype=np.int64),
        np.array([((b > day - horizon) & (b <= day)).sum() for b in known], dtype=np.int64),
    )


def small_base(customers: int = 800, days: int = 730, scope: str = "base") -> ScopeStatistics:
    """A base of two years with two origins."""
    purchases = purchase_days(customers, days)
    rng = np.random.default_rng(2)
    histories = histories_at(purchases, days)
    first = min(b[0] for b in purchases)
    repeats = np.concatenate([b[1:] for b in purchases])
    weeks, counts = np.unique(np.ceil((repeats - first) / 7).astype(int), return_counts=True)
    return ScopeStatistics(
        scope,
        AS_OF,
        histories,
        SpendHistory.from_customers(histories.x, rng.gamma(4.0, 12.0, len(histories))),
        tuple(origin_at(purchases, days - 182 * k, 182, days) for k in (2, 1)),
        dict(zip(weeks.tolist(), counts.tolist(), strict=True)),
    )


def nobody(scope: str = "base") -> ScopeStatistics:
    """A scope without customers."""
    empty = np.empty(0, dtype=np.int64)
    return ScopeStatistics(
        scope, AS_OF, Histories(empty, empty, empty, empty), SpendHistory.from_customers([], [])
    )
