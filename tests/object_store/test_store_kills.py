"""A publisher that dies leaves the old publication or the new one, whole; the next one mends."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_deployment import DAY, Deployment

from orchestration.publish import Manifest, PublicationError, read_manifest, served
from orchestration.publish.object_store import pointer
from orchestration.publish.object_store.pointer import Version, read_pointer
from orchestration.publish.object_store.read_back import object_differences
from orchestration.publish.object_store.store import ObjectStore
from orchestration.publish.one_publisher import only_publisher_of
from orchestration.settings import PROJECT_ROOT

pytestmark = pytest.mark.object_store

PUBLISHER = Path(__file__).with_name("killed_store_publisher.py")
CALLS = ("read", "write", "upload", "download", "listed", "unfinished", "abort", "delete")


class KilledError(BaseException):
    """The publisher's process is gone."""


class Mortality:
    """Lets every call to the store through until the n-th, before which the publisher dies."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls, self.dies_before = 0, 0
        for name in CALLS:
            monkeypatch.setattr(ObjectStore, name, self._counted(getattr(ObjectStore, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls == self.dies_before:
                raise KilledError
            return call(*arguments, **options)

        return counted


def must_show_one_whole(deployment: Deployment, known: list[Manifest]) -> Manifest:
    """What the pointer names is one of ``known``, every byte of it."""
    found = read_pointer(deployment.store)
    assert found is not None
    [manifest] = [m for m in known if found.shown.holds(m)]
    assert object_differences(deployment.store, found.shown, manifest) == []
    return manifest


def must_have_mended(deployment: Deployment) -> None:
    assert deployment.differences() == []
    assert deployment.unfinished() == []
    assert len(deployment.versions()) <= 2


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointer, "GRACE", timedelta(0))


def test_dying_before_any_call_leaves_one_whole_publication(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, no_grace: None
) -> None:
    for days in range(3):  # the third replaces one and deletes one, as all that follow
        new = deployment.publish(DAY + timedelta(days=days)).served
        deployment.sync()
    with monkeypatch.context() as patched:
        mortality = Mortality(patched)
        new = deployment.publish(DAY + timedelta(days=3)).served
        deployment.sync()
    shown = []
    for n in range(1, mortality.calls + 1):
        old, new = new, deployment.publish(DAY + timedelta(days=3 + n)).served
        with monkeypatch.context() as patched:
            Mortality(patched).dies_before = n
            with pytest.raises(KilledError):
                deployment.sync()
        shown.append(must_show_one_whole(deployment, [old, new]) is new)
        assert deployment.sync().action in ("loaded", "restored", "unchanged")
        must_have_mended(deployment)
    assert shown == sorted(shown), "once shown, a publication stays"
    assert set(shown) == {False, True}


def kill_at_random_points(deployment: Deployment, kills: int, seed: int) -> int:
    """Kill a publisher so often; returns how often it left something half done."""
    chance = random.Random(seed)
    day, left_behind = DAY, 0
    for _ in range(kills):
        kill_one(deployment, day, chance.uniform(0, 2.5))
        on_disk = [read_manifest(f) for f in (deployment.serving / "versions").iterdir()]
        must_show_one_whole(deployment, on_disk)
        shown = read_pointer(deployment.store)
        assert shown is not None
        known = {v.folder.split("/")[1] for v in (shown.shown, *shown.before)}
        left_behind += bool(deployment.unfinished() or set(deployment.versions()) - known)
        deployment.sync()
        must_have_mended(deployment)
        last = served(deployment.serving)
        assert last is not None
        day = last.as_of_date + timedelta(days=1)
    return left_behind


def kill_one(deployment: Deployment, day: date, seconds: float) -> None:
    """Start a publisher and kill it so long after its first publication."""
    publisher = subprocess.Popen(
        [sys.executable, str(PUBLISHER), str(deployment.home), day.isoformat(), deployment.url],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
    )
    assert publisher.stdout is not None
    assert publisher.stdout.readline()  # from here on it is publishing all the time
    time.sleep(seconds)
    publisher.kill()
    publisher.communicate()


def test_killed_at_a_few_random_points(deployment: Deployment, no_grace: None) -> None:
    kill_at_random_points(deployment, kills=3, seed=20250630)


@pytest.mark.drill
def test_killed_at_twenty_random_points(deployment: Deployment, no_grace: None) -> None:
    assert kill_at_random_points(deployment, kills=20, seed=6) > 0


def test_an_upload_that_did_not_end_is_given_up(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    folder = deployment.table().rsplit("/", 2)[0]
    key = f"{folder[:-6]}abcdef/parquet/seg_customer.parquet"  # of this deployment, another load
    client = deployment.server.client()
    begun = client.create_multipart_upload(Bucket=deployment.bucket, Key=key)
    client.upload_part(
        Bucket=deployment.bucket, Key=key, UploadId=begun["UploadId"], PartNumber=1, Body=b"half"
    )
    assert deployment.unfinished() == [key]
    deployment.sync()
    assert deployment.unfinished() == []
    assert deployment.differences() == []


def test_two_publishers_of_one_deployment_exclude_each_other(deployment: Deployment) -> None:
    deployment.publish()
    lock = deployment.serving / ".object-store.lock"
    with (
        only_publisher_of("the test", lock),
        pytest.raises(PublicationError, match=r"another process publishes into s3://lake-\d+/bi/"),
    ):
        deployment.sync()
    assert deployment.sync().action == "loaded"


def test_a_version_that_was_killed_before_it_was_shown_is_not_uploaded_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(DAY)
    deployment.sync()
    deployment.publish(DAY + timedelta(days=1))

    def die(*arguments: Any) -> Version:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr("orchestration.publish.object_store.synchronise.point_to", die)
        with pytest.raises(KilledError):
            deployment.sync()
    assert deployment.sync().action == "restored"
    assert deployment.differences() == []
