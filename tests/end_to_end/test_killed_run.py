"""kill -9 of a refresh at a random point: the next run succeeds and gives the same content."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from refreshing import LAST_DAY, refresh

from benchmarks.table_hashes import table_hashes
from orchestration import warehouse
from orchestration.publish.serving_zone import served
from orchestration.publish.verify import verify_served
from orchestration.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.whole_refresh

SHORT_KILLS = 2
DRILL_KILLS = 20
DAY_BEFORE = LAST_DAY - timedelta(days=1)


def start_run(settings: Settings, as_of: date = LAST_DAY) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "run", "--as-of", str(as_of)],
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


def killed_run(settings: Settings, after: float) -> None:
    """A run that is killed after so many seconds, if it has not ended by then."""
    process = start_run(settings)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()


def kill_at_random_points(settings: Settings, expected: str, kills: int, seed: int) -> None:
    """The first kill hits an empty deployment, the later ones one that serves."""
    moments = random.Random(seed)
    duration = 60.0
    for number in range(kills):
        killed_run(settings, after=moments.uniform(1, duration))
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


def kill_the_day_after(settings: Settings, kills: int, seed: int) -> None:
    """Of a deployment that has kept tables of the day before: each kill hits a copy of it."""
    assert refresh(settings, DAY_BEFORE).success
    homes = settings.home.parent
    never_killed = replace(settings, home=homes / "never killed")
    shutil.copytree(settings.home, never_killed.home, symlinks=True)
    duration = whole_run(never_killed)
    moments = random.Random(seed)
    for number in range(kills):
        killed = replace(settings, home=homes / f"killed {number}")
        shutil.copytree(settings.home, killed.home, symlinks=True)
        killed_run(killed, after=moments.uniform(1, duration))
        whole_run(killed)
        assert contents(killed) == contents(never_killed), f"after kill {number + 1}"
        shutil.rmtree(killed.home)


def contents(settings: Settings) -> dict[str, str]:
    """Hashes of all tables that stay in the warehouse, and of what is served."""
    manifest = served(settings.zones.serving)
    assert manifest is not None
    with warehouse.read(settings) as connection:
        return {**table_hashes(connection), "served": manifest.content_hash}


@pytest.mark.parametrize("seed", [6])
def test_kept_tables_outlive_a_kill(landed: Callable[[], Settings], seed: int):
    kill_the_day_after(landed(), SHORT_KILLS, seed)


@pytest.mark.drill
def test_kept_tables_outlive_twenty_kills(landed: Callable[[], Settings]):
    kill_the_day_after(landed(), DRILL_KILLS, seed=21)
