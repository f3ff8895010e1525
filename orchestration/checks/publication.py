"""Asset checks around publication: the candidate keeps its contracts, what is served is whole.

Belongs here: check results in Dagster. Does not belong here: Great Expectations itself
(``great_expectations.py``) and hashing (``orchestration/publish``).
"""

from collections.abc import Mapping

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSpec,
    multi_asset_check,
)

from orchestration.assets.publication import CANDIDATE, PUBLICATION, newest_candidate
from orchestration.checks import great_expectations as gx
from orchestration.checks.results import Verdicts, of_date, suite_check_result
from orchestration.contracts import PublishedContract
from orchestration.publish.serving_zone import DATABASE_NAME, served
from orchestration.publish.verify import verify_served
from orchestration.settings import Settings

SERVED = "served_equals_its_manifest"


def build_candidate_checks(
    settings: Settings, contracts: Mapping[str, PublishedContract]
) -> AssetChecksDefinition:
    """One blocking check per published table: its contract's expectations on the candidate."""

    @multi_asset_check(
        name="candidate_checks",
        specs=[
            AssetCheckSpec(
                _check_name(table),
                asset=CANDIDATE,
                blocking=True,
                description=f"The Great Expectations expectations of the contract of {table}.",
            )
            for table in contracts
        ],
    )
    def candidate_checks(context: AssetCheckExecutionContext) -> Verdicts:
        built = newest_candidate(context.instance, settings, context.partition_key)
        folder = built.folder
        results = gx.validate(
            folder / DATABASE_NAME,
            {table: gx.published_suite(contract) for table, contract in contracts.items()},
            duckdb_config={"threads": settings.threads, "memory_limit": settings.memory_limit},
        )
        gx.build_data_docs(
            settings.zones.data_docs / "published", results, built.manifest.as_of_date
        )
        found = (
            suite_check_result(_check_name(table), CANDIDATE, results.get(table))
            for table in contracts
        )
        yield from of_date(context, found)

    return candidate_checks


def build_served_check(settings: Settings) -> AssetChecksDefinition:
    """What is served is what its manifest says: every file, and where one differs every table."""

    @multi_asset_check(
        name="publication_checks",
        specs=[AssetCheckSpec(SERVED, asset=PUBLICATION, description=build_served_check.__doc__)],
    )
    def publication_checks(context: AssetCheckExecutionContext) -> Verdicts:
        yield from of_date(context, [served_as_made(settings)])

    return publication_checks


def served_as_made(settings: Settings) -> AssetCheckResult:
    """Holds where something is served and nothing differs from its manifest."""
    differences = verify_served(settings.zones.serving)
    manifest = served(settings.zones.serving)
    return AssetCheckResult(
        asset_key=PUBLICATION,
        check_name=SERVED,
        passed=not differences and manifest is not None,
        metadata={
            "publication_id": manifest.publication_id if manifest else "none",
            "differences": [
                f"{item.where}: expected {item.expected}, observed {item.observed}"
                for item in differences
            ],
        },
    )


def _check_name(table: str) -> str:
    return f"{table}_keeps_its_contract"
