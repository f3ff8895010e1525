"""One small published world for the whole folder; tests that change something take a copy."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from refreshing import LAST_DAY, refresh

from orchestration.sample_world import write_world
from orchestration.settings import Settings

CUSTOMERS = 600
DAYS = 240
DAILY_EXTRACTS = 5


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Settings:
    """A home with a sample world, refreshed and published as of its last day. Do not change it."""
    settings = Settings(home=tmp_path_factory.mktemp("published"))
    write_world(
        settings.home,
        customers=CUSTOMERS,
        days=DAYS,
        seed=11,
        last_day=LAST_DAY,
        daily_extracts=DAILY_EXTRACTS,
    )
    outcome = refresh(settings)
    assert outcome.success, outcome.failures
    return settings


@pytest.fixture
def copy_of_published(published: Settings, tmp_path: Path) -> Settings:
    """The published home again, free to be changed."""
    home = tmp_path / "home"
    shutil.copytree(published.home, home, symlinks=True)
    return replace(published, home=home)


@pytest.fixture
def landed(published: Settings, tmp_path: Path) -> Callable[[], Settings]:
    """Homes with the same landing zone and the same key, and nothing else."""
    made = []

    def make() -> Settings:
        home = tmp_path / f"landed{len(made)}"
        for zone in ("landing", "secrets"):
            shutil.copytree(published.home / zone, home / zone)
        made.append(home)
        return replace(published, home=home)

    return make
