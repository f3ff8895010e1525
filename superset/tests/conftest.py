"""A published world, PostgreSQL beside it, Superset over both, and a browser.

``PATRON_PAGE_HOME`` names a home with a publication, to save the minutes of a refresh, as for the
tests of the page; without it a small sample world is written and refreshed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# The launcher is not installed; PostgreSQL's server and the small world belong to other tests.
sys.path.extend(
    str(Path(__file__).resolve().parents[2] / place)
    for place in ("superset", "tests/postgres", "dashboard/tests")
)

from postgres_server import Server, running_server
from served_superset import PASSWORD, PATRON, ServedSuperset
from serving import ServedCopy
from small_world import published_home
from visitor import FLAGS, Visitor

READER = "analyst"


@pytest.fixture(scope="session")
def publication(tmp_path_factory: pytest.TempPathFactory) -> ServedCopy:
    """What is published, free to be changed."""
    home = published_home(tmp_path_factory.mktemp("world"))
    return ServedCopy.of(home, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def reader_dsn(publication: ServedCopy, postgresql: Server) -> str:
    """The publication in PostgreSQL, and a person who may read it and nothing else."""
    dsn = postgresql.new_database("bi")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PATRON_")},
        "PATRON_HOME": str(publication.home),
        "PATRON_POSTGRES_DSN": dsn,
    }
    done = subprocess.run(
        [PATRON, "postgres", "sync"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with postgresql.administer("bi") as connection:
        connection.execute(f"create role {READER} login password '{postgresql.password}'")
        connection.execute(f"grant patron_reader to {READER}")
    return postgresql.dsn("bi", READER)


@pytest.fixture(scope="session")
def superset(publication: ServedCopy, reader_dsn: str) -> Iterator[ServedSuperset]:
    """``make superset`` over both databases."""
    environment = {
        "PATRON_SUPERSET_POSTGRES_DSN": reader_dsn,
        "PATRON_SUPERSET_PASSWORD": PASSWORD,
    }
    with ServedSuperset.running(publication.home, **environment) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def visitor(browser: Browser, superset: ServedSuperset) -> Iterator[Visitor]:
    """A person who is logged in."""
    person = Visitor(browser, superset.address, PASSWORD)
    yield person
    person.close()
