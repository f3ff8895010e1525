"""A home with a quote in its name, and a connection."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.settings import Zones


@pytest.fixture
def zones(tmp_path) -> Zones:
    return Zones(tmp_path / "it's home")  # the quote must not end the name of a file


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection
