"""Object storage in Dagster and on the command line; a target that is down leaves others alone."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg
import pytest
from store_deployment import DAY, Deployment
from typer.testing import CliRunner

from orchestration import doctor
from orchestration.assets.publication import PUBLICATION
from orchestration.assets.targets import build_target_asset, key_of
from orchestration.automation import build_partitions
from orchestration.checks.targets import as_served, build_target_check
from orchestration.cli import app
from orchestration.publish.object_store import store
from orchestration.publish.object_store.target import ObjectStoreTarget
from orchestration.publish.postgres import server as postgres_server
from orchestration.publish.targets import configured_targets
from orchestration.run_lock import release_run_lock
from orchestration.settings import Settings

pytestmark = pytest.mark.object_store
POSTGRES_THAT_IS_DOWN = "postgresql://publisher:wr0ng-secret@127.0.0.1:1/bi"


def settings_of(deployment: Deployment, postgres_dsn: str | None = None) -> Settings:
    return Settings(
        home=deployment.home, threads=1, memory_limit="500MB",
        object_store_url=deployment.url, postgres_dsn=postgres_dsn,
    )  # fmt: skip


def materialise(settings: Settings) -> dg.ExecuteInProcessResult:
    targets, partitions = configured_targets(settings), build_partitions(settings)
    definitions = dg.Definitions(
        assets=[
            dg.AssetSpec(PUBLICATION, partitions_def=partitions),
            *[build_target_asset(settings, target, partitions) for target in targets],
        ],
        asset_checks=[build_target_check(target) for target in targets],
        jobs=[dg.define_asset_job("targets", selection=[key_of(target) for target in targets])],
    )
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            return definitions.resolve_job_def("targets").execute_in_process(
                partition_key=DAY.isoformat(), instance=instance, raise_on_error=False
            )
    finally:
        release_run_lock(settings)


def test_the_asset_shows_what_is_served_and_its_check_passes(deployment: Deployment) -> None:
    served = deployment.publish().served
    result = materialise(settings_of(deployment))
    assert result.success
    [done] = result.asset_materializations_for_node("serving__object_store")
    assert done.metadata["publication_id"].value == served.publication_id
    assert done.metadata["where"].value == f"{deployment.url}/"
    [check] = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("object_store_equals_what_is_served", True)
    everything = [event.message for event in result.all_events], done.metadata, check.metadata
    assert deployment.server.secret not in str(everything)


def test_a_postgres_that_is_down_fails_itself_alone(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "CONNECT_PAUSES_SECONDS", (0.1,))
    deployment.publish()
    result = materialise(settings_of(deployment, POSTGRES_THAT_IS_DOWN))
    assert not result.success
    assert result.asset_materializations_for_node("serving__object_store")
    assert [event.step_key for event in result.all_events if event.is_step_failure] == [
        "serving__postgres"
    ]
    assert deployment.differences() == []


def test_a_store_that_is_down_fails_plainly_and_at_once(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "TRIES", 2)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    deployment.publish()
    result = materialise(settings_of(deployment))
    assert not result.success
    [failure] = [event for event in result.all_events if event.is_step_failure]
    told = str(failure.step_failure_data)
    assert "Could not connect" in told
    assert deployment.server.secret not in told
    assert not any(event.is_step_up_for_retry for event in result.all_events)


def test_the_check_fails_on_an_altered_object(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    deployment.put(deployment.table(), deployment.get(deployment.table("seg_summary")))
    result = as_served(ObjectStoreTarget(settings_of(deployment)))
    assert not result.passed
    assert "seg_customer" in str(result.metadata["differences"])


def patron(deployment: Deployment, *arguments: str, url: str | None = None) -> tuple[int, str]:
    """Exit code and output of one command, run in this process: imports cost seconds."""
    environment = {
        "PATRON_HOME": str(deployment.home),
        "PATRON_OBJECT_STORE_URL": deployment.url if url is None else url,
    }
    result = CliRunner().invoke(app, list(arguments), env=environment)
    assert deployment.server.secret not in result.output
    return result.exit_code, " ".join(result.output.split())


def test_an_operator_syncs_compares_and_rolls_back_by_hand(deployment: Deployment) -> None:
    first = deployment.publish(DAY).served.publication_id
    second = deployment.publish(DAY + timedelta(days=1)).served.publication_id
    assert patron(deployment, "object-store", "check")[0] == 1
    code, told = patron(deployment, "object-store", "sync")
    assert (code, f"loaded {second}" in told) == (0, True)
    assert patron(deployment, "object-store", "check")[0] == 0
    code, told = patron(deployment, "rollback", "--yes")
    assert (code, f"loaded {first}" in told) == (0, True)
    assert deployment.pointer()["as_of_date"] == str(DAY)
    code, told = patron(deployment, "status")
    assert "object storage at s3://lake" in told
    assert "shows the same" in told


def test_commands_say_what_is_missing(deployment: Deployment) -> None:
    code, told = patron(deployment, "object-store", "sync", url="")
    assert (code, "PATRON_OBJECT_STORE_URL is not set" in told) == (2, True)
    code, told = patron(deployment, "object-store", "sync")
    assert (code, "nothing is published yet" in told) == (2, True)


def test_the_doctor_says_what_is_behind_or_down(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(deployment)
    deployment.publish()
    [behind] = doctor._targets(settings)
    assert behind.state.endswith("shows nothing yet")
    assert behind.remedy == "patron object-store sync"
    deployment.sync()
    [well] = doctor._targets(settings)
    assert well.remedy == ""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    [unreachable] = doctor._targets(settings)
    assert "Could not connect" in unreachable.remedy
