"""What is published to object storage, what replaces it, and what is deleted."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from seaweedfs_server import ANALYST, PUBLISHER
from store_deployment import DAY, Deployment

from orchestration.publish import rollback
from orchestration.publish.object_store import leftovers, pointer, store
from orchestration.publish.object_store.pointer import read_pointer
from orchestration.publish.targets import TargetError

pytestmark = pytest.mark.object_store
NEXT_DAY = DAY + timedelta(days=1)


def test_a_publication_is_shown_whole_and_named_by_the_pointer(deployment: Deployment) -> None:
    served = deployment.publish().served
    done = deployment.sync()
    assert (done.action, done.replaced) == ("loaded", None)
    shown = deployment.pointer()
    assert (shown["publication_id"], shown["as_of_date"]) == (served.publication_id, "2025-06-30")
    assert set(shown["tables"]) == {"seg_customer", "seg_summary"}
    local = deployment.serving / "current" / "parquet" / "seg_customer.parquet"
    assert deployment.get(deployment.table()) == local.read_bytes()
    manifest = json.loads(deployment.get(f"bi/{shown['manifest']}"))
    assert {t["name"]: t["rows"] for t in manifest["tables"]} == {
        t.name: t.rows for t in served.tables
    }
    assert deployment.differences() == []


def test_the_same_again_writes_nothing(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    before = deployment.key_names(), deployment.get("bi/current.json")
    assert deployment.sync().action == "unchanged"
    assert (deployment.key_names(), deployment.get("bi/current.json")) == before


def test_the_version_before_is_kept_and_older_ones_go_after_their_grace(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        deployment.publish(DAY + timedelta(days=n))
        deployment.sync()
    assert len(deployment.versions()) == 4, "a reader may still hold what was replaced just now"
    monkeypatch.setattr(pointer, "GRACE", timedelta(0))
    assert deployment.sync().action == "unchanged"
    left = deployment.versions()
    assert [name[:10] for name in left] == ["2025-07-02", "2025-07-03"]
    assert deployment.differences() == []


def test_the_pointer_keeps_its_size(deployment: Deployment) -> None:
    sizes = set()
    for n in range(3):
        deployment.publish(DAY + timedelta(days=n))
        deployment.sync()
        sizes.add(len(deployment.get("bi/current.json")))
    assert sizes == {pointer.POINTER_BYTES}


def test_after_a_rollback_the_kept_version_is_shown_again(deployment: Deployment) -> None:
    first = deployment.publish(DAY).served
    deployment.sync()
    deployment.publish(NEXT_DAY)
    deployment.sync()
    versions = deployment.versions()
    rollback(deployment.serving)
    done = deployment.sync()
    assert (done.action, done.manifest) == ("restored", first)
    assert deployment.versions() == versions
    assert deployment.differences() == []


def test_a_newer_day_of_another_deployment_is_replaced_only_when_forced(
    deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Deployment(tmp_path_factory.mktemp("other"), deployment.server, deployment.bucket)
    other.publish(NEXT_DAY)
    other.sync()
    deployment.publish(DAY)
    with pytest.raises(TargetError, match="patron object-store sync --force"):
        deployment.sync()
    assert deployment.sync(force=True).action == "loaded"
    assert deployment.differences() == []


def test_what_another_deployment_uploads_is_left_alone_for_a_day(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.put("bi/versions/2025-06-30-ab.ffffff-123456/parquet/seg_x.parquet", b"half")
    deployment.put("bi/versions/kept by hand/notes.txt", b"mine")
    deployment.publish()
    deployment.sync()
    assert len(deployment.versions()) == 3
    monkeypatch.setattr(leftovers, "OTHERS_GRACE", timedelta(0))
    deployment.sync()
    assert deployment.versions() == [deployment.table().split("/")[2], "kept by hand"]


def test_of_two_publishers_the_slower_one_is_told(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one writes the pointer between our reading and our writing it."""
    deployment.publish(DAY)
    deployment.sync()
    seen = read_pointer(deployment.store)
    assert seen is not None
    deployment.put("bi/current.json", deployment.get("bi/current.json") + b"\n")
    monkeypatch.setattr(
        "orchestration.publish.object_store.synchronise.read_pointer", lambda store: seen
    )
    deployment.publish(NEXT_DAY)
    with pytest.raises(TargetError, match="another publisher wrote"):
        deployment.sync()
    assert deployment.pointer()["publication_id"] == seen.shown.publication_id


def test_a_large_table_goes_up_in_parts_and_comes_back(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PART_BYTES", 5 << 20)
    deployment.publish(customers=800_000)
    deployment.sync()
    size = deployment.server.client().head_object(Bucket=deployment.bucket, Key=deployment.table())
    assert size["ContentLength"] > 5 << 20
    assert "-" in size["ETag"], "the entity tag of an upload in parts"
    assert deployment.differences() == []
    assert deployment.unfinished() == []


def test_the_analyst_reads_and_cannot_write(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    analyst = deployment.server.client(ANALYST)
    assert analyst.get_object(Bucket=deployment.bucket, Key="bi/current.json")["Body"].read()
    for attempt in (
        lambda: analyst.put_object(Bucket=deployment.bucket, Key="bi/current.json", Body=b"x"),
        lambda: analyst.delete_object(Bucket=deployment.bucket, Key=deployment.table()),
    ):
        with pytest.raises(analyst.exceptions.ClientError, match="AccessDenied"):
            attempt()
    assert deployment.differences() == []


def test_no_object_carries_a_public_access_list(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    client = deployment.server.client()
    for key in deployment.key_names():
        grants = client.get_object_acl(Bucket=deployment.bucket, Key=key)["Grants"]
        assert not [g for g in grants if "AllUsers" in g["Grantee"].get("URI", "")], key


def test_the_check_tells_when_everybody_may_read(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    everything = f"arn:aws:s3:::{deployment.bucket}/*"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": everything}
        ],
    }
    deployment.server.client().put_bucket_policy(
        Bucket=deployment.bucket, Policy=json.dumps(policy)
    )
    [difference] = deployment.differences()
    assert difference.observed == "readable by everybody"


@pytest.mark.parametrize("level", [logging.INFO])
def test_no_log_or_message_shows_the_secret(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    level: int,
) -> None:
    deployment.publish()
    wrong = "wr0ng-" + "s" * 30
    with caplog.at_level(level):
        deployment.sync()
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", wrong)
        for attempt in (deployment.sync, deployment.differences):
            with pytest.raises(TargetError, match="SignatureDoesNotMatch") as failure:
                attempt()
            told = f"{failure.value} {failure.value!r}"
            assert failure.value.__suppress_context__
            assert not {wrong, deployment.server.secret} & set(told.split())
            assert wrong not in told
    assert wrong not in caplog.text
    assert deployment.server.secret not in caplog.text
    assert PUBLISHER not in deployment.get("bi/current.json").decode()
