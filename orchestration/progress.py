"""What a person sees while a run works: one line per step, and the chatter in a log file.

Belongs here: turning Dagster's log records into those lines. Does not belong here: results
(``status.py``).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from dagster import DagsterEventType, InitLoggerContext, LoggerDefinition, logger

STEP_TITLES = {
    "run_context": "register raw",
    "extract_checks": "check extracts against their contracts",
    "dbt_models": "build and test models (dbt)",
    "candidate": "write publication candidate",
    "candidate_checks": "check the candidate",
    "publication": "publish",
    "publication_checks": "read back what is served",
}


class StepLines(logging.Handler):
    """Writes a line when a step starts and ends, and the messages of our own code."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(logging.INFO)
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        line = self._line(record)
        if line:
            self._stream.write(line + "\n")
            self._stream.flush()

    def _line(self, record: logging.LogRecord) -> str | None:
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event") or getattr(record, "dagster_event", None)
        if event is None:
            return (
                f"    {record.levelname.lower()}: {_message(meta, record)}"
                if (record.levelno >= logging.WARNING)
                else f"    {_message(meta, record)}"
            )
        title = STEP_TITLES.get(event.step_key or "", (event.step_key or "").replace("_", " "))
        if event.event_type == DagsterEventType.STEP_START:
            return f"  {title} ..."
        if event.event_type == DagsterEventType.STEP_SUCCESS:
            return f"  {title}: {event.step_success_data.duration_ms / 1000:.1f} s"
        if event.event_type == DagsterEventType.STEP_UP_FOR_RETRY:
            return f"  {title}: a fault that may pass; trying again"
        if event.event_type == DagsterEventType.STEP_FAILURE:
            return f"  {title}: FAILED"
        return None


def _message(meta: dict[str, Any], record: logging.LogRecord) -> str:
    return str(meta.get("orig_message") or record.getMessage())


def build_progress_logger(write_to: Callable[[], TextIO] = lambda: sys.stdout) -> LoggerDefinition:
    """Logger of runs started by `patron`; its config names the file for the chatter."""

    @logger(config_schema={"log_file": str})
    def progress(context: InitLoggerContext) -> logging.Logger:
        path = Path(context.logger_config["log_file"])
        path.parent.mkdir(parents=True, exist_ok=True)
        chatter = logging.FileHandler(path)
        chatter.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        instance = logging.Logger("patron.progress", logging.DEBUG)
        instance.addHandler(StepLines(write_to()))
        instance.addHandler(chatter)
        return instance

    return progress
