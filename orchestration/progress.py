"""What a person sees while a run works: one line per step, and the chatter in a log file.

Belongs here: turning Dagster's log records into those lines. Does not belong here: results
(``status.py``).
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from dagster import (
    DagsterEvent,
    DagsterEventType,
    DagsterLogManager,
    InitLoggerContext,
    LoggerDefinition,
    logger,
)

from orchestration.private_folder import make_private_folder

STEP_TITLES = {
    "run_context": "register raw as of the date",
    "extract_checks": "check extracts against their contracts",
    "base_models": "build and test what needs no value model (dbt)",
    "value_models": "fit the value models",
    "retention_model": "fit the retention model",
    "statistical_segments": "cluster customers into segments",
    "churn_classifier": "fit the churn classifier",
    "value_model_checks": "fit published data, compare with published results",
    "valued_models": "build and test what stands on them (dbt)",
    "serving__candidate": "write the publication candidate",
    "candidate_checks": "check the candidate against its contracts",
    "serving__publication": "publish",
    "publication_checks": "read back what is served",
    "serving__postgres": "publish to PostgreSQL",
    "postgres_checks": "read back PostgreSQL",
    "serving__object_store": "publish to object storage",
    "object_store_checks": "read back object storage",
    "history__customer_value": "remember the values for the next period",
    "history__segment_membership": "remember the segments for the next day",
    "history__audience_export": "remember the lists for the next export",
}
TOLD = "· "  # marks what our own code says, among much that libraries say


def tell(log: DagsterLogManager, text: str, level: int = logging.INFO) -> None:
    """Say something that a person at the terminal should see."""
    log.log(level, TOLD + text)


class StepLines(logging.Handler):
    """Writes a line when a step starts and ends, and the messages of our own code."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(logging.DEBUG)  # Dagster logs its events at this level
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        line = _event_line(event) if event else _message_line(meta, record)
        if line:
            self._stream.write(line + "\n")
            self._stream.flush()


def _event_line(event: DagsterEvent) -> str | None:
    key = event.step_key or ""
    title = STEP_TITLES.get(key, f"load {key.replace('_', ' ')}")
    if event.event_type == DagsterEventType.STEP_START:
        return f"  {title} ..."
    if event.event_type == DagsterEventType.STEP_SUCCESS:
        return f"    done in {event.step_success_data.duration_ms / 1000:.1f} s"
    if event.event_type == DagsterEventType.STEP_UP_FOR_RETRY:
        return "    a fault that may pass; trying again"
    if event.event_type == DagsterEventType.STEP_FAILURE:
        return "    FAILED"
    return None


def _message_line(meta: dict[str, Any], record: logging.LogRecord) -> str | None:
    text = str(meta.get("orig_message") or record.getMessage())
    if not text.startswith(TOLD):
        return None
    prefix = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
    return f"    {prefix}{text.removeprefix(TOLD)}"


def build_progress_logger(write_to: Callable[[], TextIO] = lambda: sys.stdout) -> LoggerDefinition:
    """Logger of runs started by `patron`; its config names the file for the chatter."""

    @logger(config_schema={"log_file": str})
    def progress(context: InitLoggerContext) -> logging.Logger:
        path = Path(context.logger_config["log_file"])
        make_private_folder(path.parent)
        chatter = logging.FileHandler(path)
        chatter.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        instance = logging.Logger("patron.progress", logging.DEBUG)
        instance.addHandler(StepLines(write_to()))
        instance.addHandler(chatter)
        return instance

    return progress
