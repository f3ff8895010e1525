"""kill -9 of a refresh at a random point: the next run succeeds and gives the same content."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from orchestration.publish.serving_zone import served
from orchestration.publish.verify import verify_served
from orchestration.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.whole_refresh

SHORT_KILLS = 2
DRILL_KILLS = 20


def start_run(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "run"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PATRON_HOME": str(settings.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def whole_run(settings: Settings) -> float:
    """A run to its end; seconds."""
    started = time.monotonic()
    process = start_run(settings)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output.decode()[-3000:]
    return time.monotonic() - started


def kill_at_random_points(settings: Settings, expected: str, kills: int, seed: int) -> None:
    """The first kill hits an empty deployment, the later ones one that serves."""
    moments = random.Random(seed)
    duration = 60.0
    for number in range(kills):
        process = start_run(settings)
        try:
            process.wait(timeout=moments.uniform(1, duration))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if served(settings.zones.serving) is not None:
            assert verify_served(settings.zones.serving) == []
        duration = whole_run(settings)
        manifest = served(settings.zones.serving)
        assert manifest is not None
        assert manifest.content_hash == expected, f"after kill {number + 1}"
        assert verify_served(settings.zones.serving) == []


@pytest.mark.parametrize("seed", [5])
def test_the_next_run_mends_a_killed_one(
    published: Settings, landed: Callable[[], Settings], seed: int
):
    manifest = served(published.zones.serving)
    assert manifest is not None
    kill_at_random_points(landed(), manifest.content_hash, SHORT_KILLS, seed)


@pytest.mark.drill
def test_twenty_kills(published: Settings, landed: Callable[[], Settings]):
    manifest = served(published.zones.serving)
    assert manifest is not None
    kill_at_random_points(landed(), manifest.content_hash, DRILL_KILLS, seed=20)
