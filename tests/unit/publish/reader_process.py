"""A BI reader: opens what is served anew for every query, until it is told to stop.

Run as ``python reader_process.py SERVING STOP_FILE``; prints what it saw as JSON. Imports nothing
of the project: a BI tool has only the file.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import duckdb

# Every row of both tables carries the as-of date and a count that must agree across them.
QUERY = """
    select
        min(c.as_of_date)::varchar, max(c.as_of_date)::varchar,
        min(s.as_of_date)::varchar, max(s.as_of_date)::varchar,
        count(*) = any_value(s.customer_count)
    from {customers} as c cross join {summary} as s
"""


def look(serving: Path, database: bool) -> tuple[str, bool]:
    """The as-of date seen, and whether all that was seen belongs together."""
    if database:
        with duckdb.connect(str(serving / "current" / "patron.duckdb"), read_only=True) as opened:
            seen = opened.execute(QUERY.format(customers="seg_customer", summary="seg_summary"))
            row = seen.fetchone()
    else:
        folder = (serving / "current").resolve() / "parquet"  # resolved once for both files
        names = {
            "customers": f"'{folder}/seg_customer.parquet'",
            "summary": f"'{folder}/seg_summary.parquet'",
        }
        with duckdb.connect() as opened:
            row = opened.execute(QUERY.format(**names)).fetchone()
    assert row is not None
    *days, counts_agree = row
    return days[0], len(set(days)) == 1 and counts_agree


def main(serving: Path, stop: Path) -> None:
    seen: Counter[str] = Counter()
    mixtures, errors, looks = 0, [], 0
    while not stop.exists():
        looks += 1
        try:
            day, whole = look(serving, database=looks % 2 == 0)
        except duckdb.Error as error:
            errors.append(str(error))
            continue
        seen[day] += 1
        mixtures += not whole
    print(json.dumps({"seen": seen, "mixtures": mixtures, "errors": errors}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
