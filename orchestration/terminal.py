"""How commands speak to a person at a terminal: one console, one sentence for what they can mend.

Belongs here: that. Does not belong here: commands (``cli.py``, ``target_commands.py``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

console = Console(width=None if sys.stdout.isatty() else 120)


@contextmanager
def plain_errors() -> Iterator[None]:
    """What a user can mend is one sentence, not a stack trace."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, _mendable()):
            raise
        console.print(f"[red]error:[/red] {escape(str(error))}", highlight=False)
        raise typer.Exit(2) from error


def _mendable() -> tuple[type[Exception], ...]:
    """Imported when something failed: their modules bring dbt and Dagster, seconds to load."""
    from orchestration.assets.dbt_process import DbtParseError
    from orchestration.contracts import ContractError
    from orchestration.ingest.errors import ExtractError
    from orchestration.privacy.pii_key import PiiKeyError
    from orchestration.publish.manifest import PublicationError
    from orchestration.replay.days import ReplayError
    from orchestration.run_lock import RefreshRunningError
    from orchestration.sample_world import WorldError
    from orchestration.semantic_layer.definitions import MetricQueryError
    from orchestration.settings import SettingError
    from orchestration.warehouse import WarehouseLockedError

    return (SettingError, ContractError, ExtractError, PiiKeyError, PublicationError,
            WorldError, WarehouseLockedError, DbtParseError,
            RefreshRunningError, ReplayError, MetricQueryError)  # fmt: skip
