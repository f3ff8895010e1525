"""A publisher that its parent kills: publishes one day after the other, file and PostgreSQL.

Run as ``python killed_postgres_publisher.py HOME FIRST_DAY DSN READER``; prints a line after each
publication.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from postgres_deployment import CONTRACTS, DUCKDB, publish

from orchestration.publish.postgres import Address, Target, sync

if __name__ == "__main__":
    home, first = Path(sys.argv[1]), date.fromisoformat(sys.argv[2])
    target = Target(Address(sys.argv[3]), sys.argv[4])
    for n in count():
        publish(home, first + timedelta(days=n), customers=900 + n % 100)
        sync(target, home / "serving", CONTRACTS, DUCKDB)
        print(n, flush=True)  # noqa: T201 - the parent waits for the first one
