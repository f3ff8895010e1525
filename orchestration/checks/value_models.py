"""Asset check on the value models: the installed code still finds what was published.

Belongs here: the check in Dagster. Does not belong here: the comparison
(``orchestration/valuation/conformance.py``) and claims about the tables (dbt tests).
"""

from collections.abc import Callable, Iterator

from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSpec, multi_asset_check

from orchestration.assets.python_models import MODEL_RUN
from orchestration.valuation.conformance import Comparison, compare_with_published

CONFORMANCE = "installed_models_reproduce_cdnow"


def build_value_model_checks(
    compare: Callable[[], list[Comparison]] = compare_with_published,
) -> AssetChecksDefinition:
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
    def value_model_checks() -> Iterator[AssetCheckResult]:
        found = compare()
        missed = [item for item in found if not item.holds]
        yield AssetCheckResult(
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

    return value_model_checks
