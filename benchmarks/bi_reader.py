"""A BI reader: asks the questions of ``bi_queries.sql`` in shuffled order until its time is up.

Belongs here: asking and timing. Does not belong here: the data (``bi.py``). Run as
``python -m benchmarks.bi_reader KIND WHERE DRAWS SECONDS SEED KEPT``; prints the seconds of each
answer by question as JSON. KIND is duckdb or postgres; KEPT is 1 to keep one connection, 0 to open
one for each question, as BI tools do; the time of opening counts.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg

QUERIES = Path(__file__).with_name("bi_queries.sql")
LIMITS = {"threads": 2, "memory_limit": "1500MB"}  # of one DuckDB reader; eight share 24 GB


def questions() -> dict[str, tuple[str, str]]:
    """Kind and SQL of each question by name."""
    text = QUERIES.read_text(encoding="utf-8").split("\n\n", 1)[1]
    found = re.findall(r"-- ([^\n]+): ([\w-]+)\n(.+?);\n", text, flags=re.DOTALL)
    return {name: (kind, sql) for name, kind, sql in found}


def opener(kind: str, where: str) -> Callable[[], Any]:
    if kind == "duckdb":
        return lambda: duckdb.connect(where, read_only=True, config=dict(LIMITS))
    return lambda: psycopg.connect(where, autocommit=True, options="-c search_path=patron")


def main(kind: str, where: str, draws: Path, seconds: float, seed: int, kept: bool) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    drawn = json.loads(draws.read_text(encoding="utf-8"))
    connect, asked = opener(kind, where), questions()
    one = connect() if kept else None
    answers: dict[str, list[float]] = {name: [] for name in asked}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for name in chance.sample(sorted(asked), len(asked)):
            values = {what: f"'{chance.choice(some)}'" for what, some in drawn.items()}
            values["keys"] = ", ".join(f"'{key}'" for key in chance.sample(drawn["key"], 20))
            started = time.monotonic()
            connection = one or connect()
            connection.execute(asked[name][1].format(**values)).fetchall()
            if one is None:
                connection.close()
            answers[name].append(time.monotonic() - started)
            if time.monotonic() > deadline and all(answers.values()):
                break
    print(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]),
         sys.argv[6] == "1")  # fmt: skip
