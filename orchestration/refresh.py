"""One refresh from the command line: the Dagster job in this process, on a persistent instance.

Belongs here: starting the job and reading its outcome. Does not belong here: what the job does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.automation import JOB_NAME
from orchestration.private_folder import make_private_folder
from orchestration.refresh_tags import FORCE_TAG, FULL_TAG, LAUNCHED_BY
from orchestration.run_lock import hold_run_lock, release_run_lock
from orchestration.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance, Definitions, ExecuteInProcessResult

SERVED_STEP = "serving__publication"
PLANNED_AT_ONCE = 1000  # events that say what a run will make, stored together
INSTANCE_CONFIG = PROJECT_ROOT / "orchestration" / "dagster_instance.yaml"


@dataclass(frozen=True)
class Refresh:
    """Outcome of one run."""

    as_of: date
    run_id: str
    success: bool
    failures: tuple[str, ...]  # "step: message", in order
    log_file: Path
    is_served: bool  # the file was published before anything failed; a target may lack it


def prepare_dagster_home(settings: Settings) -> Path:
    """The instance folder with the project's own ``dagster.yaml``; sets ``DAGSTER_HOME``."""
    home = settings.zones.dagster_home
    settings.home.mkdir(parents=True, exist_ok=True)  # open: others read what is served in it
    make_private_folder(home)
    config = INSTANCE_CONFIG.read_text()
    target = home / "dagster.yaml"
    if not target.exists() or target.read_text() != config:
        target.write_text(config)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(PLANNED_AT_ONCE))
    return home


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[DagsterInstance]:
    """The persistent instance: what `make ui` shows."""
    from dagster import DagsterInstance

    prepare_dagster_home(settings)
    with DagsterInstance.get() as instance:
        yield instance


def run_refresh(
    settings: Settings,
    definitions: Definitions,
    as_of: date,
    *,
    full: bool = False,
    force: bool = False,
) -> Refresh:
    """Run the daily job for ``as_of`` and return its outcome; a failed run does not raise.

    Raises:
        RefreshRunningError: another process refreshes this deployment.
    """
    stamp = datetime.now().astimezone().strftime("%Y%m%dT%H%M%S")
    log_file = settings.zones.logs / f"run-{as_of}-{stamp}.log"
    tags = {LAUNCHED_BY: "cli"}
    tags |= {FULL_TAG: "true"} if full else {}
    tags |= {FORCE_TAG: "true"} if force else {}
    job = definitions.resolve_job_def(JOB_NAME)
    hold_run_lock(settings)
    try:
        with dagster_instance(settings) as instance:
            _fail_dead_runs(instance)
            result = job.execute_in_process(
                partition_key=as_of.isoformat(),
                instance=instance,
                tags=tags,
                run_config={"loggers": {"progress": {"config": {"log_file": str(log_file)}}}},
                raise_on_error=False,
            )
    finally:
        release_run_lock(settings)
    return Refresh(
        as_of,
        result.run_id,
        result.success,
        _failures(result),
        log_file,
        is_served=any(e.is_step_success and e.step_key == SERVED_STEP for e in result.all_events),
    )


def _fail_dead_runs(instance: DagsterInstance) -> None:
    """Mark runs that `patron run` began and did not end: the caller holds the lock, so their
    process is gone. Left as started they would keep Dagster's queue waiting for ever."""
    from dagster import DagsterRunStatus, RunsFilter

    unfinished = RunsFilter(
        tags={LAUNCHED_BY: "cli"}, statuses=[DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]
    )
    for run in instance.get_runs(unfinished):
        instance.report_run_failed(run, "the process of this run ended before the run did")


def _failures(result: ExecuteInProcessResult) -> tuple[str, ...]:
    found = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause if error and error.cause else error
            found.append(f"{event.step_key}: {cause.message.strip() if cause else event.message}")
    return tuple(found)
