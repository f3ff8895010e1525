"""A store that is down or refuses, altered objects: told plainly, mended by the next run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from seaweedfs_server import running_server
from store_deployment import DAY, Deployment

from orchestration.publish import verify_served
from orchestration.publish.object_store import Location, ObjectStore, sync
from orchestration.publish.targets import TargetError

pytestmark = pytest.mark.object_store


def test_a_store_that_is_down_is_reported_and_caught_up_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_server() as own:
        for name, value in own.environment().items():
            monkeypatch.setenv(name, value)
        own.client().create_bucket(Bucket="lake")
        deployment = Deployment(tmp_path, own, "lake")
        deployment.publish(DAY)
        deployment.sync()
        own.stop()
        deployment.publish(DAY + timedelta(days=1))
        with pytest.raises(TargetError) as failure:
            deployment.sync()
        told = str(failure.value)
        assert "s3://lake/bi/ failed" in told
        assert "The next run catches up" in told
        assert own.secret not in told
        assert verify_served(deployment.serving) == []
        deployment.publish(DAY + timedelta(days=2))
        own.start()
        assert deployment.sync().action == "loaded"
        assert deployment.pointer()["as_of_date"] == str(DAY + timedelta(days=2))
        assert deployment.differences() == []


def test_a_bucket_that_does_not_exist_is_named(deployment: Deployment) -> None:
    deployment.publish()
    with pytest.raises(TargetError, match=r"s3://no-such/ failed: NoSuchBucket"):
        sync(ObjectStore(Location.of("s3://no-such"), tries=1), deployment.serving)


def test_without_credentials_it_says_so(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deployment.publish()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(TargetError, match="Unable to locate credentials"):
        deployment.sync()


MISCHIEF = {
    "a byte": lambda d: d.put(d.table(), _other_byte(d.get(d.table()))),
    "a table cut off": lambda d: d.put(d.table(), d.get(d.table())[:-1]),
    "a table gone": lambda d: d.delete(d.table()),
    "a table more": lambda d: d.put(d.table().replace("seg_customer", "seg_mine"), b"x"),
    "the manifest": lambda d: d.put(f"bi/{d.pointer()['manifest']}", b"{}"),
    "the manifest gone": lambda d: d.delete(f"bi/{d.pointer()['manifest']}"),
    "the pointer gone": lambda d: d.delete("bi/current.json"),
}


def _other_byte(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("what", MISCHIEF)
def test_what_somebody_altered_is_found_and_mended(deployment: Deployment, what: str) -> None:
    deployment.publish()
    deployment.sync()
    assert deployment.differences() == []
    MISCHIEF[what](deployment)
    assert deployment.differences() != []
    done = deployment.sync()
    assert done.action == ("restored" if what == "the pointer gone" else "repaired")
    assert deployment.differences() == []
    assert deployment.sync().action == "unchanged"


def test_a_pointer_of_somebody_else_is_not_overwritten(deployment: Deployment) -> None:
    deployment.publish()
    deployment.put("bi/current.json", b'{"format": 7}')
    with pytest.raises(TargetError, match="format 7 is unknown; known: 1"):
        deployment.sync()
    assert deployment.get("bi/current.json") == b'{"format": 7}'
