"""The warehouse in the hands of one step: of the step's own date, and of no other run.

Belongs here: opening it for a step. Does not belong here: which faults pass (``faults.py``) and how
it is opened (``orchestration/warehouse.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

import duckdb

from orchestration import warehouse
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.run_lock import held_run
from orchestration.settings import Settings

Opened = AbstractContextManager[duckdb.DuckDBPyConnection]


def step_reads(settings: Settings, as_of: date) -> Opened:
    """For reading; fails unless raw is registered as of ``as_of``."""
    return _held(settings, as_of, warehouse.read)


def step_writes(settings: Settings, as_of: date) -> Opened:
    """For writing; fails unless raw is registered as of ``as_of``."""
    return _held(settings, as_of, warehouse.write)


@contextmanager
def _held(
    settings: Settings, as_of: date, opened: Callable[[Settings], Opened]
) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        permanent_faults_final(),
        transient_faults_retried(),
        held_run(settings),
        opened(settings) as connection,
    ):
        warehouse.require_as_of(connection, as_of)
        yield connection
