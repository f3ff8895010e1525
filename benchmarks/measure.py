"""What one command costs: wall and CPU seconds and peak memory, descendants included.

Belongs here: measuring. Does not belong here: what is measured.

CPU seconds are those of the command and of every descendant it waited for (wait4). Peak memory is
the largest sum of resident memory over the tree of processes, read five times a second, or the
largest single process (wait4) where that is more. Pages that processes share count for each (a few
MB of libraries); proportional sizes would be exact, but reading them took 7 % of a core. Keep this
process small: a child starts with its parent's peak.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL_S = 0.2
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, peak memory in MB of 10^6 bytes."""

    wall_s: float
    cpu_s: float
    peak_mb: float


class CommandFailed(RuntimeError):
    """A measured command failed, so there is nothing to report."""


def measure(command: Sequence[str], environment: Mapping[str, str], output: Path) -> Cost:
    """Run ``command`` to its end, its output to a file, and return its cost.

    Raises:
        CommandFailed: its exit status is not 0; the message ends with its last lines.
    """
    peak = _Peak()
    started = time.perf_counter()
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command, env=dict(environment), stdout=stream, stderr=subprocess.STDOUT
        )
        watcher = threading.Thread(target=peak.watch, args=(process.pid,), daemon=True)
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)  # already waited for
    peak.stop.set()
    watcher.join()
    if process.returncode != 0:
        tail = "\n".join(output.read_text(errors="replace").splitlines()[-20:])
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}\n{tail}")
    return Cost(wall, used.ru_utime + used.ru_stime, max(peak.largest, used.ru_maxrss * 1024) / 1e6)


class _Peak:
    """Largest memory of a tree of processes, in bytes, while it is being watched."""

    def __init__(self) -> None:
        self.largest = 0
        self.stop = threading.Event()

    def watch(self, root: int) -> None:
        while not self.stop.wait(INTERVAL_S):
            self.largest = max(self.largest, sum(_memory(pid) for pid in _tree(root)))


def _tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            waiting += [int(c) for task in tasks for c in (task / "children").read_text().split()]
        except OSError:  # it ended meanwhile
            continue
    return found


def _memory(pid: int) -> int:
    try:
        resident = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:  # it ended meanwhile
        return 0
    return int(resident) * PAGE_BYTES
