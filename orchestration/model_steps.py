"""The Python models that run between the two dbt builds.

Belongs here: what each reads, how it is run, and when kept tables may stand for it; a refresh, a
replay, the tests and the benchmarks all go by it. Does not belong here: the models themselves, and
Dagster (``assets/python_models.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from threadpoolctl import threadpool_limits

from orchestration.churn import examples
from orchestration.churn import run as churn
from orchestration.retention import patterns
from orchestration.retention import run as retention
from orchestration.segmentation import cells, rules
from orchestration.segmentation import run as segmentation
from orchestration.settings import Settings
from orchestration.valuation import run as valuation
from orchestration.valuation import statistics

Run = Callable[[duckdb.DuckDBPyConnection, Settings, date], Any]
IsStillValid = Callable[[duckdb.DuckDBPyConnection, Settings, date], bool]


def _never(*_: object) -> bool:
    return False


@dataclass(frozen=True)
class PythonStep:
    """``reads``: relations that it reads; ``make`` writes its tables and registers them.

    ``is_still_valid`` says of kept tables, which are registered, whether they were made from what
    the warehouse holds now.
    """

    name: str
    reads: tuple[str, ...]
    make: Run
    is_still_valid: IsStillValid = _never

    def run(self, connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> Any:
        """Make the tables; on one thread of linear algebra, since several add up in another order
        and the last digits, so the content hash too, would depend on the machine's processors."""
        with threadpool_limits(1):
            return self.make(connection, settings, as_of)


VALUE_MODELS = PythonStep(
    valuation.STEP, statistics.STATISTICS, valuation.run_value_models, valuation.is_still_valid
)
RETENTION_MODEL = PythonStep(retention.STEP, patterns.STATISTICS, retention.run_retention_model)
CHURN_CLASSIFIER = PythonStep(churn.STEP, examples.INPUTS, churn.run_churn_classifier)
STATISTICAL_SEGMENTS = PythonStep(
    segmentation.STEP,
    (*cells.STATISTICS, *rules.SEEDS),
    segmentation.run_statistical_segments,
    segmentation.is_still_valid,
)
# In an order in which they can run.
STEPS = (VALUE_MODELS, RETENTION_MODEL, CHURN_CLASSIFIER, STATISTICAL_SEGMENTS)
