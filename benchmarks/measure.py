"""What one command costs: wall and CPU seconds and peak memory, descendants included.

Belongs here: measuring. Does not belong here: what is measured.

CPU seconds are those of the command and of every descendant it waited for (wait4). Peak memory is
the largest sum of resident memory over the tree of processes, read five times a second, or the
largest single process (wait4) where that is more. Both are kept with their times too, so that what
a command tells of its steps can be laid over them (``steps.py``). Pages that processes share count
for each (a few MB of libraries); proportional sizes would be exact, but reading them took 7 % of a
core. Keep this process small: a child starts with its parent's peak.
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
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, peak memory in MB of 10^6 bytes."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class Sample:
    """The tree of processes at an instant: CPU seconds so far, resident memory."""

    at: float
    cpu_s: float
    memory_mb: float


class CommandFailed(RuntimeError):
    """A measured command failed, so there is nothing to report."""


def measure(command: Sequence[str], environment: Mapping[str, str], output: Path) -> Cost:
    """Run ``command`` to its end, its output to a file, and return its cost.

    Raises:
        CommandFailed: its exit status is not 0; the message ends with its last lines.
    """
    return watch(command, environment, output)[0]


def watch(
    command: Sequence[str], environment: Mapping[str, str], output: Path
) -> tuple[Cost, list[Sample]]:
    """As :func:`measure`; the second value is its course, from zero to its whole cost."""
    watcher = _Watcher()
    began, started = time.time(), time.perf_counter()
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command, env=dict(environment), stdout=stream, stderr=subprocess.STDOUT
        )
        thread = threading.Thread(target=watcher.watch, args=(process.pid,), daemon=True)
        thread.start()
        _, status, used = os.wait4(process.pid, 0)
    wall, ended = time.perf_counter() - started, time.time()
    process.returncode = os.waitstatus_to_exitcode(status)  # already waited for
    watcher.stop.set()
    thread.join()
    if process.returncode != 0:
        tail = "\n".join(output.read_text(errors="replace").splitlines()[-20:])
        raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}\n{tail}")
    cpu = used.ru_utime + used.ru_stime
    largest = max((sample.memory_mb for sample in watcher.samples), default=0.0)
    course = [Sample(began, 0.0, 0.0), *watcher.samples, Sample(ended, cpu, 0.0)]
    return Cost(wall, cpu, max(largest, used.ru_maxrss * 1024 / 1e6)), course


class _Watcher:
    """Reads a tree of processes again and again until it is stopped."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.stop = threading.Event()

    def watch(self, root: int) -> None:
        while not self.stop.wait(INTERVAL_S):
            pids = _tree(root)
            cpu, memory = sum(map(_cpu, pids)), sum(map(_memory, pids))
            if cpu:  # it had not ended
                self.samples.append(Sample(time.time(), cpu / TICKS_PER_S, memory / 1e6))


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


def _cpu(pid: int) -> int:
    """Clock ticks of a process and of the children that it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return 0
    return sum(map(int, fields[11:15]))
