"""The Python models that stand between models of the dbt project, as steps of a replay.

Belongs here: what each step reads, how it is run, and when kept tables may stand for it. Does not
belong here: the models themselves, and Dagster (``assets/``), which runs the same functions in a
refresh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.settings import Settings

Run = Callable[[duckdb.DuckDBPyConnection, Settings, date], object]
IsStillValid = Callable[[duckdb.DuckDBPyConnection, Settings, date], bool]


class UnknownStepError(ValueError):
    """A table of the models zone is needed whose step a replay does not know."""


def _never(*_: object) -> bool:
    return False


@dataclass(frozen=True)
class PythonStep:
    """``reads``: relations that it reads; ``run`` writes its tables and registers them.

    ``is_still_valid`` says of kept tables, which are registered, whether they were made from what
    the warehouse holds now.
    """

    name: str
    reads: tuple[str, ...]
    run: Run
    is_still_valid: IsStillValid = _never


class ScoresBetweenChoices:
    """The value models with a purchase model chosen every so many days, and fitted every day.

    Judging the models on rolling origins is four fifths of the work, and the choice is a sluggish
    one. For looking at many days of which nothing is kept; it is not what a refresh would have done
    on the days between.
    """

    def __init__(self, days: int) -> None:
        self._days = days
        self._chosen_on: date | None = None
        self._known: dict[str, str] = {}

    def __call__(
        self, connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date
    ) -> None:
        from orchestration.valuation.run import run_value_models

        if self._chosen_on and 0 <= (as_of - self._chosen_on).days < self._days:
            run_value_models(connection, settings, as_of, self._known)
            return
        valuation = run_value_models(connection, settings, as_of)
        self._chosen_on = as_of
        self._known = {
            scope.statistics.scope: scope.purchases.choice.model
            for scope in valuation.scopes
            if scope.purchases.choice.model
        }


def python_steps(choose_every_days: int = 1) -> Mapping[str, PythonStep]:
    """The steps by the name that the tables of source ``models`` say they are made by."""
    from orchestration.retention import patterns
    from orchestration.retention import run as retention
    from orchestration.segmentation import cells
    from orchestration.segmentation import run as segmentation
    from orchestration.valuation import run as valuation
    from orchestration.valuation import statistics

    steps = (
        PythonStep(
            valuation.STEP,
            statistics.STATISTICS,
            ScoresBetweenChoices(choose_every_days)
            if choose_every_days > 1
            else valuation.run_value_models,
            valuation.is_still_valid,
        ),
        PythonStep(
            segmentation.STEP,
            cells.STATISTICS,
            segmentation.run_statistical_segments,
            segmentation.is_still_valid,
        ),
        PythonStep(retention.STEP, patterns.STATISTICS, retention.run_retention_model),
    )
    return {step.name: step for step in steps}
