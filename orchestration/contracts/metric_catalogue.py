"""The metric catalogue, and which column of which model carries each of its rows.

Belongs here: reading the seed of definitions and the yml files that stand beside the models. Does
not belong here: how they are shown (``metric_dictionary.py``) and what must hold of them (tests).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SEED = Path("seeds") / "metric_catalogue.csv"
# What readers see; what only feeds other models is no home of a metric.
HOME_LAYERS = ("marts", "segments")
PUBLISHED_LAYER = "segments"
_DOC_BLOCK = re.compile(r"{%\s*docs (\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)
_DOC_CALL = re.compile(r"{{\s*doc\('(\w+)'\)\s*}}")


@dataclass(frozen=True)
class Metric:
    """One row of the catalogue; ``waits_for`` names the work that will give it a home."""

    number: str
    group_name: str
    name: str
    definition: str
    grain: str
    source: str
    waits_for: str


@dataclass(frozen=True)
class MetricColumn:
    """A column of a model that carries rows of the catalogue, as the ``yml`` beside it says."""

    layer: str
    model: str
    column: str
    data_type: str
    description: str
    metrics: tuple[str, ...]
    yml: Path = Path()

    @property
    def is_home(self) -> bool:
        return self.layer in HOME_LAYERS

    @property
    def is_published(self) -> bool:
        return self.layer == PUBLISHED_LAYER


@dataclass(frozen=True)
class CarriedMetrics:
    """What the yml files say: the columns that carry a metric, and the unit tests of each model."""

    columns: tuple[MetricColumn, ...]
    unit_tests: dict[str, tuple[str, ...]]

    def homes(self, number: str) -> list[MetricColumn]:
        """The columns of published layers that carry the row, what BI tools read first."""
        found = [c for c in self.columns if c.is_home and number in c.metrics]
        return sorted(found, key=lambda c: (not c.is_published, c.model))


def read_catalogue(dbt_project: Path) -> dict[str, Metric]:
    """The rows by number, in the order of the file."""
    with (dbt_project / SEED).open(encoding="utf-8", newline="") as file:
        rows = [Metric(row.pop("metric"), **row) for row in csv.DictReader(file)]
    return {row.number: row for row in rows}


def read_carried_metrics(dbt_project: Path) -> CarriedMetrics:
    """What the yml files of all models say, in the order of their paths."""
    models = dbt_project / "models"
    blocks = _doc_blocks(models)
    columns: list[MetricColumn] = []
    tests: dict[str, tuple[str, ...]] = {}
    for path in sorted(models.rglob("*.yml")):
        # The parser in C reads the project's files in a tenth of the time of the one in Python.
        document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}
        layer = path.relative_to(models).parts[0]
        for model in document.get("models", []):
            columns += _metric_columns(path, layer, model, blocks)
        for test in document.get("unit_tests", []):
            tests[test["model"]] = (*tests.get(test["model"], ()), test["name"])
    return CarriedMetrics(tuple(columns), tests)


def _metric_columns(
    path: Path, layer: str, model: dict[str, Any], blocks: dict[str, str]
) -> Iterator[MetricColumn]:
    for column in model.get("columns", []):
        stated = column.get("config", {}).get("meta", {}).get("metric", [])
        if stated:
            yield MetricColumn(
                layer=layer,
                model=model["name"],
                column=column["name"],
                data_type=column.get("data_type", ""),
                description=_in_full(column.get("description", ""), blocks),
                metrics=tuple(stated) if isinstance(stated, list) else (stated,),
                yml=path,
            )


def _doc_blocks(models: Path) -> dict[str, str]:
    """The texts that several columns share, by name."""
    return {
        name: text
        for path in sorted(models.rglob("*.md"))
        for name, text in _DOC_BLOCK.findall(path.read_text(encoding="utf-8"))
    }


def _in_full(description: str, blocks: dict[str, str]) -> str:
    """On one line, with shared texts in place of the calls to them."""
    return " ".join(_DOC_CALL.sub(lambda call: blocks[call[1]], description).split())
