"""Which models, claims, extracts and published columns are left when only shared outputs are made.

Belongs here: cutting the compiled project, its manifest and the contracts down. Eight marts are
made as they are, from all that stands before them. Six tables tell more than the script does; of
each a statement in ``sql/`` makes the columns and rows of both, from the project's own tables
before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.hand_written.ingest import EXTRACTS
from orchestration.contracts import ExtractContract, PublishedContract
from orchestration.transform.compiled import CompiledProject, Model
from orchestration.valuation.statistics import STATISTICS

SQL = Path(__file__).parent / "sql"
WHOLE = (
    "bridge_customer_identity", "dim_customer", "fct_order_net", "fct_return", "customer_cbs",
    "rfm_score", "lifecycle_flow", "cohort_retention",
)  # fmt: skip
# What the pandas way makes beside that: values of customers, with all that the models read.
VALUES = ("customer_clv", *(name.split(".")[1] for name in STATISTICS if "seeds." not in name))
# Each reduced table and the project's tables that its statement reads.
REDUCED = {
    "customer_value": (
        "dim_customer", "int_customers_sales_summed", "int_customers_gross_margin_summed",
    ),
    "lifecycle_state": ("int_lifecycle_histories_dated",),
    "loyalty_kpi": ("int_repurchases_counted",),
    "survey_nps": ("int_nps_answers_classified", "dim_customer"),
    "seg_customer": (
        "dim_customer", "customer_value", "lifecycle_state", "rfm_score", "customer_cbs",
        "int_customers_nps_classified",
    ),
    "seg_summary": ("seg_customer",),
}  # fmt: skip
KEYED = ("customer_value", "lifecycle_state", "seg_customer", "seg_summary")  # as in the project
PUBLISHED = {
    "seg_customer": (
        "customer_key", "as_of_date", "customer_kind", "is_test", "is_deleted", "region",
        "acquisition_channel", "profile_completeness_rate", "lifecycle_stage", "stage_since_date",
        "stage_reason", "r_score", "f_score", "m_score", "rfm_cell", "rfm_group", "rfm_cut_version",
        "first_purchase_date", "last_purchase_date", "days_since_last_order", "occasion_count",
        "order_count", "itt_median_days", "net_amount", "returned_amount",
        "average_order_value_amount", "gross_margin_amount", "gross_margin_reason", "currency_code",
        "nps_class", "nps_answered_date",
    ),
    "seg_summary": (
        "as_of_date", "lifecycle_stage", "rfm_group", "customer_kind", "is_test", "customer_count",
        "customer_share_rate", "occasion_count", "order_count", "net_amount", "net_share_rate",
        "gross_margin_amount", "currency_code",
    ),
}  # fmt: skip


def restricted_project(project: CompiledProject, with_values: bool) -> CompiledProject:
    """The models before the shared outputs, the reduced tables, and the claims about them."""
    models = {**project.models, **{model.node: model for model in _reduced(project)}}
    wanted = (*WHOLE, *REDUCED, *(VALUES if with_values else ()))
    made = ancestors(models, (project.node_of(name) for name in wanted))
    reduced = {project.node_of(name) for name in REDUCED}
    keyed = {project.node_of(name) for name in KEYED}
    claims = {
        node: claim
        for node, claim in project.claims.items()
        if made.issuperset(claim.reads)
        and (
            not reduced.intersection(claim.reads)
            or (keyed.issuperset(claim.reads) and claim.name.startswith(("is_key", "unique_tog")))
        )
    }
    kept = {node: model for node, model in models.items() if node in made}
    return CompiledProject(kept, project.seeds_file, claims)


def _reduced(project: CompiledProject) -> Iterable[Model]:
    for name, reads in REDUCED.items():
        model = project.models[project.node_of(name)]
        contract = {c: t for c, t in model.contract.items() if c in PUBLISHED.get(name, ())}
        yield replace(
            model,
            sql=(SQL / f"{name}.sql").read_text().rstrip(),
            is_view=False,
            contract=contract,
            reads=(*(project.node_of(read) for read in reads), "source.patron.raw.run_context"),
        )


def ancestors(models: Mapping[str, Model], nodes: Iterable[str]) -> set[str]:
    """The nodes and everything that they stand on, seeds and sources included."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += models[node].reads if node in models else ()
    return found


def restricted_manifest(manifest: Mapping[str, Any], project: CompiledProject) -> dict[str, Any]:
    """dbt's manifest with the nodes of ``project`` alone, each on what it reads here."""
    reads = {node: model.reads for node, model in project.models.items()}
    reads |= {node: claim.reads for node, claim in project.claims.items()}
    read = {parent for parents in reads.values() for parent in parents}
    nodes = {
        node: {**properties, "depends_on": {**properties["depends_on"], "nodes": list(reads[node])}}
        if node in reads else properties
        for node, properties in manifest["nodes"].items()
        if node in reads or (node in read and properties["resource_type"] == "seed")
    }  # fmt: skip
    sources = {node: source for node, source in manifest["sources"].items() if node in read}
    parents = {node: list(reads.get(node, ())) for node in (*nodes, *sources)}
    children: dict[str, list[str]] = {node: [] for node in parents}
    for node, above in parents.items():
        for parent in above:
            children[parent].append(node)
    nothing = ("exposures", "metrics", "semantic_models", "saved_queries", "unit_tests", "disabled")
    return {
        **manifest,
        "nodes": nodes,
        "sources": sources,
        "parent_map": parents,
        "child_map": children,
        **{kind: {} for kind in nothing},
    }


def used_extracts(
    contracts: Mapping[tuple[str, str], ExtractContract],
) -> dict[tuple[str, str], ExtractContract]:
    """The extracts that the script reads."""
    return {name: contract for name, contract in contracts.items() if contract.table in EXTRACTS}


def published_contracts(
    contracts: Mapping[str, PublishedContract],
) -> dict[str, PublishedContract]:
    """Both tables with the columns that both make, and the expectations about these."""
    return {table: _narrowed(contracts[table], columns) for table, columns in PUBLISHED.items()}


def _narrowed(contract: PublishedContract, columns: tuple[str, ...]) -> PublishedContract:
    left_out = {name for name, _ in contract.columns} - set(columns)
    return replace(
        contract,
        columns=tuple(column for column in contract.columns if column[0] in columns),
        descriptions=tuple(told for told in contract.descriptions if told[0] in columns),
        required=tuple(name for name in contract.required if name in columns),
        expectations=tuple(
            expectation
            for expectation in contract.expectations
            if not left_out.intersection(re.findall(r"\w+", str(expectation.get("kwargs"))))
            and "column_set" not in expectation["type"]
            and "ordered_list" not in expectation["type"]
        ),
    )
