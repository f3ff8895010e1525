"""What the metrics are: names, meanings, catalogue numbers, tables, from dbt's semantic manifest.

Belongs here: reading the manifest that a parse of the dbt project leaves. Does not belong here:
questions (``metrics.py``). Imports no MetricFlow, which takes seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class MetricQueryError(ValueError):
    """A question that the semantic layer cannot answer; says why, and what it knows."""


@dataclass(frozen=True)
class MetricDefinition:
    """A metric of the semantic layer.

    ``number`` is its row of the catalogue, ``mart`` the model that carries this row, ``tables`` the
    published tables that the figure is computed from.
    """

    name: str
    label: str
    description: str
    number: str
    mart: str
    tables: tuple[str, ...]


def metric_definitions(manifest: Path) -> dict[str, MetricDefinition]:
    """By name, sorted."""
    document = json.loads(manifest.read_text(encoding="utf-8"))
    metrics = {metric["name"]: metric for metric in document["metrics"]}
    of_measure = {
        measure["name"]: model["node_relation"]["alias"]
        for model in document["semantic_models"]
        for measure in model["measures"]
    }
    return {name: _definition(metrics, of_measure, name) for name in sorted(metrics)}


def _definition(
    metrics: Mapping[str, Any], of_measure: Mapping[str, str], name: str
) -> MetricDefinition:
    metric = metrics[name]
    meta = (metric["config"] or {}).get("meta") or {}
    return MetricDefinition(
        name=name,
        label=metric["label"] or "",
        description=" ".join((metric["description"] or "").split()),
        number=meta.get("metric", ""),
        mart=meta.get("mart", ""),
        tables=tuple(sorted({of_measure[measure] for measure in _measures(metrics, name)})),
    )


def _measures(metrics: Mapping[str, Any], name: str) -> Iterator[str]:
    """The measures at the bottom of a metric."""
    parameters = metrics[name]["type_params"]
    if parameters["measure"]:
        yield parameters["measure"]["name"]
    parts = [parameters["numerator"], parameters["denominator"], *(parameters["metrics"] or [])]
    for part in parts:
        if part:
            yield from _measures(metrics, part["name"])
