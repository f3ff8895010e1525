"""Suites that passed on the same rows before are not run again; their results and pages stay.

Belongs here: when a result is that of a suite at hand, and where results are kept: beside the Data
Docs that show them. Does not belong here: running suites (``great_expectations.py``) and which rows
a suite judges (``extracts.py``, ``publication.py``).

A result is that of now when suite, rows, code and libraries are those of then. Only what passed is
remembered, and only what JSON gives back unchanged; all else is run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.checks import great_expectations as gx
from orchestration.checks.gx_results import ExpectationResult, Suite, SuiteResult
from orchestration.code_version import code_version

KEPT_FILE = "passed.json"
LIBRARIES = ("great_expectations", "duckdb", "duckdb-sqlalchemy")


def validate_and_document(
    database: Path,
    suites: Mapping[str, Suite],
    rows: Mapping[str, str],
    docs: Path,
    as_of: date,
    *,
    duckdb_config: Mapping[str, Any],
) -> dict[str, SuiteResult]:
    """Results of ``suites`` on ``database``, with their Data Docs in ``docs``.

    Args:
        rows: by suite, what names the rows it judges, such as a hash of them; a suite without is
            always run.

    Raises:
        CheckCannotRunError: as :func:`great_expectations.validate`.
    """
    keys = {name: _key(suites[name], judged) for name, judged in rows.items()}
    kept = _kept(docs)
    known = {
        name: _result(suites[name], kept["suites"][key])
        for name, key in keys.items()
        if key in kept["suites"]
    }
    missing = {name: suite for name, suite in suites.items() if name not in known}
    if known and not missing and kept["as_of"] == as_of.isoformat():
        return known
    run = {}
    if missing or not suites:  # no suite at all is a fault that it names
        run = gx.validate(database, missing, duckdb_config=duckdb_config)
    found = {**known, **run}
    results = {name: found[name] for name in suites if name in found}
    gx.build_data_docs(docs, results, as_of)
    _keep(docs, as_of, {key: results[name] for name, key in keys.items() if name in results})
    return results


def _key(suite: Suite, rows: str) -> str:
    made_of = [
        rows,
        suite.relation,
        suite.expectations,
        sorted(suite.personal),
        code_version(),
        [version(library) for library in LIBRARIES],
    ]
    return hashlib.sha256(json.dumps(made_of, default=str).encode()).hexdigest()


def _kept(docs: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads((docs / KEPT_FILE).read_text())
    except (OSError, ValueError):
        return {"as_of": None, "suites": {}}
    return kept


def _keep(docs: Path, as_of: date, results: Mapping[str, SuiteResult]) -> None:
    suites = {key: told for key, result in results.items() if (told := _told(result)) is not None}
    if docs.exists():
        (docs / KEPT_FILE).write_text(json.dumps({"as_of": as_of.isoformat(), "suites": suites}))


def _told(result: SuiteResult) -> list[Any] | None:
    """What is not in the suite itself; None where it cannot be remembered."""
    told = [[item.observed, dict(item.figures)] for item in result.expectations]
    try:
        is_exact = json.loads(json.dumps(told)) == told
    except TypeError:
        return None
    return told if result.passed and is_exact else None


def _result(suite: Suite, told: list[Any]) -> SuiteResult:
    results = (
        ExpectationResult(
            type=expectation["type"],
            kwargs=expectation.get("kwargs") or {},
            passed=True,
            observed=observed,
            figures=figures,
        )
        for expectation, (observed, figures) in zip(suite.expectations, told, strict=True)
    )
    return SuiteResult(suite.relation, tuple(results))
