"""What is asked of Great Expectations and what it answered, as plain values without personal data.

Belongs here: suites, results, their wording, and the rule which observed values may be shown.
Does not belong here: running anything (``great_expectations.py``) and pages (``gx_data_docs.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.contracts import ExtractContract, PublishedContract

SQL_EXPECTATION = "unexpected_rows_expectation"
# Counts and shares; no value of a row can hide in them.
SAFE_FIGURES = (
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_nonmissing",
    "unexpected_percent_total",
)
COUNTING_TYPES = re.compile(r"count|proportion|" + SQL_EXPECTATION)
LONGEST_TEXT = 300
# DuckDB's errors that speak of names, files and resources, never of values.
TELLING_ERRORS = {
    "BinderException",
    "CatalogException",
    "ConnectionException",
    "IOException",
    "NotImplementedException",
    "OutOfMemoryException",
    "ParserException",
    "PermissionException",
}


class CheckCannotRunError(RuntimeError):
    """Great Expectations could not be run at all; the caller must treat it as a failed check."""


@dataclass(frozen=True)
class Suite:
    """The expectations on one relation, ``"schema.table"``, and its personal columns."""

    relation: str
    expectations: Sequence[Mapping[str, Any]]  # {"type": ..., "kwargs": {...}}
    personal: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ExpectationResult:
    """The outcome of one expectation; holds no clear personal value."""

    type: str
    kwargs: Mapping[str, Any]
    passed: bool
    observed: str
    exception: str | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def column(self) -> str | None:
        return ", ".join(columns_of(self.kwargs)) or None

    @property
    def expected(self) -> str:
        return in_words(self.type, self.kwargs)


@dataclass(frozen=True)
class SuiteResult:
    """The outcome of one suite; passes only when every expectation ran and passed."""

    relation: str
    expectations: tuple[ExpectationResult, ...]
    problem: str | None = None  # why the suite as a whole could not be validated

    @property
    def passed(self) -> bool:
        return (
            self.problem is None
            and bool(self.expectations)
            and all(result.passed for result in self.expectations)
        )

    @property
    def failures(self) -> tuple[ExpectationResult, ...]:
        return tuple(result for result in self.expectations if not result.passed)


def suite_of(contract: ExtractContract) -> Suite:
    """The suite on the raw table of an extract."""
    personal = frozenset(column.name for column in contract.personal_columns)
    return Suite(f"{contract.raw_schema}.{contract.table}", contract.expectations, personal)


def published_suite(contract: PublishedContract, schema: str = "main") -> Suite:
    """The suite on a published table of the candidate; published tables hold no personal data."""
    return Suite(f"{schema}.{contract.table}", contract.expectations)


def columns_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns an expectation names, in the order it names them."""
    named = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    return (*named, *kwargs.get("column_list", ()))


def in_words(expectation_type: str, kwargs: Mapping[str, Any]) -> str:
    """``expect_column_values_to_be_between`` and its arguments as a line for people."""
    if expectation_type == SQL_EXPECTATION:
        query = " ".join(str(kwargs.get("unexpected_rows_query", "")).split())
        return str(kwargs.get("description") or f"no row from: {query}")
    words = expectation_type.removeprefix("expect_").replace("_", " ")
    terms = ", ".join(f"{key} {value}" for key, value in kwargs.items() if key != "column")
    return f"{words} ({terms})" if terms else words


def safe_figures(
    expectation_type: str,
    kwargs: Mapping[str, Any],
    figures: Mapping[str, Any],
    personal: Iterable[str],
) -> dict[str, Any]:
    """The part of an expectation's result that may leave the check.

    Lists of unexpected values and rows never do; an observed value only when it is a count or
    when no personal column is involved.
    """
    kept = {name: figures[name] for name in SAFE_FIGURES if figures.get(name) is not None}
    observed = figures.get("observed_value")
    if observed is not None:
        is_count = COUNTING_TYPES.search(expectation_type) and isinstance(observed, (int, float))
        names_no_person = not set(columns_of(kwargs)) & set(personal)
        shown = is_count or (names_no_person and expectation_type != SQL_EXPECTATION)
        kept["observed_value"] = observed if shown else "hidden (personal column)"
    return kept


def observed_in_words(expectation_type: str, figures: Mapping[str, Any]) -> str:
    """Figures as a line for people."""
    if "observed_value" in figures:
        value = str(figures["observed_value"])[:LONGEST_TEXT]
        return f"{value} unexpected rows" if expectation_type == SQL_EXPECTATION else value
    if "unexpected_count" in figures:
        values = f"{figures['unexpected_count']} of {figures.get('element_count', '?')}"
        share = figures.get("unexpected_percent")
        return f"{values} unexpected" + (f" ({share:.4g} %)" if share is not None else "")
    return "nothing reported"


def masked(text: str) -> str:
    """An exception's text without what it may quote from the data.

    The engine's errors about data (conversion, range, ...) quote values freely, so only their
    kind is told; errors about names and files are told without literals and statement.
    """
    engine_error = re.search(r"\(_?duckdb\.(\w+)\)", text)
    if engine_error and engine_error.group(1) not in TELLING_ERRORS:
        return f"{engine_error.group(1)} (message withheld: it may quote data)"
    message = " ".join(text.split("[SQL:")[0].split("LINE 1:")[0].split())
    message = re.sub(r"'[^']*'", "'...'", message)
    return re.sub(r"\S+@\S+", "...", message)[:LONGEST_TEXT]
