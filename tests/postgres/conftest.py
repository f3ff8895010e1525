"""One server for all tests of this folder, a database and a deployment for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from postgres_deployment import Deployment
from postgres_server import Server, running_server

from orchestration.publish.postgres import Address, Target

names = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture
def deployment(server: Server, tmp_path: Path) -> Iterator[Deployment]:
    number = next(names)
    dsn = server.new_database(f"bi_{number}")
    yield Deployment(tmp_path, server, f"bi_{number}", Target(Address(dsn), f"reader_{number}"))
    server.drop_database(f"bi_{number}")


@pytest.fixture
def reader(deployment: Deployment) -> str:
    """A person who may log in and is a member of the reader role."""
    deployment.publish()
    deployment.sync()
    name = f"analyst_{deployment.database}"
    deployment.do(f"create role {name} login password '{deployment.server.password}'")
    deployment.do(f"grant {deployment.target.reader} to {name}")
    return name
