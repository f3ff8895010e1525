"""Sufficient statistics of one scope as arrays, out of the rows that dbt has counted.

Belongs here: reading and grouping those rows. Does not belong here: how they are counted
(``dbt_project/models/intermediate/value_statistics``) and fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from orchestration.value.fitting import FloatArray
from orchestration.value.gamma_gamma import SpendHistory
from orchestration.value.purchase_history import PurchaseHistory

IntArray = NDArray[np.int64]
BASE = "base"
# What the value models read; all of it is made by the first dbt build.
STATISTICS = (
    "seeds.value_rules",
    "intermediate.int_purchase_statistics",
    "intermediate.int_spend_statistics",
    "intermediate.int_backtest_statistics",
    "intermediate.int_repeat_purchases_weekly",
    "intermediate.int_opportunity_statistics",
    "intermediate.int_contracts_counted",
    "intermediate.int_states_migrated",
)


@dataclass(frozen=True, eq=False)
class Histories:
    """Purchase histories, one per row, with the customers that share each; arrays of shape (n,)."""

    x: IntArray
    t_x_days: IntArray
    t_days: IntArray
    customers: IntArray

    @cached_property
    def fitted(self) -> PurchaseHistory:
        """What a model is fitted on: rows that at least one customer of the base has, in weeks."""
        kept = self.customers > 0
        return PurchaseHistory.from_days(
            self.x[kept], self.t_x_days[kept], self.t_days[kept], self.customers[kept]
        )

    @property
    def weeks(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """x, t_x and T in weeks, of every row."""
        return self.x.astype(np.float64), self.t_x_days / 7.0, self.t_days / 7.0

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the rows that are fitted."""
        kept = self.customers > 0
        return _digest(c[kept] for c in (self.x, self.t_x_days, self.t_days, self.customers))


@dataclass(frozen=True, eq=False)
class Origin:
    """What was known at one origin of the backtest, and what came after; arrays of shape (n,)."""

    origin_date: date
    horizon_days: int
    known: Histories
    holdout: IntArray
    previous: IntArray


@dataclass(frozen=True, eq=False)
class ScopeStatistics:
    """All statistics of one part of the base."""

    scope: str
    as_of: date
    histories: Histories
    spend: SpendHistory
    origins: tuple[Origin, ...] = ()
    weekly: Mapping[int, int] = field(default_factory=dict)  # week number -> repeat purchases

    @property
    def first_date(self) -> date | None:
        """Day of the first purchase of the scope."""
        counted = self.histories.t_days[self.histories.customers > 0]
        return self.as_of - timedelta(days=int(counted.max())) if len(counted) else None

    @property
    def spend_digest(self) -> str:
        """SHA-256 of the rows that the spend model is fitted on."""
        return _digest((self.spend.x, self.spend.mean, self.spend.count))


def read_statistics(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[ScopeStatistics]:
    """The scopes in order of their names; where they are parts, the whole base comes first."""
    purchases = by_scope(
        connection,
        "SELECT scope, x, t_x_days, t_days, customer_count "
        "FROM intermediate.int_purchase_statistics ORDER BY ALL",
    )
    spend = by_scope(
        connection,
        "SELECT scope, positive_repeat_day_count, cast(z_bar_amount AS DOUBLE), customer_count "
        "FROM intermediate.int_spend_statistics ORDER BY ALL",
    )
    backtest = by_scope(
        connection,
        "SELECT scope, origin_date, horizon_days, x, t_x_days, t_days, holdout_occasion_count, "
        "previous_occasion_count, customer_count FROM intermediate.int_backtest_statistics "
        "ORDER BY ALL",
    )
    weekly = by_scope(
        connection,
        "SELECT scope, week_number, repeat_purchase_count "
        "FROM intermediate.int_repeat_purchases_weekly ORDER BY ALL",
    )
    scopes = [
        ScopeStatistics(
            scope,
            as_of,
            Histories(*columns),
            SpendHistory.from_customers(*spend.get(scope, [np.empty(0)] * 3)),
            _origins(backtest.get(scope)),
            _weekly(weekly.get(scope)),
        )
        for scope, columns in sorted(purchases.items())
    ]
    if not scopes:
        empty = np.empty(0, dtype=np.int64)
        nobody = Histories(empty, empty, empty, empty)
        return [ScopeStatistics(BASE, as_of, nobody, SpendHistory.from_customers([], []))]
    if [scope.scope for scope in scopes] == [BASE]:
        return scopes
    return [_whole_base(scopes), *scopes]


def by_scope(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[NDArray[Any]]]:
    """The columns after the first, by the value of the first, which the rows are ordered by."""
    columns = [np.asarray(column) for column in connection.execute(query).fetchnumpy().values()]
    if not len(columns[0]):
        return {}
    names, starts = np.unique(columns[0].astype(str), return_index=True)
    ends = np.append(np.sort(starts)[1:], len(columns[0]))
    return {
        str(names[i]): [column[start:end] for column in columns[1:]]
        for i, start, end in zip(np.argsort(starts), np.sort(starts), ends, strict=True)
    }


def _origins(columns: list[NDArray[Any]] | None) -> tuple[Origin, ...]:
    if columns is None:
        return ()
    dates, horizons, *rest = columns
    found = []
    for day in np.unique(dates):
        at = dates == day
        x, t_x, t, holdout, previous, customers = (np.asarray(c[at], np.int64) for c in rest)
        origin_date = np.datetime64(day, "D").astype(object)
        histories = Histories(x, t_x, t, customers)
        found.append(Origin(origin_date, int(horizons[at][0]), histories, holdout, previous))
    return tuple(found)


def _weekly(columns: list[NDArray[Any]] | None) -> dict[int, int]:
    if columns is None:
        return {}
    return {int(week): int(count) for week, count in zip(*columns, strict=True)}


def _whole_base(scopes: list[ScopeStatistics]) -> ScopeStatistics:
    """All parts together: what a part falls back to when it has too little data of its own.

    Equal histories of different parts stay different rows; ``PurchaseHistory`` merges them.
    """
    spend = SpendHistory.from_customers(
        *_joined([[s.spend.x, s.spend.mean, s.spend.count] for s in scopes])
    )
    dates = sorted({origin.origin_date for scope in scopes for origin in scope.origins})
    return ScopeStatistics(
        BASE,
        scopes[0].as_of,
        _joined_histories([scope.histories for scope in scopes]),
        replace(
            spend,
            without_repeat=sum(scope.spend.without_repeat for scope in scopes),
            not_positive=sum(scope.spend.not_positive for scope in scopes),
        ),
        tuple(
            _joined_origin([o for scope in scopes for o in scope.origins if o.origin_date == day])
            for day in dates
        ),
    )


def _joined_histories(parts: list[Histories]) -> Histories:
    columns = [[part.x, part.t_x_days, part.t_days, part.customers] for part in parts]
    return Histories(*_joined(columns))


def _joined_origin(parts: list[Origin]) -> Origin:
    return Origin(
        parts[0].origin_date,
        parts[0].horizon_days,
        _joined_histories([part.known for part in parts]),
        *_joined([[part.holdout, part.previous] for part in parts]),
    )


def _joined(parts: list[list[NDArray[Any]]]) -> list[NDArray[Any]]:
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def _digest(columns: Iterable[NDArray[np.generic]]) -> str:
    digest = hashlib.sha256()
    for column in columns:
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
