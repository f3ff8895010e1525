"""Expectations that are sums over rows: what to count in a part of the rows, and what sums say.

Belongs here: which expectations those are, and Great Expectations' arithmetic from counts to a
result. Does not belong here: which rows are counted anew (``extract_suites.py``).

What is not known to be a sum over rows is none: it has to be judged over all rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from orchestration.checks.gx_results import (
    SQL_EXPECTATION,
    ExpectationResult,
    observed_in_words,
    safe_figures,
)

Expectation = Mapping[str, Any]  # {"type": ..., "kwargs": {...}}
Counts = dict[str, int]
COUNTED = ("element_count", "missing_count", "unexpected_count", "observed_value")

ROW_COUNT = "expect_table_row_count_to_be_between"
OF_ROWS = {
    "expect_column_values_to_be_between",
    "expect_column_values_to_be_in_set",
    "expect_column_value_lengths_to_equal",
    "expect_column_pair_values_a_to_be_greater_than_b",
}
# Equal rows lie in one part if the date of the extract is among the columns.
UNIQUE = {"expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"}
PART_COLUMN = "extract_date"

# The forms of SQL expectation that are understood: rows that must not be, and at most a share.
ROWS_QUERY = re.compile(
    r"\s*select\s+\w+(?:\s*,\s*\w+)*\s+from\s+\{batch\}\s+where\s(?P<rows>.+)", re.DOTALL
)
SHARE_QUERY = re.compile(
    r"\s*select\s+count\(\*\)\s+as\s+\w+\s+from\s+\{batch\}\s+where\s(?P<rows>.+?)"
    r"\s+having\s+count\(\*\)\s*>\s*(?P<share>[\d.]+)\s*\*\s*"
    r"\(select\s+count\((?P<counted>\*|\w+)\)\s+from\s+\{batch\}(?:\s+where\s(?P<among>.+))?\)\s*",
    re.DOTALL,
)
# In a condition: what would look beyond the row, or answer differently another day.
BEYOND_THE_ROW = re.compile(
    r"--|/\*|;|\{batch\}"
    r"|\b(select|from|group|having|order|limit|offset|over|union|intersect|except|distinct|qualify"
    r"|sample|random|uuid|nextval|now|today|current_\w+|localtime\w*|get_current\w*)\b",
    re.IGNORECASE,
)


def counting(expectation: Expectation, one_part: bool) -> tuple[Expectation, ...]:
    """What to ask of a part of the rows, so that sums over parts tell the result; nothing where
    ``expectation`` is no such sum.

    Args:
        one_part: all rows always lie in one part.
    """
    type_, kwargs = expectation.get("type"), expectation.get("kwargs") or {}
    if type_ in OF_ROWS or type_ == ROW_COUNT:
        return (expectation,)
    if type_ in UNIQUE:
        return (expectation,) if one_part or PART_COLUMN in kwargs.get("column_list", ()) else ()
    if type_ == SQL_EXPECTATION:
        return _counting_sql(str(kwargs.get("unexpected_rows_query", "")))
    return ()


def _counting_sql(query: str) -> tuple[Expectation, ...]:
    share = SHARE_QUERY.fullmatch(query)
    found = share or ROWS_QUERY.fullmatch(query)
    if not found or any(BEYOND_THE_ROW.search(part) for part in _conditions(found)):
        return ()
    wrong = _rows_where(found["rows"])
    if not share:
        return (wrong,)
    among = [f"({condition})" for condition in _conditions(share)[1:]]
    if share["counted"] != "*":
        among.append(f"{share['counted']} is not null")
    if not among:
        return wrong, {"type": ROW_COUNT, "kwargs": {"min_value": 0}}
    return wrong, _rows_where(" and ".join(among))


def _conditions(found: re.Match[str]) -> list[str]:
    return [part for name, part in found.groupdict().items() if name in ("rows", "among") and part]


def _rows_where(condition: str) -> Expectation:
    query = f"select 1 as found from {{batch}} where {condition}"
    return {"type": SQL_EXPECTATION, "kwargs": {"unexpected_rows_query": query}}


def counts_of(result: ExpectationResult) -> Counts | None:
    """What an answer counted; None where it could not be evaluated."""
    if result.exception is not None:
        return None
    return {name: int(result.figures[name]) for name in COUNTED if name in result.figures}


def added(parts: Iterable[Counts]) -> Counts:
    """Sums by name; what no part counted is not there."""
    sums: Counts = {}
    for part in parts:
        for name, count in part.items():
            sums[name] = sums.get(name, 0) + count
    return sums


def result_of(
    expectation: Expectation, sums: Sequence[Counts], personal: frozenset[str]
) -> ExpectationResult:
    """What Great Expectations says of ``expectation`` over all rows, from what ``counting`` it
    found in all of them."""
    type_, kwargs = expectation["type"], expectation.get("kwargs") or {}
    if type_ in (ROW_COUNT, SQL_EXPECTATION):
        passed, figures = _of_whole_table(type_, kwargs, sums)
    else:
        passed, figures = _of_values(kwargs, sums[0])
    figures = safe_figures(type_, kwargs, figures, personal)
    return ExpectationResult(
        type=type_,
        kwargs=kwargs,
        passed=passed,
        observed=observed_in_words(type_, figures),
        figures=figures,
    )


def _of_whole_table(
    type_: str, kwargs: Mapping[str, Any], sums: Sequence[Counts]
) -> tuple[bool, dict[str, Any]]:
    count = sums[0]["observed_value"]
    if type_ == ROW_COUNT:
        least, most = kwargs.get("min_value"), kwargs.get("max_value")
        passed = (least is None or count >= least) and (most is None or count <= most)
        return passed, {"observed_value": count}
    share = SHARE_QUERY.fullmatch(kwargs["unexpected_rows_query"])
    if share:  # the query itself tells one row, or none
        count = int(count > Decimal(share["share"]) * sums[1]["observed_value"])
    return count == 0, {"observed_value": count}


def _of_values(kwargs: Mapping[str, Any], sums: Counts) -> tuple[bool, dict[str, Any]]:
    elements, missing = sums.get("element_count", 0), sums.get("missing_count", 0)
    unexpected, present = sums.get("unexpected_count"), elements - missing
    figures: dict[str, Any] = {
        "element_count": elements,
        "missing_count": missing,
        "unexpected_count": unexpected,
    }
    if elements and unexpected is not None:
        figures["missing_percent"] = missing / elements * 100
        figures["unexpected_percent_total"] = unexpected / elements * 100
    if not present or unexpected is None:
        return True, figures
    share = unexpected / present * 100
    figures |= {"unexpected_percent": share, "unexpected_percent_nonmissing": share}
    return (float(present) - unexpected) / present >= kwargs.get("mostly", 1), figures
