"""The risk of every customer at the as-of date, with the three drivers that matter most.

Belongs here: scores, in chunks, so that only the scores grow with the base. Does not belong here:
learning and judging, and the words of the drivers (the mart).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.churn.backtest import CLASSIFIER, PURCHASE_MODEL, Choice
from orchestration.churn.curves import Curves
from orchestration.churn.examples import Feature
from orchestration.churn.purchase_risk import DRIVERS, PurchaseRisk
from orchestration.valuation.tables import table_of_columns
from orchestration.value.fitting import FloatArray

SCORE = "churn_score"
CHUNK = 50_000  # customers; some ten megabytes of features
TOP = 3


@dataclass(frozen=True, eq=False)
class Classifier:
    """The curves and the level that is expected of the coming period."""

    curves: Curves
    level: float


@dataclass(frozen=True, eq=False)
class Parts:
    """What the risk of some customers is made of: log-odds of ``names``, (n, len(names))."""

    names: list[str]
    log_odds: FloatArray
    average: FloatArray

    def columns(self) -> dict[str, np.ndarray]:
        """The largest drivers first; what is left over stands beside them, so that all adds up."""
        order = np.argsort(-np.abs(self.log_odds), axis=1, kind="stable")[:, :TOP]
        largest = np.take_along_axis(self.log_odds, order, axis=1)
        names = np.array(self.names, dtype=object)[order]
        names[~(np.abs(largest) > 0)] = None  # neither where nothing is known
        found: dict[str, np.ndarray] = {
            "average_log_odds": self.average,
            "other_log_odds": self.log_odds.sum(axis=1) - largest.sum(axis=1),
        }
        for place in range(TOP):
            found[f"driver_{place + 1}"] = names[:, place]
            found[f"driver_{place + 1}_log_odds"] = largest[:, place]
        return found


def score_customers(
    connection: duckdb.DuckDBPyConnection,
    features: list[Feature],
    classifier: Classifier | None,
    purchases: dict[str, PurchaseRisk],
    choice: Choice,
) -> pa.Table:
    """One row per customer who has bought; ``purchases`` are the purchase models by scope."""
    connection.register("purchase_part", _purchase_parts(connection, purchases, choice))
    try:
        chunks = [
            table_of_columns(SCORE, _scores(chunk, features, classifier, choice))
            for chunk in _chunks(connection, features)
        ]
    finally:
        connection.unregister("purchase_part")
    return pa.concat_tables(chunks) if chunks else table_of_columns(SCORE, _nobody())


def _chunks(
    connection: duckdb.DuckDBPyConnection, features: list[Feature]
) -> Iterator[pa.RecordBatch]:
    names = ", ".join(f'CAST(examples."{f.name}" AS DOUBLE) AS "{f.name}"' for f in features)
    parts = ", ".join(f"parts.{name}_log_odds" for name in ("average", *DRIVERS))
    reader = connection.execute(
        f"SELECT histories.customer_key, histories.is_active, scores.p_no_purchase_90d, {parts}, "
        f"{names} FROM intermediate.int_churn_histories_counted AS histories "
        "LEFT JOIN intermediate.int_churn_examples_observed AS examples "
        "USING (origin_number, customer_key) "
        "JOIN intermediate.int_customers_scoped AS scoped USING (customer_key) "
        "LEFT JOIN models.purchase_score AS scores USING (scope, x, t_x_days, t_days) "
        "LEFT JOIN purchase_part AS parts USING (scope, x, t_x_days, t_days) "
        "WHERE origin_number = 0"
    ).to_arrow_reader(CHUNK)
    return iter(reader)


def _scores(
    chunk: pa.RecordBatch, features: list[Feature], classifier: Classifier | None, choice: Choice
) -> dict[str, NDArray[np.generic] | Sequence[object]]:
    """The columns of the chunk's customers."""
    is_active = _column(chunk, "is_active").astype(np.bool_)
    by_purchases = _column(chunk, "p_no_purchase_90d")
    parts = Parts(
        list(DRIVERS),
        np.column_stack([_column(chunk, f"{name}_log_odds") for name in DRIVERS]),
        _column(chunk, "average_log_odds"),
    ).columns()
    by_classifier = np.full(len(is_active), np.nan)
    uses_classifier = np.zeros(len(is_active), dtype=np.bool_)
    if classifier:
        values = np.column_stack([_column(chunk, feature.name) for feature in features])
        found = classifier.curves.contributions(values)
        by_classifier = 1 / (1 + np.exp(-(classifier.level + found.sum(axis=1))))
        by_classifier[~is_active] = np.nan
        if choice.model == CLASSIFIER:
            uses_classifier = is_active
            own = Parts(
                classifier.curves.drivers, found, np.full(len(found), classifier.level)
            ).columns()
            parts = {name: np.where(is_active, own[name], parts[name]) for name in parts}
    used = np.where(uses_classifier, by_classifier, by_purchases)
    model = np.where(uses_classifier, CLASSIFIER, PURCHASE_MODEL).astype(object)
    model[np.isnan(used)] = None
    return {
        "customer_key": chunk.column("customer_key").to_pylist(),
        "model": model,
        "p_silent_90d": used,
        "p_silent_90d_classifier": by_classifier,
        "p_silent_90d_purchase_model": by_purchases,
        **parts,
    }


def _column(chunk: pa.RecordBatch, name: str) -> FloatArray:
    """A column of numbers, null as NaN."""
    found: FloatArray = chunk.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _purchase_parts(
    connection: duckdb.DuckDBPyConnection, purchases: dict[str, PurchaseRisk], choice: Choice
) -> pa.Table:
    """What the purchase model's word is made of, by scope and history, where it is used."""
    columns = connection.execute(
        "SELECT scope, x, t_x_days, t_days FROM intermediate.int_churn_histories_counted "
        "JOIN intermediate.int_customers_scoped USING (customer_key) "
        "WHERE origin_number = 0 AND (NOT is_active OR ?) GROUP BY ALL ORDER BY ALL",
        [choice.model != CLASSIFIER],
    ).fetchnumpy()
    scopes = np.asarray(columns["scope"], dtype=object)
    histories = np.column_stack([columns[n] for n in ("x", "t_x_days", "t_days")]).astype(np.int64)
    shares = np.full((len(scopes), len(DRIVERS)), np.nan)
    average = np.full(len(scopes), np.nan)
    for scope, reference in _median_histories(connection).items():
        at = scopes == scope
        if scope in purchases and at.any():
            shares[at], average[at] = purchases[scope].shares(histories[at], reference)
    return pa.table(
        {"scope": pa.array(scopes, pa.string())}
        | {n: histories[:, i] for i, n in enumerate(("x", "t_x_days", "t_days"))}
        | {"average_log_odds": average}
        | {f"{name}_log_odds": shares[:, place] for place, name in enumerate(DRIVERS)}
    )


def _median_histories(connection: duckdb.DuckDBPyConnection) -> dict[str, np.ndarray]:
    """By scope the middle number of purchases, silence and age of customers who are not churned."""
    rows = connection.execute(
        "SELECT scope, quantile_disc(x, 0.5), quantile_disc(days_since_last_order, 0.5), "
        "quantile_disc(t_days, 0.5) FROM intermediate.int_churn_histories_counted "
        "JOIN intermediate.int_customers_scoped USING (customer_key) "
        "WHERE origin_number = 0 GROUP BY scope ORDER BY scope"
    ).fetchall()
    found = {}
    for scope, x, silence, age in rows:
        age = max(age, silence)
        found[scope] = np.array([x, age - silence if x else 0, age], dtype=np.int64)
    return found


def _nobody() -> dict[str, NDArray[np.generic] | Sequence[object]]:
    from orchestration.model_zone import model_tables

    return {name: [] for name in model_tables()[SCORE].columns}
