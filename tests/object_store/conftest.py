"""One server for all tests of this folder, a bucket and a deployment for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from seaweedfs_server import Server, running_server
from store_deployment import Deployment

numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture
def deployment(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    bucket = f"lake-{next(numbers)}"
    server.client().create_bucket(Bucket=bucket)
    return Deployment(tmp_path, server, bucket)
