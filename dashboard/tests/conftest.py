"""A published world, the page's server on a free port, and a browser.

``PATRON_PAGE_HOME`` names a home with a publication, to look at another world or to save the
minutes of a refresh; without it a small sample world is written and refreshed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, sync_playwright
from reading import Reader
from serving import PageServer, ServedCopy
from small_world import published_home

# Debian's; the browser stays on this machine, so it asks nobody for anything.
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a publication. Do not change it."""
    return published_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def served(home: Path) -> PageServer:
    """The page over the published world."""
    with PageServer(home) as server:
        yield server  # type: ignore[misc]


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> ServedCopy:
    """What is published, free to be changed."""
    return ServedCopy.of(home, tmp_path / "copy")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def read(browser: Browser) -> Iterator[Callable[..., Reader]]:
    """Opens readers: ``read(server)``, closed after the test."""
    readers: list[Reader] = []

    def opened(server: PageServer, width: int = 1366, height: int = 768) -> Reader:
        readers.append(Reader(browser, server.address, width, height))
        return readers[-1]

    yield opened
    for reader in readers:
        reader.close()


@pytest.fixture
def ask(home: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """SQL on the published file, apart from the page's own way of reading it."""
    file = (home / "serving" / "current").resolve() / "patron.duckdb"

    def answered(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(file, read_only=True) as opened:
            return opened.execute(sql, list(values)).fetchall()

    return answered
