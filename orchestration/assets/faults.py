"""Which failures are worth a second try.

A broken contract fails again tomorrow in the same way: it stops at once. A full disk, a lock or a
network share may be well in half a minute: twice, then it stops too. A public pipeline that retried
everything made 5,363 runs of one failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from dagster import Failure, RetryRequested

from orchestration.assets.dbt_process import DbtParseError
from orchestration.contracts import ContractError
from orchestration.history.change_log import ChangeLogError
from orchestration.ingest.errors import ExtractError
from orchestration.model_zone import ModelTableError
from orchestration.privacy.pii_key import PiiKeyError
from orchestration.publish.manifest import PublicationError
from orchestration.run_lock import RefreshRunningError
from orchestration.seed_rules import SeedRuleError
from orchestration.settings import SettingError
from orchestration.warehouse import OtherAsOfError, WarehouseLockedError

PERMANENT = (
    ExtractError,
    ContractError,
    DbtParseError,
    SettingError,
    PiiKeyError,
    PublicationError,
    OtherAsOfError,
    ModelTableError,
    ChangeLogError,
    SeedRuleError,
)
TRANSIENT = (OSError, duckdb.IOException, WarehouseLockedError, RefreshRunningError)
RETRIES = 2
RETRY_SECONDS = 20


@contextmanager
def transient_faults_retried() -> Iterator[None]:
    """Asks Dagster for a bounded retry after a fault that may pass."""
    try:
        yield
    except TRANSIENT as error:
        raise RetryRequested(max_retries=RETRIES, seconds_to_wait=RETRY_SECONDS) from error


@contextmanager
def permanent_faults_final() -> Iterator[None]:
    """Fails without retry where trying again cannot help."""
    try:
        yield
    except PERMANENT as error:
        raise Failure(str(error), allow_retries=False) from error
