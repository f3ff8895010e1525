"""What Dagster hears of a check: of a suite's result, a missing one has failed; and of which date.

Belongs here: results and verdicts as Dagster has them. Does not belong here: finding them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetKey,
    MetadataValue,
    Output,
)
from dagster_shared.record import copy

from orchestration.checks.great_expectations import SuiteResult

Verdicts = Iterator[Output[None] | AssetCheckEvaluation]


def of_date(context: AssetCheckExecutionContext, results: Iterable[AssetCheckResult]) -> Verdicts:
    """The verdicts of ``results`` on the step's date, for which they are planned: a mere result is
    stored beside its plan, which then stays open."""
    step = context.get_step_execution_context()
    specs = {spec.key: spec for spec in context.check_specs}
    for result in results:
        verdict = result.to_asset_check_evaluation(step)
        yield Output(None, specs[verdict.asset_check_key].get_python_identifier())
        yield copy(verdict, partition=context.partition_key)


def suite_check_result(
    check_name: str, asset_key: AssetKey, result: SuiteResult | None
) -> AssetCheckResult:
    """Expected and observed of every expectation as a table in the check's metadata."""
    if result is None:
        return AssetCheckResult(
            asset_key=asset_key,
            check_name=check_name,
            passed=False,
            metadata={"reason": "Great Expectations returned no result for this table"},
        )
    failed = [item for item in result.expectations if not item.passed]
    metadata: dict[str, Any] = {
        "expectations": len(result.expectations),
        "failed": len(failed),
        "details": MetadataValue.md(_table(result)),
    }
    if result.problem:
        metadata["reason"] = result.problem
    if failed:
        metadata["first_failure"] = f"{failed[0].type} {failed[0].column or ''}: " + (
            failed[0].exception or f"expected {failed[0].expected}, observed {failed[0].observed}"
        )
    return AssetCheckResult(
        asset_key=asset_key, check_name=check_name, passed=result.passed, metadata=metadata
    )


def _table(result: SuiteResult) -> str:
    lines = ["| expectation | column | expected | observed | |", "|---|---|---|---|---|"]
    for item in result.expectations:
        verdict = "ok" if item.passed else "FAILED"
        lines.append(
            f"| {item.type} | {item.column or ''} | {item.expected} "
            f"| {item.exception or item.observed} | {verdict} |"
        )
    return "\n".join(lines)
