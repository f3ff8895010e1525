"""A publisher that dies leaves the old publication or the new one, whole; the next one mends."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from postgres_deployment import DAY, DUCKDB, Deployment

from orchestration.publish import Manifest, read_manifest, served
from orchestration.publish.postgres import TargetError, server, shown_at, synchronise
from orchestration.publish.postgres.read_back import content_differences
from orchestration.settings import PROJECT_ROOT

pytestmark = pytest.mark.postgres

PUBLISHER = Path(__file__).with_name("killed_postgres_publisher.py")
POINTS = 12


class KilledError(BaseException):
    """The publisher's process is gone."""


class MortalConnection(psycopg.Connection[Any]):
    """Dies before its n-th statement, as a process does: without a word to the server."""

    statements = 0
    dies_before: int | None = None

    def execute(self, *arguments: Any, **options: Any) -> Any:
        self._live()
        return super().execute(*arguments, **options)

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        self._live()  # COPY, and once more for each execute
        return super().cursor(*arguments, **options)

    def _live(self) -> None:
        MortalConnection.statements += 1
        if MortalConnection.statements == MortalConnection.dies_before:
            self.pgconn.finish()
            raise KilledError


def must_show_one_whole(deployment: Deployment, known: list[Manifest]) -> Manifest:
    """What PostgreSQL shows is one of ``known``, every row of it."""
    shown = shown_at(deployment.target)
    assert shown is not None
    [manifest] = [m for m in known if shown.holds(m)]
    assert content_differences(deployment.target.address, "patron", manifest, DUCKDB) == []
    return manifest


def must_have_mended(deployment: Deployment) -> None:
    assert deployment.differences() == []
    assert len(deployment.versions()) <= 2


def test_dying_before_any_statement_leaves_one_whole_publication(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.psycopg, "connect", MortalConnection.connect)
    monkeypatch.setattr(MortalConnection, "dies_before", None)
    for days in range(3):  # the third replaces one and deletes one, as all that follow
        monkeypatch.setattr(MortalConnection, "statements", 0)
        new = deployment.publish(DAY + timedelta(days=days)).served
        deployment.sync()
    whole_sync = MortalConnection.statements
    shown = []
    for n in range(POINTS):
        old, new = new, deployment.publish(DAY + timedelta(days=3 + n)).served
        MortalConnection.statements = 0
        MortalConnection.dies_before = 2 + n * (whole_sync - 2) // (POINTS - 1)
        with pytest.raises(KilledError):
            deployment.sync()
        MortalConnection.dies_before = None
        shown.append(must_show_one_whole(deployment, [old, new]) is new)
        assert deployment.sync().action in ("loaded", "restored", "unchanged")
        must_have_mended(deployment)
    assert shown == sorted(shown), "once shown, a publication stays"
    assert set(shown) == {False, True}


def kill_at_random_points(deployment: Deployment, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    day = DAY
    for _ in range(kills):
        publisher = subprocess.Popen(
            [
                sys.executable, str(PUBLISHER), str(deployment.home), day.isoformat(),
                deployment.target.address.dsn, deployment.target.reader,
            ],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        )  # fmt: skip
        assert publisher.stdout is not None
        assert publisher.stdout.readline()  # from here on it is publishing all the time
        time.sleep(chance.uniform(0, 2.5))
        publisher.kill()
        publisher.communicate()
        on_disk = [read_manifest(f) for f in (deployment.serving / "versions").iterdir()]
        must_show_one_whole(deployment, on_disk)
        deployment.sync()
        must_have_mended(deployment)
        left = served(deployment.serving)
        assert left is not None
        day = left.as_of_date + timedelta(days=1)


def test_killed_at_a_few_random_points(deployment: Deployment) -> None:
    kill_at_random_points(deployment, kills=3, seed=20250630)


@pytest.mark.drill
def test_killed_at_twenty_random_points(deployment: Deployment) -> None:
    kill_at_random_points(deployment, kills=20, seed=6)


def test_two_publishers_exclude_each_other(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LOCK_PATIENCE_SECONDS", 1)
    deployment.publish()
    with (
        server.connected(deployment.target.address) as other,
        server.only_publisher(other, deployment.target.address),
    ):
        pid = other.info.backend_pid
        with pytest.raises(TargetError, match=rf"another publisher .* server process {pid} of"):
            deployment.sync()
    assert deployment.sync().action == "loaded"


def test_publishers_that_start_together_come_one_after_the_other(deployment: Deployment) -> None:
    deployment.publish()
    done: list[str] = []
    together = [
        threading.Thread(target=lambda: done.append(str(deployment.sync().action)))
        for _ in range(3)
    ]
    for publisher in together:
        publisher.start()
    for publisher in together:
        publisher.join(timeout=60)
    assert sorted(done) == ["loaded", "unchanged", "unchanged"]
    assert deployment.differences() == []


def test_a_server_that_restarts_in_the_middle_is_tried_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish()
    ended: list[int] = []
    load = synchronise.load_version

    def load_until_ended(connection: psycopg.Connection, *arguments: Any) -> Any:
        if not ended:
            ended.append(connection.info.backend_pid)
            deployment.do(f"select pg_terminate_backend({connection.info.backend_pid})")
        return load(connection, *arguments)

    monkeypatch.setattr(synchronise, "load_version", load_until_ended)
    assert deployment.sync().action == "loaded"
    assert len(ended) == 1
    must_have_mended(deployment)
