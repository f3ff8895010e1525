"""A PostgreSQL server of the tests' own: in a temporary folder, on loopback, as a plain user.

Belongs here: starting and stopping it, and databases in it. Imported by the fixtures of this folder
and by the benchmark.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

SUPERUSER = "administrator"
PUBLISHER = "publisher"  # no superuser: may make roles, and owns its databases
START_SECONDS = 60


@dataclass
class Server:
    """A running server; stopped and started again it keeps its port and its data."""

    folder: Path
    programs: Path
    port: int
    password: str = field(repr=False)
    durable: bool = False
    process: subprocess.Popen[bytes] | None = None

    def dsn(self, database: str, user: str = PUBLISHER, password: str | None = None) -> str:
        secret = self.password if password is None else password
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def administer(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.dsn(database, SUPERUSER), autocommit=True)

    def new_database(self, name: str) -> str:
        """A fresh database that the publisher owns; returns the publisher's connection string."""
        with self.administer() as connection:
            connection.execute(f"create database {name} owner {PUBLISHER}")
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        with self.administer() as connection:
            connection.execute(f"drop database {name} with (force)")

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "on" if self.durable else "off",
            "max_connections": "50",
        }
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "cluster", *arguments],
                stdout=log, stderr=log, cwd=self.folder, **_plain_user(),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.administer().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "server.log").read_text()) from None
                time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends connections and writes everything down first; SIGQUIT ends at once."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None


def find_programs() -> Path:
    """Folder of the newest server's programs that Debian's packages installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if not found:
        raise RuntimeError("no PostgreSQL server is installed; `make test-postgres` installs it")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))


@contextmanager
def running_server(durable: bool = False) -> Iterator[Server]:
    """A new cluster; ``durable`` as in production, else faster."""
    memory = Path("/dev/shm")  # noqa: S108 - a cluster that need not last need not see a disk
    place = memory if memory.is_dir() and not durable else None
    folder = Path(tempfile.mkdtemp(prefix="patron-postgres-", dir=place))
    server = Server(folder, find_programs(), _free_port(), secrets.token_hex(8), durable)
    try:
        (folder / "password").write_text(server.password)
        user = _plain_user()
        if user:
            os.chown(folder, int(user["user"]), int(user["group"]))
            os.chown(folder / "password", int(user["user"]), int(user["group"]))
        subprocess.run(
            [server.programs / "initdb", "-D", folder / "cluster", "-U", SUPERUSER,
             "-A", "scram-sha-256", "--pwfile", folder / "password",
             "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True, capture_output=True, cwd=folder, **_plain_user(),
        )  # fmt: skip
        server.start()
        with server.administer() as connection:
            connection.execute(
                f"create role {PUBLISHER} login createrole password '{server.password}'"
            )
        yield server
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(folder)


def _plain_user() -> dict[str, int | list[int]]:
    """PostgreSQL refuses to run as root; its package brings a user of its own."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
