"""Examples as arrays, out of the rows that dbt has observed.

Belongs here: reading features and examples. Does not belong here: what they mean (SQL and the seed
``risk_features``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from orchestration.value.fitting import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
# What is read; all of it is made by the first dbt build or by the value models.
INPUTS = (
    "seeds.risk_rules",
    "seeds.risk_features",
    "intermediate.int_churn_origins_dated",
    "intermediate.int_churn_histories_counted",
    "intermediate.int_churn_examples_observed",
    "intermediate.int_customers_scoped",
    "models.model_run",
    "models.model_parameter",
    "models.purchase_score",
)


@dataclass(frozen=True)
class Feature:
    """A column of the examples, the driver it belongs to, and the scale of its curve."""

    name: str
    driver: str
    scale: str


@dataclass(frozen=True, eq=False)
class Examples:
    """Customers at origins: ``values`` of shape (n, features), NaN where unknown; others (n,).

    ``customer`` tells rows of one customer apart from others; ``origin`` counts back from 1.
    """

    origin: IntArray
    customer: IntArray
    values: FloatArray
    silent: BoolArray
    histories: IntArray  # (n, 3): x, t_x and T in days

    def at(self, origins: IntArray | list[int]) -> Examples:
        """The examples of these origins."""
        kept = np.isin(self.origin, origins)
        return Examples(
            self.origin[kept],
            self.customer[kept],
            self.values[kept],
            self.silent[kept],
            self.histories[kept],
        )

    def __len__(self) -> int:
        return len(self.origin)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is learned from."""
        digest = hashlib.sha256()
        for column in (self.origin, self.customer, self.values, self.silent):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


def read_features(connection: duckdb.DuckDBPyConnection) -> list[Feature]:
    """The features in the order of their names."""
    rows = connection.execute(
        "SELECT feature, driver, scale FROM seeds.risk_features ORDER BY feature"
    ).fetchall()
    return [Feature(*row) for row in rows]


def read_examples(connection: duckdb.DuckDBPyConnection, features: list[Feature]) -> Examples:
    """Everything with a label: the sampled customers at the origins before the as-of date."""
    names = ", ".join(f'CAST(examples."{f.name}" AS DOUBLE) AS "{f.name}"' for f in features)
    columns = connection.execute(
        f"SELECT {names}, origin_number, examples.is_silent, x, t_x_days, t_days, "
        "dense_rank() OVER (ORDER BY customer_key) AS customer "
        "FROM intermediate.int_churn_examples_observed AS examples "
        "JOIN intermediate.int_churn_histories_counted USING (origin_number, customer_key) "
        "WHERE origin_number > 0 ORDER BY origin_number, customer_key"
    ).fetchnumpy()
    return Examples(
        np.asarray(columns["origin_number"], dtype=np.int64),
        np.asarray(columns["customer"], dtype=np.int64),
        _matrix([columns[feature.name] for feature in features]),
        np.asarray(columns["is_silent"], dtype=np.bool_),
        np.column_stack([columns[n] for n in ("x", "t_x_days", "t_days")]).astype(np.int64),
    )


def _matrix(columns: list[Any]) -> FloatArray:
    """Columns beside each other, null as NaN."""
    return np.column_stack([np.ma.filled(column.astype(np.float64), np.nan) for column in columns])
