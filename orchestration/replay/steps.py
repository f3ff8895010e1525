"""The Python models that stand between models of the dbt project, as steps of a replay.

Belongs here: what a replay does otherwise than a refresh. Does not belong here: the steps as both
know them (``orchestration/model_steps.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from orchestration.settings import Settings

if TYPE_CHECKING:  # it brings the scientific libraries, for which no command should wait in vain
    from orchestration.model_steps import PythonStep


class UnknownStepError(ValueError):
    """A table of the models zone is needed whose step a replay does not know."""


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
    from orchestration.model_steps import STEPS, VALUE_MODELS

    steps = {step.name: step for step in STEPS}
    if choose_every_days > 1:
        seldom = replace(VALUE_MODELS, make=ScoresBetweenChoices(choose_every_days))
        steps[VALUE_MODELS.name] = seldom
    return steps
