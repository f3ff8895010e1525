"""The one adapter to Great Expectations (GX): runs contracts' suites on DuckDB SQL, fail-closed.

Belongs here: everything that knows GX's classes, imported on use because that takes seconds.
Does not belong here: Dagster, what a table promises (contracts), wording (``gx_results.py``).

Fail-closed means: whatever GX does not report as a success is a failure. An unknown expectation,
an exception, a missing result or an empty suite fail the suite; a GX that cannot be imported or a
database that cannot be opened raise :class:`CheckCannotRunError`.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.checks.gx_data_docs import build_data_docs
from orchestration.checks.gx_repetition import repetition_spared
from orchestration.checks.gx_results import (
    CheckCannotRunError,
    ExpectationResult,
    Suite,
    SuiteResult,
    columns_of,
    masked,
    observed_in_words,
    published_suite,
    safe_figures,
    suite_of,
)

if TYPE_CHECKING:
    from types import ModuleType

    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.datasource.fluent.interfaces import Batch

__all__ = [
    "CheckCannotRunError",
    "ExpectationResult",
    "Suite",
    "SuiteResult",
    "build_data_docs",
    "columns_of",
    "import_gx",
    "published_suite",
    "suite_of",
    "validate",
]

# Counts without samples of the offending values: those could be personal.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}


class _DuckDBDialect(str):
    """Stands for GX's dialect enumeration, which has no DuckDB; GX compares it with names."""

    @property
    def value(self) -> str:
        return str(self)


def import_gx() -> ModuleType:
    """Great Expectations, ready for DuckDB: no analytics, connections kept open.

    GX closes its connection before it has read the results unless the dialect is one of those
    with a persisted connection; DuckDB is not listed, and 36 of 39 expectations then fail.

    Raises:
        CheckCannotRunError: it cannot be imported, or has changed inside.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        import great_expectations
        from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

        if "duckdb" not in engine._PERSISTED_CONNECTION_DIALECTS:
            engine._PERSISTED_CONNECTION_DIALECTS += (_DuckDBDialect("duckdb"),)  # type: ignore[assignment]
    except Exception as error:
        raise CheckCannotRunError(f"Great Expectations cannot be imported: {error}") from error
    return great_expectations


def validate(
    database: Path,
    suites: Mapping[str, Suite],
    *,
    duckdb_config: Mapping[str, Any] | None = None,
) -> dict[str, SuiteResult]:
    """Validate ``suites`` on the DuckDB file ``database``, opened read-only and closed again.

    Args:
        database: its relations exist; no other connection of this process has it open.
        suites: by a name that is unique among them.
        duckdb_config: such as ``{"threads": 2, "memory_limit": "4GB"}``.

    Returns:
        One result for each suite, in the same order.

    Raises:
        CheckCannotRunError: nothing to validate, no GX, or the database cannot be opened.
    """
    if not suites:
        raise CheckCannotRunError("no suite to validate: an empty check would pass unnoticed")
    gx = import_gx()
    datasource_of = _datasource(gx, database, dict(duckdb_config or {}))
    with _quiet(), repetition_spared(), datasource_of as datasource:
        return {name: _validate_suite(gx, datasource, name, suites[name]) for name in suites}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep GX from logging the statements of failing queries: results carry what may be told."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            # a table's schema shall move to the connection, of which we want only one
            warnings.filterwarnings("ignore", "`schema_name` is deprecated", DeprecationWarning)
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def _datasource(gx: ModuleType, database: Path, config: dict[str, Any]) -> Iterator[SQLDatasource]:
    """One context, one connection. The file is free for a writer afterwards."""
    try:
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from sqlalchemy import URL

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        context._save_project_config = lambda: None  # else it writes itself at each suite
        datasource = context.data_sources.add_sql(
            "warehouse",
            connection_string=URL.create("duckdb", database=str(database)).render_as_string(),
            kwargs={"connect_args": {"read_only": True, "config": config}},
        )
        execution_engine = datasource.get_execution_engine()
    except Exception as error:
        raise CheckCannotRunError(f"{database} cannot be opened: {masked(str(error))}") from error
    try:
        yield datasource
    finally:
        execution_engine.close()
        datasource.get_engine().dispose()


def _validate_suite(
    gx: ModuleType, datasource: SQLDatasource, name: str, suite: Suite
) -> SuiteResult:
    if not suite.expectations:
        return SuiteResult(suite.relation, (), problem="the suite has no expectations")
    try:
        with _batch(datasource, name, suite.relation) as batch:
            reported = _report(gx, batch, name, suite)
    except Exception as error:  # noqa: BLE001  whatever GX raises becomes a failed suite
        problem = masked(f"{type(error).__name__}: {error}")
        results = (_not_evaluated(expectation, problem) for expectation in suite.expectations)
        return SuiteResult(suite.relation, tuple(results), problem=problem)
    return SuiteResult(
        suite.relation,
        tuple(
            reported.get(number, _not_evaluated(expectation, "Great Expectations gave no result"))
            for number, expectation in enumerate(suite.expectations)
        ),
    )


@contextmanager
def _batch(datasource: SQLDatasource, name: str, relation: str) -> Iterator[Batch]:
    """All rows of ``relation``; one asset at a time, as GX writes out all of them at a change."""
    schema, table = relation.split(".")
    asset = datasource.add_table_asset(name, table_name=table, schema_name=schema)
    try:
        yield asset.get_batch(asset.build_batch_request())
    finally:
        datasource.delete_asset(name)


def _report(gx: ModuleType, batch: Batch, name: str, suite: Suite) -> dict[int, ExpectationResult]:
    """Results by the expectation's place in the suite, which travels in its ``meta``."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    known, reported = [], {}
    for number, expectation in enumerate(suite.expectations):
        try:
            configuration = ExpectationConfiguration(
                type=expectation["type"],
                kwargs=dict(expectation.get("kwargs") or {}),
                meta={"number": number},
            )
            known.append(configuration.to_domain_obj())
        except Exception as error:  # noqa: BLE001  unknown type or arguments: it has failed
            reported[number] = _not_evaluated(expectation, f"{type(error).__name__}: {error}")
    gx_suite = gx.ExpectationSuite(name=name, expectations=known)
    for result in batch.validate(gx_suite, result_format=RESULT_FORMAT).results:
        number = result.expectation_config.meta["number"]
        reported[number] = _result(suite.expectations[number], result, suite.personal)
    return reported


def _result(
    expectation: Mapping[str, Any], result: ExpectationValidationResult, personal: frozenset[str]
) -> ExpectationResult:
    exception = _exception(result.exception_info or {})
    if exception is not None:
        return _not_evaluated(expectation, exception)
    kwargs = expectation.get("kwargs") or {}
    figures = safe_figures(expectation["type"], kwargs, result.result or {}, personal)
    return ExpectationResult(
        type=expectation["type"],
        kwargs=kwargs,
        passed=result.success is True,
        observed=observed_in_words(expectation["type"], figures),
        figures=figures,
    )


def _exception(info: Mapping[str, Any]) -> str | None:
    """The message of an exception that GX swallowed; it reports one flat or one per metric."""
    for entry in (info, *(value for value in info.values() if isinstance(value, Mapping))):
        if entry.get("raised_exception"):
            return str(entry.get("exception_message") or "exception without message")
    return None


def _not_evaluated(expectation: Mapping[str, Any], exception: str) -> ExpectationResult:
    return ExpectationResult(
        type=str(expectation.get("type")),
        kwargs=expectation.get("kwargs") or {},
        passed=False,
        observed="not evaluated",
        exception=masked(exception),
    )
