"""The Dagster code location: assembly only.

Belongs here: which parts make up the system. Does not belong here: the parts. Nothing is opened at
import; Dagster calls :func:`defs` when it loads the location.
"""

from __future__ import annotations

import warnings

import dagster as dg

from orchestration import automation
from orchestration.assets.dbt_models import build_dbt_assets
from orchestration.assets.dbt_process import prepared_manifest
from orchestration.assets.extracts import build_extract_assets
from orchestration.assets.history import build_history_assets
from orchestration.assets.publication import build_publication_assets
from orchestration.assets.python_models import build_python_model_assets
from orchestration.assets.run_context import build_run_context_asset
from orchestration.assets.targets import build_target_asset
from orchestration.checks.extracts import build_extract_checks
from orchestration.checks.publication import build_candidate_checks, build_served_check
from orchestration.checks.targets import build_target_check
from orchestration.checks.value_models import build_value_model_checks
from orchestration.contracts import load_extract_contracts, load_published_contracts
from orchestration.progress import build_progress_logger
from orchestration.publish.targets import configured_targets
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources, load_settings


def build_defs(settings: Settings) -> dg.Definitions:
    """Everything Dagster knows of one deployment."""
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    active = {name: c for name, c in contracts.items() if name[0] in settings.sources}
    published = load_published_contracts(CONTRACTS_ROOT)
    partitions = automation.build_partitions(settings)

    # What we use of Dagster's beta features (backfill policies) is pinned with its version.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    fitted = build_python_model_assets(settings, partitions)
    remembered = build_history_assets(settings, partitions)
    models = build_dbt_assets(
        settings, prepared_manifest(settings), partitions, [*fitted, *remembered]
    )
    modelled = {key for step in (*models, *fitted) for key in step.keys}
    publication = build_publication_assets(settings, active, published, modelled, partitions)
    targets = configured_targets(settings)
    job = automation.build_job()
    return dg.Definitions(
        assets=[
            *build_extract_assets(settings, active, partitions),
            build_run_context_asset(settings, contracts, partitions),
            *models,
            *fitted,
            *publication,
            *remembered,
            *[build_target_asset(settings, target, partitions) for target in targets],
        ],
        asset_checks=[
            build_extract_checks(settings, active, partitions),
            build_value_model_checks(),
            build_candidate_checks(settings, published),
            build_served_check(settings),
            *[build_target_check(target) for target in targets],
        ],
        jobs=[job],
        schedules=[automation.build_schedule(job)],
        sensors=[
            automation.build_landing_sensor(settings, active, job),
            automation.build_failure_sensor(settings),
        ],
        loggers={"progress": build_progress_logger()},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The deployment that the environment describes."""
    return build_defs(load_settings())
