"""Two tables compared row by row, whatever engine wrote them.

Belongs here: when two rows are equal, and a difference in words. Does not belong here: where the
tables come from.

Values are cast to the types of the expected table. Whole numbers, decimals, text, dates, instants
and booleans must be equal; doubles may differ in their last bits, because engines round functions
such as ln and exp differently.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

RELATIVE_TOLERANCE = 1e-9
ABSOLUTE_TOLERANCE = 1e-9  # of doubles that cancel out to nearly nothing
SHOWN_ROWS = 3
INEXACT = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class Difference:
    """What differs in one table: ``what`` is a column, or ``columns`` or ``rows``."""

    what: str
    count: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = "".join(f"\n    {row}" for row in self.examples)
        return f"{self.what}: {self.count} differ{shown}"


def differences(
    connection: duckdb.DuckDBPyConnection, expected: str, actual: str
) -> list[Difference]:
    """How the relation ``actual`` differs from ``expected``; empty where it does not."""
    types = _columns(connection, expected)
    unshared = sorted(set(types) ^ set(_columns(connection, actual)))
    if unshared:
        return [Difference("columns", len(unshared), tuple(unshared))]
    counts = [_row_count(connection, relation) for relation in (expected, actual)]
    if counts[0] != counts[1]:
        unpaired = _unpaired(connection, expected, actual, types)
        told = (f"{counts[0]} rows expected, {counts[1]} found", *unpaired)
        return [Difference("rows", abs(counts[0] - counts[1]), told)]
    connection.execute(
        f"create or replace temp table row_pair as {_pairs(expected, actual, types)}"
    )
    unequal = [_unequal(name, kind) for name, kind in types.items()]
    [found] = connection.execute(
        f"select {', '.join(f'count(*) filter (where {test})' for test in unequal)} from row_pair"
    ).fetchall()
    return [
        Difference(name, count, _examples(connection, name, test))
        for name, test, count in zip(types, unequal, found, strict=True)
        if count
    ]


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Name -> type."""
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return {row[0].lower(): row[1] for row in described}


def _row_count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return int(count)


def _exact(types: dict[str, str]) -> list[str]:
    return [name for name, kind in types.items() if kind not in INEXACT]


def _typed(relation: str, types: dict[str, str]) -> str:
    """The relation in the expected types, columns in their order."""
    columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in types.items())
    return f"(select {columns} from {relation})"


def _pairs(expected: str, actual: str, types: dict[str, str]) -> str:
    """Both, each row beside the row of the same place; exact columns decide the places first."""
    exact = _exact(types)
    order = ", ".join(f'"{name}"' for name in exact + [n for n in types if n not in exact])
    place = f"row_number() over (order by {order}) as row_place"
    sides = [f"(select *, {place} from {_typed(side, types)})" for side in (expected, actual)]
    return f"select e, a from {sides[0]} as e inner join {sides[1]} as a using (row_place)"


def _unequal(name: str, kind: str) -> str:
    left, right = f'e."{name}"', f'a."{name}"'
    condition = f"{left} is distinct from {right}"
    if kind not in INEXACT:
        return condition
    bound = f"{ABSOLUTE_TOLERANCE} + {RELATIVE_TOLERANCE} * greatest(abs({left}), abs({right}))"
    # DuckDB takes NaN for equal to itself and greater than every number.
    apart = f"isnan({left}) <> isnan({right}) or abs({left} - {right}) > {bound}"
    return f"{condition} and coalesce({apart}, true)"


def _examples(connection: duckdb.DuckDBPyConnection, name: str, unequal: str) -> tuple[str, ...]:
    rows = connection.execute(
        f'select e."{name}", a."{name}", e from row_pair where {unequal} limit {SHOWN_ROWS}'
    ).fetchall()
    return tuple(f"{row[0]!r} expected, {row[1]!r} found in {row[2]}" for row in rows)


def _unpaired(
    connection: duckdb.DuckDBPyConnection, expected: str, actual: str, types: dict[str, str]
) -> list[str]:
    """Some rows of one side that the other does not have, judged by the exact columns."""
    exact = ", ".join(f'"{name}"' for name in _exact(types)) or "1"
    sides = [f"select {exact} from {_typed(side, types)}" for side in (expected, actual)]
    shown = []
    for label, first, second in (("missing", 0, 1), ("too many", 1, 0)):
        rows = connection.execute(
            f"{sides[first]} except all {sides[second]} limit {SHOWN_ROWS}"
        ).fetchall()
        shown += [f"{label}: {row}" for row in rows]
    return shown
