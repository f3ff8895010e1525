"""Who is on call hears of a refresh that could not begin, and its error stays in sight."""

from pathlib import Path
from unittest.mock import Mock

import pytest
import typer
from typer.testing import CliRunner, Result

from orchestration import refresh
from orchestration.cli import app
from orchestration.failure_report import reported
from orchestration.run_lock import RefreshRunningError
from orchestration.settings import Settings

AT_WORK = "process 12 refreshes it"
RUN = ["run", "--as-of", "2025-06-30"]
BACKFILL = ["backfill", "--from", "2025-06-29", "--to", "2025-06-30"]


@pytest.fixture
def another_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*_arguments: object, **_options: object) -> None:
        raise RefreshRunningError(AT_WORK)

    monkeypatch.setattr(refresh, "run_refresh", raises)
    monkeypatch.setattr("orchestration.definitions.build_defs", lambda _settings: None)
    monkeypatch.setattr("orchestration.cli.gc", Mock())  # the tests that follow keep theirs


def called(home: Path, command: str, arguments: list[str]) -> Result:
    environment = {"PATRON_HOME": str(home), "PATRON_FAILURE_COMMAND": command}
    return CliRunner().invoke(app, arguments, env=environment)


@pytest.mark.parametrize("arguments", [RUN, BACKFILL])
@pytest.mark.usefixtures("another_at_work")
def test_a_refresh_that_cannot_begin_is_reported_once(tmp_path: Path, arguments: list[str]):
    told = tmp_path / "told"
    result = called(tmp_path, f"cat >> '{told}'", arguments)
    assert result.exit_code == 2
    assert told.read_text() == (
        f"no refresh was made in {tmp_path}: RefreshRunningError: {AT_WORK}\n"
    )


def test_an_empty_landing_zone_is_reported(tmp_path: Path):
    told = tmp_path / "told"
    assert called(tmp_path, f"cat >> '{told}'", ["run"]).exit_code == 2
    assert "nothing has landed" in told.read_text()


@pytest.mark.usefixtures("another_at_work")
def test_a_failing_command_does_not_hide_the_error(tmp_path: Path):
    result = called(tmp_path, "false secret-token", RUN)
    assert result.exit_code == 2
    assert "PATRON_FAILURE_COMMAND failed itself: exit code 1" in result.output
    assert AT_WORK in result.output
    assert "secret-token" not in result.output


def test_an_exit_is_no_error_to_report(tmp_path: Path):
    told = tmp_path / "told"
    settings = Settings(home=tmp_path, failure_command=f"cat >> '{told}'")
    with pytest.raises(typer.Exit), reported(settings):
        raise typer.Exit(2)
    assert not told.exists()
