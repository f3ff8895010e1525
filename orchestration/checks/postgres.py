"""The asset check of PostgreSQL: what readers see there is what is served.

Belongs here: the check result in Dagster. Does not belong here: reading back and hashing
(``orchestration/publish/postgres``).
"""

from collections.abc import Iterator

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSpec,
    multi_asset_check,
)

from orchestration.assets.postgres import POSTGRES
from orchestration.publish.postgres import Target, verify_target
from orchestration.settings import Settings

SHOWN = "postgres_equals_what_is_served"


def build_postgres_check(settings: Settings, target: Target) -> AssetChecksDefinition:
    """Reads back every published view of PostgreSQL: rows and hashes against the manifest, and
    whether the reader role reads that and nothing else."""

    @multi_asset_check(
        name="postgres_checks",
        specs=[AssetCheckSpec(SHOWN, asset=POSTGRES, description=build_postgres_check.__doc__)],
    )
    def postgres_checks(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        differences = verify_target(target, settings.zones.serving, settings.duckdb_limits)
        yield AssetCheckResult(
            asset_key=POSTGRES,
            check_name=SHOWN,
            passed=not differences,
            metadata={
                "where": str(target.address),
                "differences": [str(difference) for difference in differences],
            },
        )

    return postgres_checks
