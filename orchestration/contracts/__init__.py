"""Contracts of the boundary tables: what an extract brings and what a published table promises.

Belongs here: reading the ODCS files under ``expectations/`` into typed values, and what is
generated from them. Does not belong here: acting on rows (``ingest/``, ``checks/``).
"""

from orchestration.contracts.extract import (
    CARRIED_COLUMNS,
    PROVENANCE_COLUMNS,
    Column,
    ExtractContract,
    load_extract_contract,
    load_extract_contracts,
)
from orchestration.contracts.odcs import ContractError
from orchestration.contracts.published import (
    PublishedContract,
    load_published_contracts,
)

__all__ = [
    "CARRIED_COLUMNS",
    "PROVENANCE_COLUMNS",
    "Column",
    "ContractError",
    "ExtractContract",
    "PublishedContract",
    "load_extract_contract",
    "load_extract_contracts",
    "load_published_contracts",
]
