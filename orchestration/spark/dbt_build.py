"""dbt in this process, on the Spark session that the process has.

Belongs here: its arguments, and its outcome in words. Does not belong here: what is built when
(``refresh.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner, dbtRunnerResult

from orchestration.assets.dbt_process import selection
from orchestration.settings import DBT_PROJECT_ROOT
from orchestration.spark.lake import MOST_AT_ONCE

# Examples for the SQL itself; they run where models are developed.
UNIT_TESTS = "resource_type:unit_test"
CLAIMS = "resource_type:test"


class SparkBuildError(RuntimeError):
    """Nodes failed; the message names them with dbt's own words."""


def build(
    name: str, target_path: Path, tell: Callable[[str], None], *, with_claims: bool = True
) -> int:
    """One of the two builds around the Python models; returns the number of nodes.

    Without claims (dbt's data tests) only what must be made is made.

    Raises:
        SparkBuildError: a model could not be made, or a claim does not hold.
    """
    count = 0

    def on_event(event: Any) -> None:
        nonlocal count
        if event.info.name == "NodeFinished":
            count += 1
            node = event.data.node_info
            tell(f"{name} {count}: {node.unique_id} {node.node_status}")

    # Nothing is looked up ahead: each table is replaced, whatever there is.
    result = dbtRunner(callbacks=[on_event]).invoke(
        [
            "build", *_selection(name, with_claims),
            "--target", "spark", "--threads", str(MOST_AT_ONCE),
            "--project-dir", str(DBT_PROJECT_ROOT), "--profiles-dir", str(DBT_PROJECT_ROOT),
            "--target-path", str(target_path), "--log-path", str(target_path),
            "--no-populate-cache", "--no-write-json", "--quiet",
        ]
    )  # fmt: skip
    if not result.success:
        raise SparkBuildError(f"{name} failed on Spark:\n{_failures(result)}")
    return count


def _selection(name: str, with_claims: bool) -> list[str]:
    arguments = selection(name)
    left_out = [UNIT_TESTS] if with_claims else [UNIT_TESTS, CLAIMS]
    if "--exclude" in arguments:
        return [*arguments, *left_out]
    return [*arguments, "--exclude", *left_out]


def _failures(result: dbtRunnerResult) -> str:
    if result.exception is not None:
        return str(result.exception)
    outcomes: Any = result.result
    return "\n".join(
        f"{outcome.node.unique_id}: {outcome.message}"
        for outcome in outcomes.results
        if outcome.status in ("error", "fail", "runtime error")
    )
