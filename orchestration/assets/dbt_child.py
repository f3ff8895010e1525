"""The dbt process of a run: dbt's own command, which ends when the run is killed.

Without this, dbt would go on after `kill -9` of the run, hold the warehouse file and keep the next
run out. Linux only; elsewhere the next run waits for the orphan to end.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was killed before the line above
            sys.exit(1)
    from dbt.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
