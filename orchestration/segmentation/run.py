"""The statistical segments of one as-of date, from cells to the tables of the models zone.

Belongs here: the order of the steps and the rows. Does not belong here: the steps, and Dagster
(``assets/python_models.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from orchestration import warehouse
from orchestration.model_zone import tables_made_by, write_model_table
from orchestration.segmentation.cells import Cells, FloatArray, read_cells
from orchestration.segmentation.clusters import Candidate, Clusters, candidates, placed
from orchestration.segmentation.labels import (
    Label,
    adjusted_rand_index,
    matched_labels,
    shared_customers,
)
from orchestration.segmentation.memory import Remembered, remembered_before
from orchestration.segmentation.names import segment_names
from orchestration.segmentation.rules import SegmentationRules, read_rules
from orchestration.settings import Settings
from orchestration.valuation.tables import table_of_rows

STEP = "statistical_segments"
Row = dict[str, object]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Chosen clusters with labels and names; ``agreement`` is with the remembered segments."""

    clusters: Clusters
    labels: list[Label]
    names: list[str]
    kept_names: list[bool]
    agreement: float


def run_statistical_segments(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date
) -> Mapping[str, pa.Table]:
    """Cluster, label and name; write the step's tables of the models zone and register them.

    ``connection`` is the warehouse after the value models, for writing.
    """
    rules = read_rules(connection)
    cells = read_cells(connection, rules)
    remembered = remembered_before(settings.zones, as_of)
    rows = segmentation_rows(cells, rules, remembered, as_of)
    names = tables_made_by(STEP)
    tables = {name: table_of_rows(name, rows[name]) for name in names}
    for name, table in tables.items():
        write_model_table(settings.zones, name, as_of, table)
    warehouse.register_models(connection, settings, as_of, names)
    return tables


def is_still_valid(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> bool:
    """Whether the registered tables were made from what the warehouse holds now."""
    rules = read_rules(connection)
    kept = connection.execute(
        "SELECT input_hash, definition_version FROM models.statistical_run"
    ).fetchall()
    return kept == [(read_cells(connection, rules).digest, rules.version)]


def segmentation_rows(
    cells: Cells, rules: SegmentationRules, remembered: Remembered | None, as_of: date
) -> dict[str, Sequence[Row]]:
    """Rows of every table; without segments only those of the run, which says why."""
    tried: list[Candidate] = []
    reason = _closed_gate(cells, rules)
    if not reason:
        tried = candidates(cells, rules, remembered.start(cells.scales) if remembered else None)
        if not any(candidate.is_chosen for candidate in tried):
            reason = "no number of segments leaves each of them the least share of customers"
    chosen = next((c for c in tried if c.is_chosen), None)
    done = chosen and chosen.clusters and _labelled(cells, rules, chosen.clusters, remembered)
    run: Row = {
        "as_of_date": as_of,
        "status": "fitted" if done else "not_enough_data",
        "reason": reason,
        "segment_count": chosen.k if chosen else None,
        "silhouette": chosen.silhouette if chosen else None,
        "is_remembered_start": done.clusters.is_remembered_start if done else None,
        "compared_as_of_date": remembered.as_of if done and remembered else None,
        "adjusted_rand_index": done.agreement if done else None,
        "highest_number": _highest(done, remembered) if done else None,
        "customer_count": cells.customers,
        "cell_count": len(cells.counts),
        "grid_step": cells.step,
        "definition_version": rules.version,
        "input_hash": cells.digest,
    }
    return {
        "statistical_run": [run],
        "statistical_k": [_candidate_row(candidate) for candidate in tried],
        "statistical_feature": [
            vars(scale) | {"is_used": scale.is_used} for scale in (cells.scales if done else ())
        ],
        "statistical_segment": _segment_rows(cells, done) if done else [],
        "statistical_centre": _centre_rows(cells, done) if done else [],
    }


def _highest(done: Segmentation, remembered: Remembered | None) -> int:
    """The highest number ever given, so that no segment is called like one that is gone."""
    before = remembered.highest if remembered else 0
    return max(before, *(label.number for label in done.labels))


def _closed_gate(cells: Cells, rules: SegmentationRules) -> str | None:
    if cells.customers < rules.least_customers:
        return f"{cells.customers} customers with a purchase; {rules.least_customers} are needed"
    if not any(scale.is_used for scale in cells.scales):
        return "no feature differs between customers"
    return None


def _labelled(
    cells: Cells, rules: SegmentationRules, clusters: Clusters, remembered: Remembered | None
) -> Segmentation:
    """Numbers from the most valuable segment on, as far as they are not remembered ones."""
    clusters = placed(
        cells, clusters.centres[_order(cells, clusters.centres)], clusters.is_remembered_start
    )
    names = segment_names(_standardised(cells, clusters.centres), rules.words)
    if remembered is None:
        labels = [Label(number, None, 0.0) for number in range(1, clusters.k + 1)]
        return Segmentation(clusters, labels, names, [False] * clusters.k, float("nan"))
    then = _placed_as_then(cells, remembered)
    shared = shared_customers(then.own, clusters.own, cells.counts)
    shared = np.pad(shared, ((0, then.k - shared.shape[0]), (0, clusters.k - shared.shape[1])))
    labels = matched_labels(
        shared, remembered.numbers, remembered.highest, rules.keep_label_overlap
    )
    kept = [
        label.matched is not None and label.overlap >= rules.keep_name_overlap for label in labels
    ]
    told = [
        remembered.names[label.matched] if keep and label.matched is not None else name
        for label, keep, name in zip(labels, kept, names, strict=True)
    ]
    if len(set(told)) < len(told):  # a new name that another segment has kept
        told, kept = names, [False] * len(names)
    return Segmentation(clusters, labels, told, kept, adjusted_rand_index(shared))


def _placed_as_then(cells: Cells, remembered: Remembered) -> Clusters:
    """Today's customers where the remembered scales and centres put them."""
    then = Cells(cells.values, cells.counts, remembered.scales, cells.step)
    return placed(then, remembered.points)


def _order(cells: Cells, centres: FloatArray) -> list[int]:
    """By what is expected of the segment's centre, then by what it bought; highest first."""
    used = [i for i, scale in reversed(list(enumerate(cells.scales))) if scale.is_used]
    return sorted(range(len(centres)), key=lambda row: tuple(-centres[row, i] for i in used))


def _standardised(cells: Cells, centres: FloatArray) -> list[dict[str, float]]:
    """The centres in standard deviations, whatever the weight of a feature."""
    return [
        {
            scale.feature: float(centre[i] / np.sqrt(scale.weight))
            for i, scale in enumerate(cells.scales)
            if scale.is_used
        }
        for centre in centres
    ]


def _candidate_row(candidate: Candidate) -> Row:
    clusters = candidate.clusters
    return {
        "segment_count": candidate.k,
        "inertia": clusters.inertia if clusters else None,
        "silhouette": candidate.silhouette,
        "bic": candidate.bic,
        "smallest_share_rate": clusters.smallest_share if clusters else None,
        "is_eligible": candidate.is_eligible,
        "is_chosen": candidate.is_chosen,
        "reason": candidate.reason,
    }


def _segment_rows(cells: Cells, done: Segmentation) -> list[Row]:
    silhouettes = done.clusters.silhouettes(cells.counts)
    return [
        {
            "segment": f"S{label.number}",
            "segment_number": label.number,
            "segment_name": done.names[i],
            "customer_count": int(done.clusters.counts[i]),
            "customer_share_rate": done.clusters.counts[i] / cells.customers,
            "silhouette": silhouettes[i],
            "is_new": label.matched is None,
            "overlap_rate": label.overlap if label.matched is not None else None,
            "is_name_kept": done.kept_names[i],
        }
        for i, label in enumerate(done.labels)
    ]


def _centre_rows(cells: Cells, done: Segmentation) -> list[Row]:
    values = [scale.values(done.clusters.centres[:, f]) for f, scale in enumerate(cells.scales)]
    return [
        {
            "segment": f"S{label.number}",
            "feature": scale.feature,
            "centre_points": done.clusters.centres[i, f],
            "centre_value": values[f][i],
        }
        for i, label in enumerate(done.labels)
        for f, scale in enumerate(cells.scales)
    ]
