"""``kill -9`` of a publication leaves the old version or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from small_publication import build, publish, write_warehouse

from orchestration.publish import Promotion, promote, served, verify_served
from orchestration.settings import PROJECT_ROOT

DAY = date(2025, 6, 30)
PUBLISHER = Path(__file__).with_name("killed_publisher.py")
# Python code that changes the serving zone; DuckDB's own writes go to building-* folders.
TRACED = ("candidate.py", "replace.py", "durable.py", "shutil.py", "pathlib.py")


def must_have_recovered(serving: Path, day: date) -> None:
    """``day`` is served whole, and nothing is left of what was killed."""
    manifest = served(serving)
    assert manifest is not None
    assert manifest.as_of_date == day
    assert verify_served(serving) == []
    assert len(list((serving / "versions").iterdir())) == 2
    assert not list((serving / "candidates").iterdir())
    assert {path.name for path in serving.iterdir()} == {
        ".lock", "current", "versions", "candidates",
    }  # fmt: skip


def kill_at_random_points(home: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    day = DAY
    for _ in range(kills):
        publisher = subprocess.Popen(
            [sys.executable, str(PUBLISHER), str(home), day.isoformat()],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        )
        assert publisher.stdout is not None
        publisher.stdout.readline()  # from here on it is publishing all the time
        time.sleep(chance.uniform(0, 0.6))
        publisher.kill()
        publisher.communicate()
        assert verify_served(home / "serving") == []
        left = served(home / "serving")
        assert left is not None
        day = left.as_of_date + timedelta(days=1)
        assert publish(home, day).published
        must_have_recovered(home / "serving", day)


def test_killed_at_a_few_random_points(tmp_path: Path) -> None:
    kill_at_random_points(tmp_path, kills=6, seed=20250630)


@pytest.mark.drill
def test_killed_at_a_hundred_random_points(tmp_path: Path) -> None:
    kill_at_random_points(tmp_path, kills=100, seed=1)


def states_while(work: Callable[[], Promotion], serving: Path, copies: Path) -> list[Path]:
    """Run ``work`` and copy ``serving`` in each distinct state that its lines leave it in.

    After a kill only the files matter, so each copy is what a kill at that line would leave.
    """
    states: list[Path] = []
    last = None

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal last
        if Path(frame.f_code.co_filename).name not in TRACED:
            return None
        before, state = sys.gettrace(), fingerprint(serving)
        if state != last:
            sys.settrace(None)
            last = state
            states.append(copies / str(len(states)))
            shutil.copytree(serving, states[-1], symlinks=True)
            sys.settrace(before)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return states


def fingerprint(folder: Path) -> list[tuple[str, int, str]]:
    return [
        (str(path), path.lstat().st_size, str(path.readlink()) if path.is_symlink() else "")
        for path in sorted(folder.rglob("*"))
    ]


def test_every_state_that_a_kill_can_leave_is_whole_and_recovers(tmp_path: Path) -> None:
    home, serving = tmp_path / "home", tmp_path / "home" / "serving"
    days = [DAY + timedelta(days=n) for n in range(3)]
    publish(home, days[0])
    publish(home, days[1])
    warehouse = write_warehouse(tmp_path / "next.duckdb", days[2])
    states = states_while(
        lambda: promote(build(warehouse, serving, days[2]), serving), serving, tmp_path / "states"
    )
    shown = []
    for state in states:
        assert verify_served(state) == []
        manifest = served(state)
        assert manifest is not None
        shown.append(manifest.as_of_date)
        promote(build(warehouse, state, days[2]), state)
        must_have_recovered(state, days[2])
    assert shown == sorted(shown)
    assert set(shown) == {days[1], days[2]}
    assert len(states) > 15, "the tracer no longer sees the publication at work"
