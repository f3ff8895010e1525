"""A publisher that its parent kills: publishes one day after the other until then.

Run as ``python killed_publisher.py HOME FIRST_DAY``; prints a line after each publication.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from small_publication import publish

if __name__ == "__main__":
    home, first = Path(sys.argv[1]), date.fromisoformat(sys.argv[2])
    for n in count():
        publish(home, first + timedelta(days=n), customers=5000 + n)
        print(n, flush=True)  # noqa: T201 - the parent waits for the first one
