"""A SeaweedFS server of the tests' own: in a temporary folder, on loopback.

Belongs here: starting and stopping it, its accounts, buckets in it. Does not belong here: what is
published there.
"""

from __future__ import annotations

import json
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
from typing import Any

from orchestration.settings import PROJECT_ROOT

READERS_ENVIRONMENT = PROJECT_ROOT / ".venv-object-store"
PUBLISHER, ANALYST = "publisher", "analyst"  # the analyst reads and lists, nothing else
START_SECONDS = 60
ACTIONS = {PUBLISHER: ["Admin"], ANALYST: ["Read", "List"]}


@dataclass
class Server:
    """A running server; stopped and started again it keeps its ports and its data."""

    folder: Path
    ports: dict[str, int]
    secret: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3']}"

    def environment(self, account: str = PUBLISHER, secret: str | None = None) -> dict[str, str]:
        """The AWS_* variables of an account, as a deployment has them."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": self.secret if secret is None else secret,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, account: str = PUBLISHER) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1",
            aws_access_key_id=account, aws_secret_access_key=self.secret,
            config=Config(s3={"addressing_style": "path"}),
        )  # fmt: skip

    def start(self) -> None:
        options = {
            "dir": self.folder / "data", "ip": "127.0.0.1", "ip.bind": "127.0.0.1",
            # Each bucket takes seven volumes; each test has a bucket. They are not preallocated.
            "master.volumeSizeLimitMB": 64, "volume.max": 5000, "filer": "true", "s3": "true",
            "s3.config": self.folder / "accounts.json",
            "s3.port.iceberg": 0, "s3.port.lance": 0,
            **{f"{part}.port": port for part, port in self.ports.items()},
            **{f"{part}.port.grpc": port + 1 for part, port in self.ports.items()},
        }  # fmt: skip
        arguments = [f"-{name}={value}" for name, value in options.items()]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program(), "server", *arguments], stdout=log, stderr=log, cwd=self.folder
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._writes():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-4000:])
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def _writes(self) -> bool:
        """Whether an object can be written: its parts come up one after the other."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = self.client()
            if "started" not in [b["Name"] for b in client.list_buckets()["Buckets"]]:
                client.create_bucket(Bucket="started")
            client.put_object(Bucket="started", Key="it", Body=b"x" * 4096)
        except (BotoCoreError, ClientError):
            return False
        return True


def program() -> Path:
    """The server's program, as its package carries it."""
    found = READERS_ENVIRONMENT / "bin" / "weed"
    if not found.exists():
        raise RuntimeError("no S3 server is installed; `make test-object-store` installs it")
    return found


@contextmanager
def running_server() -> Iterator[Server]:
    memory = Path("/dev/shm")  # noqa: S108 - objects that need not last need not see a disk
    folder = Path(tempfile.mkdtemp(prefix="patron-s3-", dir=memory if memory.is_dir() else None))
    secret = secrets.token_hex(16)
    (folder / "data").mkdir()
    accounts = [
        {
            "name": name,
            "credentials": [{"accessKey": name, "secretKey": secret}],
            "actions": actions,
        }
        for name, actions in ACTIONS.items()
    ]
    (folder / "accounts.json").write_text(json.dumps({"identities": accounts}))
    server = Server(folder, _free_ports("master", "volume", "filer", "s3"), secret)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _free_ports(*parts: str) -> dict[str, int]:
    """For each part a free port whose next one is free, too."""
    ports: dict[str, int] = {}
    while len(ports) < len(parts):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            if all(abs(port - known) > 1 for known in ports.values()):
                ports[parts[len(ports)]] = port
    return ports
