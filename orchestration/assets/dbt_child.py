"""The dbt process of a run: dbt's own command, with two changes.

It ends when the run is killed: else it would go on after `kill -9` of the run, hold the warehouse
file and keep the next run out (Linux only; elsewhere the next run waits for the orphan to end). And
events that no log takes are not written.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was killed before the line above
            sys.exit(1)
    from dbt.cli.main import cli

    drop_debug_events()
    cli()


def drop_debug_events() -> None:
    """Let dbt forget its debug events: every log of a run is at level info.

    dbt renders each event to JSON, once per log, before it asks for the level: 14,000 events of one
    build, a tenth to a fifth of its CPU time.
    """
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    fire_event = EventManager.fire_event

    def fire_if_read(
        self: EventManager, e: Any, level: EventLevel | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG or self.callbacks:
            fire_event(self, e, level, *args, **kwargs)

    EventManager.fire_event = fire_if_read  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
