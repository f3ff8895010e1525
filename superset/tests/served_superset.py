"""``python -m launch`` as a process, for the time of a with block."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PATRON = str(PROJECT_ROOT / ".venv" / "bin" / "patron")
PASSWORD = "only-of-this-test"  # noqa: S105
STARTED_WITHIN = 900  # seconds; its own database is made first, and the machine may be busy


class ServedSuperset:
    """Superset over one home, as ``make superset`` starts it."""

    def __init__(self, home: Path, port: int | None = None, **environment: str) -> None:
        self.port = port or _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes]
        self._log: IO[bytes]
        outside = {n: v for n, v in os.environ.items() if not n.startswith("PATRON_")}
        self._environment = {
            **outside,
            **environment,
            "PATRON_HOME": str(home),
            "PYTHONPATH": str(PROJECT_ROOT / "superset"),
        }

    @classmethod
    @contextmanager
    def unstarted(cls, home: Path, port: int | None = None, **environment: str) -> Iterator[Self]:
        """To be started by the test; whatever runs at the end is stopped."""
        server = cls(home, port, **environment)
        with tempfile.TemporaryFile() as server._log:
            yield server
            server.interrupt()

    @classmethod
    @contextmanager
    def running(cls, home: Path, **environment: str) -> Iterator[Self]:
        with cls.unstarted(home, **environment) as server:
            server.start()
            server.wait()
            yield server

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launch", "--port", str(self.port)],
            cwd=PROJECT_ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )

    def wait(self) -> None:
        until = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log
            try:
                urllib.request.urlopen(f"{self.address}/health", timeout=5).close()  # noqa: S310
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.3)
            else:
                return
        raise AssertionError(f"no Superset within {STARTED_WITHIN} s: {self.log}")

    def interrupt(self) -> int:
        """Ctrl-C: the whole group gets the signal, as in a terminal. Returns the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    @property
    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
