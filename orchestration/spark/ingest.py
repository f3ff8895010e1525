"""Landing to raw on Spark: the loader of the daily job, told line by line.

Belongs here: which extracts are loaded and what the refresh says of it. Does not belong here:
reading and judging rows (``orchestration/ingest``). Needs no Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from orchestration.assets.extracts import Contracts
from orchestration.ingest.load import load_until
from orchestration.settings import Settings

Tell = Callable[[str], None]


def load_extracts(
    settings: Settings, contracts: Contracts, as_of: date, tell: Tell, *, full: bool = False
) -> None:
    """Bring raw up to date; with ``full`` read everything again and take out what was withdrawn.

    Raises:
        ExtractError: an extract is refused.
    """
    for (source, _), contract in contracts.items():
        if source not in settings.sources:
            continue
        results = load_until(
            contract, settings.zones, as_of, reload=full, memory_limit=settings.memory_limit
        )
        for result in results:
            for warning in result.warnings:
                tell(f"warning: {warning}")
