"""What stops a refresh on Spark beside dbt's claims: the checks of the daily job that stop it.

Belongs here: failing on their results. Does not belong here: the checks
(``orchestration/checks``, ``orchestration/valuation/conformance.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dagster import AssetCheckSeverity

from orchestration.assets.extracts import Contracts
from orchestration.checks import great_expectations as gx
from orchestration.checks.extracts import extract_results
from orchestration.contracts import PublishedContract
from orchestration.publish.candidate import Candidate
from orchestration.publish.serving_zone import DATABASE_NAME
from orchestration.settings import Settings
from orchestration.valuation.conformance import compare_with_published


class GateClosedError(RuntimeError):
    """A check found what must not be published; the message names it."""


def require_sound_extracts(settings: Settings, contracts: Contracts, as_of: date) -> None:
    """Fail where an extract breaks its contract, is not accounted for, or is required and old."""
    active = {name: own for name, own in contracts.items() if name[0] in settings.sources}
    broken = [
        f"{'.'.join(result.asset_key.path) if result.asset_key else ''}: {result.check_name}"
        for result in extract_results(settings, active, as_of)
        if not result.passed and result.severity is AssetCheckSeverity.ERROR
    ]
    if broken:
        raise GateClosedError("extracts: " + "; ".join(broken))


def require_conforming_models() -> None:
    """Fail where the installed models miss published results."""
    found = compare_with_published()
    missed = [f"{item.model} {item.figure}" for item in found if not item.holds]
    if missed or not found:
        raise GateClosedError("value models miss what was published: " + "; ".join(missed))


def require_kept_contracts(
    candidate: Candidate, settings: Settings, published: Mapping[str, PublishedContract]
) -> None:
    """Fail where a table that is to be published breaks its contract."""
    results = gx.validate(
        candidate.folder / DATABASE_NAME,
        {table: gx.published_suite(contract) for table, contract in published.items()},
        duckdb_config=settings.duckdb_limits,
    )
    broken = [table for table in published if not results[table].passed]
    if broken:
        raise GateClosedError("contracts of published tables: " + ", ".join(broken))
