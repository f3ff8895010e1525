"""The Dagster UI on localhost: the location loads and a past partition can be run from it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from refreshing import LAST_DAY

from orchestration.automation import JOB_NAME
from orchestration.publish.serving_zone import served
from orchestration.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.whole_refresh

STARTED_WITHIN = 120  # seconds; includes loading the code location in a child process
FINISHED_WITHIN = 300

LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus
  locationOrLoadError { __typename ... on RepositoryLocation { repositories { name
    schedules { name } sensors { name } } } ... on PythonError { message } } } } } }"""
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
RUN = """query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Client:
    """GraphQL of one web server."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(  # noqa: S310 -- localhost
            self.url, data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            answer: dict[str, Any] = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]  # type: ignore[no-any-return]


@pytest.fixture
def ui(copy_of_published: Settings, tmp_path: Path) -> Iterator[tuple[Client, int, Settings]]:
    port = free_port()
    chatter = (tmp_path / "ui.log").open("wb")  # a pipe that nobody reads would fill and block it
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PATRON_HOME": str(copy_of_published.home)},
        stdout=chatter,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield Client(port), port, copy_of_published
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        chatter.close()


def wait_for_location(client: Client) -> dict[str, Any]:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline:
        try:
            entries = client.ask(LOCATIONS)["workspaceOrError"]["locationEntries"]
        except (urllib.error.URLError, ConnectionError):
            entries = []
        if entries and entries[0]["loadStatus"] == "LOADED":
            return entries[0]  # type: ignore[no-any-return]
        time.sleep(1)
    raise AssertionError("the web server did not load the code location in time")


def listening_addresses(port: int) -> set[str]:
    """Local addresses that listen on ``port``, from the kernel's own tables."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in open(table).read().splitlines()[1:]:  # noqa: SIM115, PTH123
            local, state = line.split()[1], line.split()[3]
            address, local_port = local.split(":")
            if int(local_port, 16) == port and state == "0A":
                found.add(address)
    return found


def test_a_past_partition_runs_from_the_ui(ui: tuple[Client, int, Settings]):
    client, port, settings = ui
    location = wait_for_location(client)
    repositories = location["locationOrLoadError"]["repositories"]
    assert [schedule["name"] for schedule in repositories[0]["schedules"]] == [
        "daily_refresh_schedule"
    ]
    assert {"landing_sensor", "failed_run_sensor"} <= {
        sensor["name"] for sensor in repositories[0]["sensors"]
    }
    assert listening_addresses(port) == {"0100007F"}  # 127.0.0.1 and nothing else

    past = LAST_DAY - timedelta(days=2)
    launched = client.ask(
        LAUNCH,
        params={
            "selector": {
                "repositoryLocationName": location["name"],
                "repositoryName": repositories[0]["name"],
                "jobName": JOB_NAME,
            },
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": str(past)}]},
        },
    )["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]
    deadline = time.monotonic() + FINISHED_WITHIN
    status = "QUEUED"
    while status not in ("SUCCESS", "FAILURE", "CANCELED") and time.monotonic() < deadline:
        time.sleep(2)
        status = client.ask(RUN, id=run_id)["runOrError"]["status"]
    assert status == "SUCCESS"
    manifest = served(settings.zones.serving)
    assert manifest is not None
    assert manifest.as_of_date == LAST_DAY  # an older date does not replace a newer publication
