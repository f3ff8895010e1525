"""One refresh at a time, whoever starts it: the command line, the UI, a notebook.

Dagster's queue does not know of runs that it did not launch, and the warehouse's own lock is free
between two steps: another run could register another as-of date in between. The system frees this
lock when the process ends, however it ends.

Belongs here: that lock. Does not belong here: the lock of the warehouse file (``warehouse.py``).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from orchestration.settings import Settings

_held: dict[Path, IO[str]] = {}


class RefreshRunningError(RuntimeError):
    """Another process refreshes this deployment."""


def hold_run_lock(settings: Settings) -> None:
    """Take the lock for this process, which keeps it until it ends or releases it.

    Raises:
        RefreshRunningError: naming the process that holds it.
    """
    path = settings.home / "run.lock"
    if path in _held:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise RefreshRunningError(
            f"process {holder} refreshes {settings.home}; wait until it ends, or end it "
            f"(kill {holder}), then run again"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _held[path] = file


@contextmanager
def held_run(settings: Settings) -> Iterator[None]:
    """A step of a run: takes the lock if this process has none yet, and keeps it for the run."""
    hold_run_lock(settings)
    yield


def release_run_lock(settings: Settings) -> None:
    """Give the lock back; nothing happens where this process does not hold it."""
    file = _held.pop(settings.home / "run.lock", None)
    if file is not None:
        file.close()
