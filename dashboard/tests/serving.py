"""The page's server as a process, and copies of a publication that a test may change."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
STARTED_WITHIN = 60  # seconds


class PageServer:
    """``python -m dashboard`` over one home, for the time of a with block."""

    def __init__(self, home: Path, **environment: str) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, **environment, "PATRON_HOME": str(home)}
        self._environment.pop("PATRON_PAGE_HOME", None)  # the tests' own, no setting

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "--port", str(self.port)],
            cwd=PROJECT_ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)
        self._log.close()

    @property
    def log(self) -> str:
        """What the server has said so far; exceptions of views stand here."""
        self._log.seek(0)
        return self._log.read().decode()

    def _wait(self) -> None:
        until = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log
            try:
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5).close()  # noqa: S310
            except (urllib.error.URLError, OSError):  # a slow machine too
                time.sleep(0.2)
            else:
                return
        raise AssertionError(f"no page within {STARTED_WITHIN} s: {self.log}")


@dataclass(frozen=True)
class ServedCopy:
    """A home whose publication is a test's own."""

    home: Path

    @classmethod
    def of(cls, source: Path, home: Path) -> Self:
        version = (source / "serving" / "current").resolve()
        made = cls(home)
        folder = home / "serving" / "versions" / version.name
        folder.mkdir(parents=True)
        for name in ("patron.duckdb", "manifest.json"):
            shutil.copyfile(version / name, folder / name)
        (home / "serving" / "current").symlink_to(Path("versions") / version.name)
        return made

    @property
    def folder(self) -> Path:
        return (self.home / "serving" / "current").resolve()

    @property
    def manifest(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text())
        return document

    def change(self, *statements: str) -> None:
        """Statements on the served file."""
        with duckdb.connect(self.folder / "patron.duckdb") as opened:
            for statement in statements:
                opened.execute(statement)

    def rewrite_manifest(self, **values: Any) -> None:
        file = self.folder / "manifest.json"
        file.write_text(json.dumps({**self.manifest, **values}))

    def drop(self, *tables: str) -> None:
        """Takes tables out of the publication, as if an older version had made it."""
        self.change(*(f"drop table if exists {table}" for table in tables))
        kept = [entry for entry in self.manifest["tables"] if entry["name"] not in tables]
        self.rewrite_manifest(tables=kept)

    def publish_again(self, publication_id: str, as_of_date: str) -> None:
        """Another version beside this one, served in its place in one step."""
        folder = self.home / "serving" / "versions" / publication_id
        shutil.copytree(self.folder, folder)
        link = self.home / "serving" / "next"
        link.symlink_to(Path("versions") / publication_id)
        link.replace(self.home / "serving" / "current")
        self.rewrite_manifest(publication_id=publication_id, as_of_date=as_of_date)
