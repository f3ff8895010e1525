"""dbt source files generated from the extract contracts, so that a column is written down once.

Run ``python -m orchestration.contracts.dbt_sources`` after changing a contract; a test fails
while a generated file and its contract disagree.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from orchestration.contracts.extract import ExtractContract, load_extract_contracts
from orchestration.settings import CONTRACTS_ROOT, DBT_PROJECT_ROOT, known_sources

HEADER = (
    "# Generated from expectations/extracts/{source}/ by\n"
    "# `python -m orchestration.contracts.dbt_sources`. Change the contracts, not this file.\n"
)


def render_sources(source: str, contracts: list[ExtractContract]) -> str:
    """The dbt source file of one source system."""
    document = {
        "version": 2,
        "sources": [
            {
                "name": source,
                "schema": f"raw_{source}",
                "description": f"Accepted rows of the extracts of {source}, typed, by contract.",
                "tables": [_table(contract) for contract in contracts],
            }
        ],
    }
    body = yaml.safe_dump(document, sort_keys=False, width=100, allow_unicode=True)
    return HEADER.format(source=source) + body


def _table(contract: ExtractContract) -> dict[str, Any]:
    return {
        "name": contract.table,
        "description": contract.description,
        "config": {
            "meta": {
                "dagster": {"asset_key": [contract.raw_schema, contract.table]},
                "delivery": contract.delivery,
                "key": list(contract.key),
                "personal": {c.name: c.pii_kind for c in contract.personal_columns},
                "columns": [c.name for c in contract.raw_columns],
            }
        },
        "columns": [
            {"name": c.name, "data_type": c.type, "description": c.description}
            for c in contract.raw_columns
        ],
    }


def expected_files() -> dict[Path, str]:
    """Each generated file with the text that the contracts ask for."""
    files = {}
    for source in known_sources():
        contracts = list(load_extract_contracts(CONTRACTS_ROOT, (source,)).values())
        path = DBT_PROJECT_ROOT / "models" / "staging" / source / f"_{source}__sources.yml"
        files[path] = render_sources(source, contracts)
    return files


def main() -> None:
    for path, text in expected_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        sys.stdout.write(f"{path.relative_to(DBT_PROJECT_ROOT)}\n")


if __name__ == "__main__":
    main()
