"""dbt's process renders the events that a log takes, and no others."""

import io

import pytest
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.logger import LineFormat, LoggerConfig
from dbt_common.events.types import Note

from orchestration.assets.dbt_child import drop_debug_events


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> tuple[EventManager, io.StringIO]:
    monkeypatch.setattr(EventManager, "fire_event", EventManager.fire_event)  # put back afterwards
    drop_debug_events()
    written = io.StringIO()
    manager = EventManager()
    manager.add_logger(
        LoggerConfig(
            name="test_dbt_child",
            scrubber=str,
            line_format=LineFormat.Json,
            level=EventLevel.DEBUG,
            output_stream=written,
        )
    )
    return manager, written


@pytest.mark.parametrize("level", [EventLevel.INFO, EventLevel.WARN, EventLevel.ERROR])
def test_what_a_log_takes_is_written(log, level: EventLevel):
    manager, written = log
    manager.fire_event(Note(msg="a table was built"), level=level)
    assert "a table was built" in written.getvalue()


def test_debug_events_are_not_rendered(log):
    manager, written = log
    manager.fire_event(Note(msg="BEGIN"), level=EventLevel.DEBUG)
    assert written.getvalue() == ""


def test_debug_events_reach_a_program_that_asked_for_them(log):
    manager, _ = log
    heard: list[str] = []
    manager.add_callback(lambda event: heard.append(event.info.msg))
    manager.fire_event(Note(msg="BEGIN"), level=EventLevel.DEBUG)
    assert heard == ["BEGIN"]
