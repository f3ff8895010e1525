"""Refreshing a deployment in this process, as `patron run` does."""

from datetime import date

from orchestration.definitions import build_defs
from orchestration.refresh import Refresh, run_refresh
from orchestration.settings import Settings

LAST_DAY = date(2025, 6, 30)


def refresh(settings: Settings, as_of: date = LAST_DAY, **options: bool) -> Refresh:
    """One run of the daily job."""
    return run_refresh(settings, build_defs(settings), as_of, **options)
