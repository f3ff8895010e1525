"""Refresh what the hand-written script makes too, through Dagster and with its checks.

    PATRON_HOME=... python -m benchmarks.restricted AS_OF NODES_FILE [--values] [--full]

With ``--values`` the value models run too and value every customer, as the pandas way does;
``--full`` is that of ``patron run``.
Belongs here: the definitions of a smaller deployment, from the same builders as the whole one.
"""

from __future__ import annotations

import json
import sys
import warnings
from datetime import date
from pathlib import Path
from unittest.mock import patch

import dagster as dg

from benchmarks.restricted.selection import (
    published_contracts,
    restricted_manifest,
    restricted_project,
    used_extracts,
)
from benchmarks.trace import nodes_traced
from orchestration import automation, model_steps
from orchestration.assets import dbt_models, dbt_process
from orchestration.assets.extracts import build_extract_assets
from orchestration.assets.publication import build_publication_assets
from orchestration.assets.python_models import build_python_model_assets
from orchestration.assets.run_context import build_run_context_asset
from orchestration.checks.extracts import build_extract_checks
from orchestration.checks.publication import build_candidate_checks, build_served_check
from orchestration.checks.value_models import build_value_model_checks
from orchestration.contracts import load_extract_contracts, load_published_contracts
from orchestration.progress import build_progress_logger
from orchestration.refresh import run_refresh
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources, load_settings
from orchestration.transform.compiled import compiled_project

BASE = "base_models"


def restricted_defs(settings: Settings, with_values: bool) -> dg.Definitions:
    """``definitions.build_defs`` with fewer extracts, models and published columns.

    Left out with the models are the Python models (but the value models, if asked for) and what a
    run remembers for later ones. The compiled project of the dbt assets has to be patched too.
    """
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    used = used_extracts(contracts)
    published = published_contracts(load_published_contracts(CONTRACTS_ROOT))
    partitions = automation.build_partitions(settings)
    project = restricted_project(compiled_project(settings), with_values)
    manifest_file = settings.home / "restricted_manifest.json"
    whole = json.loads(dbt_process.prepared_manifest(settings).read_text())
    manifest_file.write_text(json.dumps(restricted_manifest(whole, project)))
    builds = dbt_process.BUILDS if with_values else {BASE: dbt_process.BUILDS[BASE]}
    fitted = [
        step
        for step in build_python_model_assets(settings, partitions)
        if with_values and step.node_def.name == model_steps.VALUE_MODELS.name
    ]
    with patch.object(dbt_process, "BUILDS", builds):
        models = dbt_models.build_dbt_assets(settings, manifest_file, partitions, fitted)
    modelled = {key for step in (*models, *fitted) for key in step.keys}
    return dg.Definitions(
        assets=[
            *build_extract_assets(settings, used, partitions),
            build_run_context_asset(settings, contracts, partitions),
            *models,
            *fitted,
            *build_publication_assets(settings, used, published, modelled, partitions),
        ],
        asset_checks=[
            build_extract_checks(settings, used, partitions),
            *([build_value_model_checks()] if with_values else []),
            build_candidate_checks(settings, published),
            build_served_check(settings),
        ],
        jobs=[automation.build_job()],
        loggers={"progress": build_progress_logger()},
        executor=dg.in_process_executor,
    )


def main() -> None:
    as_of, nodes_file = date.fromisoformat(sys.argv[1]), Path(sys.argv[2])
    with_values, full = "--values" in sys.argv, "--full" in sys.argv
    settings = load_settings()

    def project(asked: Settings, *rest: object) -> object:
        return restricted_project(compiled_project(asked), with_values)

    with nodes_traced(nodes_file), patch.object(dbt_models, "compiled_project", project):
        refresh = run_refresh(settings, restricted_defs(settings, with_values), as_of, full=full)
    if not refresh.success:
        raise SystemExit("\n".join(refresh.failures))


if __name__ == "__main__":
    main()
