"""Rows of one file that repeat a key: the first is accepted, the others are refused.

Belongs here: judgements across the rows of one file. Does not belong here: which of several
versions of a key counts (staging models). Two rows are doubles when their key columns and
``extracted_at`` are equal; a contract without a key has none.
"""

from __future__ import annotations

from orchestration.contracts import ExtractContract
from orchestration.ingest.rules import Reason, ReasonCode, quoted

# By the mark that the query gives a double.
KINDS = {
    str(ReasonCode.DUPLICATE_KEY): Reason(
        ReasonCode.DUPLICATE_KEY, None, "same key and extracted_at as an earlier row of the file"
    ),
    str(ReasonCode.DUPLICATE_ROW): Reason(
        ReasonCode.DUPLICATE_ROW, None, "repeats an earlier row of the file exactly"
    ),
}


def doubled_sql(contract: ExtractContract, judged: str) -> str:
    """Common table expressions that end with ``doubled``: ``emitted`` and ``mark`` of the doubles.

    ``judged`` has the columns of the contract, ``refused``, and ``emitted``, the place in the file.
    One hash for a row tells whether there can be doubles at all: they are rare.
    """
    keys = dict.fromkeys([*(quoted(name) for name in contract.key), '"extracted_at"'])
    identity = ", ".join(keys)
    same = " AND ".join(
        f"a.{quoted(column.name)} IS NOT DISTINCT FROM b.{quoted(column.name)}"
        for column in contract.columns
    )
    accepted = f"FROM {judged} WHERE refused IS NULL"
    return (
        f"suspect_hash AS MATERIALIZED (SELECT hash({identity}) AS h {accepted} "
        "GROUP BY h HAVING count(*) > 1), "
        "suspect AS MATERIALIZED (SELECT *, min(emitted) OVER (PARTITION BY "
        f"{identity}) AS first_emitted {accepted} "
        f"AND hash({identity}) IN (SELECT h FROM suspect_hash)), "
        f"doubled AS MATERIALIZED (SELECT a.emitted, CASE WHEN {same} "
        f"THEN '{ReasonCode.DUPLICATE_ROW}' ELSE '{ReasonCode.DUPLICATE_KEY}' END AS mark "
        "FROM suspect AS a JOIN suspect AS b ON b.emitted = a.first_emitted "
        "WHERE a.emitted > a.first_emitted)"
    )
