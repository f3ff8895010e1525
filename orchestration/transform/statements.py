"""One compiled node on one connection: a table made, a claim judged.

Belongs here: the statements that dbt would have sent. Does not belong here: their order
(``build.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import duckdb

from orchestration.transform.compiled import Claim, Model


@dataclass(frozen=True)
class Verdict:
    """How many rows break a claim, and what its conditions say of that."""

    failures: int
    warns: bool
    fails: bool


def make_model(connection: duckdb.DuckDBPyConnection, model: Model) -> int | None:
    """Make a table or view anew; returns the number of rows of a table.

    A table with an enforced contract gets exactly its columns and types. That the SQL gives just
    these is checked when the project is built by dbt itself (``tests/project``).
    """
    if model.is_view:
        connection.execute(f"CREATE OR REPLACE VIEW {model.relation} AS {model.sql}")
        return None
    connection.execute("BEGIN")
    try:
        columns = ", ".join(_columns(connection, model))
        if columns:
            connection.execute(f"CREATE OR REPLACE TABLE {model.relation} ({columns})")
            made = connection.execute(f"INSERT INTO {model.relation} BY NAME ({model.sql}\n)")
        else:
            made = connection.execute(
                f"CREATE OR REPLACE TABLE {model.relation} AS ({model.sql}\n)"
            )
        rows = made.fetchall()
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return int(rows[0][0])


def _columns(connection: duckdb.DuckDBPyConnection, model: Model) -> list[str]:
    """Columns of a table that is declared before it is filled. The texts of one that only the
    pipeline reads and that stays in the file are not compressed: that cost half of writing it."""
    if model.contract:
        return [f"{name} {kind}" for name, kind in model.contract.items()]
    if not model.kept_by:
        return []
    described = connection.execute(f"DESCRIBE {model.sql}").fetchall()
    return [
        f"{name} {kind} {'USING COMPRESSION uncompressed' if kind == 'VARCHAR' else ''}"
        for name, kind, *_ in described
    ]


def judge_claim(connection: duckdb.DuckDBPyConnection, claim: Claim) -> Verdict:
    """Count the rows that break a claim."""
    [(failures,)] = connection.execute(
        f"SELECT {claim.failures} FROM ({claim.sql}\n) AS failing_rows"
    ).fetchall()
    fails = claim.fails is not None and _meets(int(failures), claim.fails)
    return Verdict(int(failures), _meets(int(failures), claim.warns), fails)


@cache
def _meets(failures: int, condition: str) -> bool:
    """A condition is the end of a comparison in SQL. Nearly all claims ask the same of 0 rows:
    asked beside the count, it was planned for each, 7 % of what claims cost in a small world."""
    with duckdb.connect() as connection:
        [(met,)] = connection.execute(f"SELECT {failures} {condition}").fetchall()
    return bool(met)
