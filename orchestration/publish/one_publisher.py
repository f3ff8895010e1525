"""One publisher at a time on this machine.

Belongs here: the lock of a file. Does not belong here: what is done under it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.publish import durable
from orchestration.publish.manifest import PublicationError


@contextmanager
def only_publisher_of(place: str, lock: Path) -> Iterator[None]:
    """Hold ``lock``; the system frees it when the process ends, however it ends.

    Raises:
        PublicationError: another process publishes into ``place``.
    """
    durable.make_folder(lock.parent)
    with lock.open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublicationError(
                f"another process publishes into {place}; run one refresh at a time"
            ) from error
        yield
