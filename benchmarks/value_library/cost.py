"""What the parts of one process cost: wall and CPU seconds, and its peak memory.

Belongs here: measuring from inside; standard library only, because every side imports it. Does not
belong here: what is measured.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Costs:
    """Seconds of named parts; memory above the interpreter with its imports."""

    def __init__(self) -> None:
        self.baseline_mb = peak_mb()
        self.wall_s: dict[str, float] = {}
        self.cpu_s: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure what happens inside, all threads of the process included."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall_s[name] = time.perf_counter() - wall
        self.cpu_s[name] = time.process_time() - cpu

    def report(self, **found: object) -> None:
        """Print the costs and what was found as one line of JSON, the last of the output."""
        peak = peak_mb()
        print(
            json.dumps(
                {
                    "wall_s": self.wall_s,
                    "cpu_s": self.cpu_s,
                    "baseline_mb": self.baseline_mb,
                    "peak_mb": peak,
                    **found,
                }
            )
        )


def peak_mb() -> float:
    """Largest resident memory of this process so far (ru_maxrss), in MB of 10^6 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
