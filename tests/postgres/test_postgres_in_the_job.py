"""PostgreSQL in Dagster and on the command line: a target that exists where it is configured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import dagster as dg
import pytest
from postgres_deployment import CONTRACTS, DAY, Deployment
from typer.testing import CliRunner

from orchestration import doctor
from orchestration.assets.publication import PUBLICATION
from orchestration.assets.targets import build_target_asset, key_of
from orchestration.automation import build_partitions
from orchestration.checks.targets import as_served, build_target_check
from orchestration.cli import app
from orchestration.publish.postgres import server
from orchestration.publish.postgres.target import PostgresTarget
from orchestration.run_lock import release_run_lock
from orchestration.settings import Settings

pytestmark = pytest.mark.postgres


def settings_of(deployment: Deployment) -> Settings:
    return Settings(
        home=deployment.home,
        threads=1,
        memory_limit="500MB",
        postgres_dsn=deployment.target.address.dsn,
        postgres_reader=deployment.target.reader,
    )


def materialise(settings: Settings) -> dg.ExecuteInProcessResult:
    target = PostgresTarget(settings, CONTRACTS)
    partitions = build_partitions(settings)
    definitions = dg.Definitions(
        assets=[
            dg.AssetSpec(PUBLICATION, partitions_def=partitions),
            build_target_asset(settings, target, partitions),
        ],
        asset_checks=[build_target_check(target)],
        jobs=[dg.define_asset_job("target", selection=[key_of(target)])],
    )
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            return definitions.resolve_job_def("target").execute_in_process(
                partition_key=DAY.isoformat(), instance=instance, raise_on_error=False
            )
    finally:
        release_run_lock(settings)


def test_the_asset_shows_what_is_served_and_its_check_passes(deployment: Deployment) -> None:
    served = deployment.publish().served
    result = materialise(settings_of(deployment))
    assert result.success
    [done] = result.asset_materializations_for_node("serving__postgres")
    assert done.metadata["publication_id"].value == served.publication_id
    assert done.metadata["action"].value == "loaded"
    [check] = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("postgres_equals_what_is_served", True)
    everything = [event.message for event in result.all_events], done.metadata, check.metadata
    assert deployment.server.password not in str(everything)


def test_the_check_fails_on_an_altered_row(deployment: Deployment) -> None:
    deployment.publish()
    deployment.sync()
    [version] = deployment.versions()
    deployment.do(f"update {version}.seg_customer set is_member = not is_member")
    result = as_served(PostgresTarget(settings_of(deployment), CONTRACTS))
    assert not result.passed
    assert "seg_customer: content hash" in str(result.metadata["differences"])


def test_a_server_that_is_down_fails_the_asset_plainly_and_at_once(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECT_PAUSES_SECONDS", (0.1,))
    deployment.publish()
    down = "postgresql://publisher:wr0ng-secret@127.0.0.1:1/bi"
    result = materialise(replace(settings_of(deployment), postgres_dsn=down))
    assert not result.success
    [failure] = [event for event in result.all_events if event.is_step_failure]
    told = str(failure.step_failure_data)
    assert "PostgreSQL at 127.0.0.1:1/bi cannot be reached" in told
    assert "wr0ng-secret" not in told
    assert not any(event.is_step_up_for_retry for event in result.all_events)


def patron(deployment: Deployment, *arguments: str, dsn: str | None = None) -> tuple[int, str]:
    """Exit code and output of one command, run in this process: imports cost seconds."""
    environment = {
        "PATRON_HOME": str(deployment.home),
        "PATRON_POSTGRES_DSN": deployment.target.address.dsn if dsn is None else dsn,
        "PATRON_POSTGRES_READER": deployment.target.reader,
    }
    result = CliRunner().invoke(app, list(arguments), env=environment)
    assert deployment.server.password not in result.output
    return result.exit_code, " ".join(result.output.split())


def test_an_operator_syncs_compares_and_rolls_back_by_hand(deployment: Deployment) -> None:
    first = deployment.publish(DAY).served.publication_id
    second = deployment.publish(DAY + timedelta(days=1)).served.publication_id
    assert patron(deployment, "postgres", "check")[0] == 1
    code, told = patron(deployment, "postgres", "sync")
    assert (code, f"loaded {second}" in told) == (0, True)
    assert patron(deployment, "postgres", "check")[0] == 0
    code, told = patron(deployment, "rollback", "--yes")
    assert (code, f"loaded {first}" in told) == (0, True)
    assert deployment.shown_day() == DAY
    code, told = patron(deployment, "status")
    assert "shows the same" in told


def test_commands_say_what_is_missing(deployment: Deployment) -> None:
    code, told = patron(deployment, "postgres", "sync", dsn="")
    assert (code, "PATRON_POSTGRES_DSN is not set" in told) == (2, True)
    code, told = patron(deployment, "postgres", "sync")
    assert (code, "nothing is published yet" in told) == (2, True)
    code, told = patron(deployment, "postgres", "sync", dsn="host=x, pass=wr0ng-secret")
    assert (code, "is no connection string" in told, "wr0ng-secret" in told) == (2, True, False)


def test_the_doctor_says_what_is_behind_or_down(deployment: Deployment) -> None:
    settings = settings_of(deployment)
    deployment.publish()
    [behind] = doctor._targets(settings)
    assert (behind.state.endswith("shows nothing yet"), behind.remedy) == (
        True,
        "patron postgres sync",
    )
    deployment.sync()
    [well] = doctor._targets(settings)
    assert well.remedy == ""
    down = replace(settings, postgres_dsn="postgresql://publisher:wr0ng-secret@127.0.0.1:1/bi")
    [unreachable] = doctor._targets(down)
    assert "cannot be reached" in unreachable.remedy
    assert "wr0ng-secret" not in str(unreachable)
