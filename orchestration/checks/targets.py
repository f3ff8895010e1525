"""The asset check of each target: what readers see there is what is served.

Belongs here: the check result in Dagster. Does not belong here: reading back and hashing
(``publish/postgres``, ``publish/object_store``).
"""

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSpec,
    multi_asset_check,
)

from orchestration.assets.targets import identifier_of, key_of
from orchestration.checks.results import Verdicts, of_date
from orchestration.publish.targets import PublicationTarget


def check_name_of(target: PublicationTarget) -> str:
    return f"{identifier_of(target)}_equals_what_is_served"


def build_target_check(target: PublicationTarget) -> AssetChecksDefinition:
    """Reads back every published table: rows and hashes against the manifest, and whether those
    who may read there read that and nothing else."""
    spec = AssetCheckSpec(
        check_name_of(target), asset=key_of(target), description=build_target_check.__doc__
    )

    @multi_asset_check(name=f"{identifier_of(target)}_checks", specs=[spec])
    def target_checks(context: AssetCheckExecutionContext) -> Verdicts:
        yield from of_date(context, [as_served(target)])

    return target_checks


def as_served(target: PublicationTarget) -> AssetCheckResult:
    """Holds where nothing differs."""
    differences = target.differences()
    return AssetCheckResult(
        asset_key=key_of(target),
        check_name=check_name_of(target),
        passed=not differences,
        metadata={
            "where": target.where,
            "differences": [str(difference) for difference in differences],
        },
    )
