"""What has to be made for some models, in an order in which it can be made.

Belongs here: the ancestors of a model through SQL and Python models alike. Does not belong here:
making them (``scratch.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from orchestration.model_zone import model_tables
from orchestration.replay.steps import UnknownStepError
from orchestration.transform.compiled import MODELS_SOURCE, CompiledProject, Model

if TYPE_CHECKING:
    from orchestration.model_steps import PythonStep


@dataclass(frozen=True)
class Plan:
    """Models and Python steps in order, and what each of them (by node or name) stands on."""

    items: tuple[Model | PythonStep, ...]
    stands_on: Mapping[str, tuple[str, ...]]

    @property
    def models(self) -> list[Model]:
        return [item for item in self.items if isinstance(item, Model)]


def plan_for(
    project: CompiledProject, names: Iterable[str], steps: Mapping[str, PythonStep]
) -> Plan:
    """The models of these names and all that they stand on.

    Raises:
        UnknownModelError: one is no model of the project.
        UnknownStepError: a Python model is needed that a replay cannot run.
    """
    by_relation = {model.relation: model.node for model in project.models.values()}
    by_relation |= {f"models.{table}": MODELS_SOURCE + table for table in model_tables()}
    items: dict[str, Model | PythonStep] = {}
    stands_on: dict[str, tuple[str, ...]] = {}
    needed = [project.node_of(name) for name in names]
    while needed:
        node = needed.pop()
        if node in stands_on:
            continue
        if node.startswith(MODELS_SOURCE):
            step = _step_of(node.removeprefix(MODELS_SOURCE), steps)
            items[node] = step
            below = tuple(by_relation[name] for name in step.reads if name in by_relation)
        elif node in project.models:
            items[node] = project.models[node]
            below = project.models[node].reads
        else:
            below = ()  # a seed, or a source that is registered
        stands_on[node] = below
        needed += below
    ordered = [items[node] for node in TopologicalSorter(stands_on).static_order() if node in items]
    return Plan(tuple(dict.fromkeys(ordered)), stands_on)


def _step_of(table: str, known: Mapping[str, PythonStep]) -> PythonStep:
    made_by = model_tables()[table].made_by
    if made_by not in known:
        raise UnknownStepError(
            f"segments need models.{table}, made by {made_by}; a replay knows only "
            f"{', '.join(known)} (orchestration/model_steps.py)"
        )
    return known[made_by]
