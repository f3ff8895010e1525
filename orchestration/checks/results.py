"""From a Great Expectations suite result to a Dagster check result; a missing result has failed."""

from __future__ import annotations

from typing import Any

from dagster import AssetCheckResult, AssetKey, MetadataValue

from orchestration.checks.great_expectations import SuiteResult


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
