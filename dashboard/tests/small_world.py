"""A home with a publication of a small sample world, for tests that look at what is published.

Belongs here: making it, once for each run of tests. Imported by the tests of the page and of
Superset.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from serving import PROJECT_ROOT

CUSTOMERS = 400
DAYS = 540  # long enough for somebody to lapse and to churn


def published_home(made: Path) -> Path:
    """The home that ``PATRON_PAGE_HOME`` names, else a refreshed sample world in ``made``."""
    given = os.environ.get("PATRON_PAGE_HOME")
    if given:
        return Path(given)
    environment = {**os.environ, "PATRON_HOME": str(made)}
    patron = str(PROJECT_ROOT / ".venv" / "bin" / "patron")
    size = ["--customers", str(CUSTOMERS), "--days", str(DAYS)]
    for command in ([patron, "sample-world", *size], [patron, "run"]):
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return made
