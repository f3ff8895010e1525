"""Rows of one file that repeat a key: the first is accepted, the others are refused.

Belongs here: judgements across the rows of one file. Does not belong here: which of several
versions of a key counts (staging models). Two rows are doubles when their key columns and
``extracted_at`` are equal; a contract without a key has none.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.contracts import ExtractContract
from orchestration.ingest.rules import Reason, ReasonCode, literal, quoted


def find_duplicates(
    connection: duckdb.DuckDBPyConnection, contract: ExtractContract, accepted: Path
) -> dict[tuple[str, int], Reason]:
    """Reasons by (source_file, source_row) of rows to refuse, in file and row order."""
    if not contract.key:
        return {}
    identity = ["source_file", *(quoted(name) for name in contract.key), "extracted_at"]
    identity = list(dict.fromkeys(identity))
    rows = f"read_parquet({literal(str(accepted))})"
    # Doubles are rare: one hash per row tells whether there can be any, for a third of the cost.
    hashed = f"hash({', '.join(identity)})"
    suspects = f"SELECT {hashed} AS h FROM {rows} GROUP BY h HAVING count(*) > 1"
    if not connection.execute(f"SELECT 1 FROM ({suspects}) LIMIT 1").fetchall():
        return {}
    same = " AND ".join(
        f"a.{quoted(column.name)} IS NOT DISTINCT FROM b.{quoted(column.name)}"
        for column in contract.columns
    )
    listed = ", ".join(identity)
    doubles = connection.execute(
        f"WITH suspect AS MATERIALIZED (SELECT * FROM {rows} WHERE {hashed} IN ({suspects})), "
        "numbered AS (SELECT *, min(source_row) OVER (PARTITION BY "
        f"{listed}) AS first_row FROM suspect) "
        f"SELECT a.source_file, a.source_row, {same} FROM numbered AS a JOIN suspect AS b "
        "ON b.source_file = a.source_file AND b.source_row = a.first_row "
        "WHERE a.source_row > a.first_row ORDER BY a.source_file, a.source_row"
    ).fetchall()
    key = ", ".join(contract.key)
    exact = Reason(ReasonCode.DUPLICATE_ROW, None, "repeats an earlier row of the file")
    by_key = Reason(
        ReasonCode.DUPLICATE_KEY, None, f"same {key} and extracted_at as an earlier row of the file"
    )
    return {(file, row): exact if is_exact else by_key for file, row, is_exact in doubles}
