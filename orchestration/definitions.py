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
from orchestration.checks.extracts import build_extract_checks
from orchestration.checks.publication import build_candidate_checks, build_served_check
from orchestration.checks.value_models import build_value_model_checks
from orchestration.contracts import (
    PublishedContract,
    load_extract_contracts,
    load_published_contracts,
)
from orchestration.progress import build_progress_logger
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources, load_settings


def build_defs(settings: Settings) -> dg.Definitions:
    """Everything Dagster knows of one deployment."""
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    active = {name: c for name, c in contracts.items() if name[0] in settings.sources}
    published = load_published_contracts(CONTRACTS_ROOT)
    partitions = automation.build_partitions(settings)

    # What we use of Dagster's beta features (backfill policies) is pinned with its version.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    models = build_dbt_assets(settings, prepared_manifest(settings), partitions)
    fitted = build_python_model_assets(settings, partitions)
    modelled = {key for step in (*models, *fitted) for key in step.keys}
    publication = build_publication_assets(settings, active, published, modelled, partitions)
    target_assets, target_checks = _targets(settings, published, partitions)
    job = automation.build_job()
    return dg.Definitions(
        assets=[
            *build_extract_assets(settings, active, partitions),
            build_run_context_asset(settings, contracts, partitions),
            *models,
            *fitted,
            *publication,
            *build_history_assets(settings, partitions),
            *target_assets,
        ],
        asset_checks=[
            build_extract_checks(settings, active, partitions),
            build_value_model_checks(),
            build_candidate_checks(settings, published),
            build_served_check(settings),
            *target_checks,
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


def _targets(
    settings: Settings,
    published: dict[str, PublishedContract],
    partitions: dg.DailyPartitionsDefinition,
) -> tuple[list[dg.AssetsDefinition], list[dg.AssetChecksDefinition]]:
    """Where else the publication is shown; a target that is not configured is not imported."""
    if settings.postgres_dsn is None:
        return [], []
    from orchestration.assets.postgres import build_postgres_asset
    from orchestration.checks.postgres import build_postgres_check
    from orchestration.publish.postgres import configured_target

    target = configured_target(settings)
    return (
        [build_postgres_asset(settings, target, published, partitions)],
        [build_postgres_check(settings, target)],
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The deployment that the environment describes."""
    return build_defs(load_settings())
