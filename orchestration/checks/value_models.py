"""Asset check on the value models: the installed code still finds what was published.

Belongs here: the check in Dagster. Does not belong here: the comparison
(``orchestration/valuation/conformance.py``) and claims about the tables (dbt tests).
"""

from collections.abc import Sequence

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSpec,
    multi_asset_check,
)

from orchestration.assets.python_models import MODEL_RUN
from orchestration.checks.results import Verdicts, of_date
from orchestration.valuation.conformance import Comparison, compare_with_published

CONFORMANCE = "installed_models_reproduce_cdnow"


def build_value_model_checks() -> AssetChecksDefinition:
    """One blocking check: no value is published by models that miss published results."""

    @multi_asset_check(
        name="value_model_checks",
        specs=[
            AssetCheckSpec(
                CONFORMANCE,
                asset=MODEL_RUN,
                blocking=True,
                description=(
                    "BG/NBD, MBG/NBD, Pareto/NBD and Gamma-Gamma, fitted anew to the CDNOW sample, "
                    "have the published parameters and log-likelihoods."
                ),
            )
        ],
    )
    def value_model_checks(context: AssetCheckExecutionContext) -> Verdicts:
        yield from of_date(context, [conformance(compare_with_published())])

    return value_model_checks


def conformance(found: Sequence[Comparison]) -> AssetCheckResult:
    """Holds where every figure was compared and found."""
    missed = [item for item in found if not item.holds]
    return AssetCheckResult(
        asset_key=MODEL_RUN,
        check_name=CONFORMANCE,
        passed=bool(found) and not missed,
        metadata={
            "figures": len(found),
            "missed": [
                f"{item.model} {item.figure}: published {item.published}, found {item.found}"
                for item in missed
            ],
        },
    )
