"""A publisher that its parent kills: publishes one day after the other, file and object store.

Run as ``python killed_store_publisher.py HOME FIRST_DAY URL``, the server and the account in AWS_*
variables; prints a line after each publication. Parts are small, so that tables go up in several.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from store_deployment import publish

from orchestration.publish.object_store import Location, ObjectStore, store, sync

if __name__ == "__main__":
    home, first = Path(sys.argv[1]), date.fromisoformat(sys.argv[2])
    store.PART_BYTES = 5 << 20  # the least that S3 takes
    target = ObjectStore(Location.of(sys.argv[3]))
    for n in count():
        publish(home, first + timedelta(days=n), customers=400_000 + n % 100)
        sync(target, home / "serving")
        print(n, flush=True)  # noqa: T201 - the parent waits for the first one
