"""The dbt documentation as one page: lineage, tables, columns, tests, exposures, metrics.

``make docs`` writes ``PATRON_HOME/dbt_docs/index.html``, which a browser opens without a server or
a network. The page describes the project and not what it holds, so dbt works on an empty database:
the warehouse is not opened, and a refresh may run meanwhile. Belongs here: that. Does not belong
here: what the page says (the yml files).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.assets.dbt_process import (
    PARTIAL_PARSE,
    DbtParseError,
    dbt_executable,
    prepared_manifest,
    process_environment,
)
from orchestration.settings import DBT_PROJECT_ROOT, Settings, load_settings

PAGE = "static_index.html"  # as dbt names it
# SQL is shown as it is written: compiling all models for a page takes longer than the rest.
GENERATE = ("docs", "generate", "--static", "--empty-catalog", "--no-compile")


def write_dbt_docs(settings: Settings) -> Path:
    """Build the page anew and replace the one that is there.

    Raises:
        DbtParseError: with dbt's own message.
    """
    page = settings.home / "dbt_docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    manifest = prepared_manifest(settings)
    with tempfile.TemporaryDirectory(prefix="building-", dir=page.parent) as folder:
        target = Path(folder)
        for parsed in (manifest, manifest.with_name(PARTIAL_PARSE)):
            shutil.copy(parsed, target)
        result = subprocess.run(  # noqa: S603 -- our own executable and arguments
            [dbt_executable(), *GENERATE, "--target", settings.target],
            cwd=DBT_PROJECT_ROOT,
            env=process_environment(settings, target)
            | {"DBT_LOG_FORMAT": "text", "PATRON_WAREHOUSE_FILE": str(target / "empty.duckdb")},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise DbtParseError(f"dbt docs failed:\n{result.stdout}{result.stderr}")
        _with_types(target / PAGE, target / "catalog.json", manifest).replace(page)
    return page


def _with_types(page: Path, catalog: Path, manifest: Path) -> Path:
    """dbt reads types from the database; here they are those of the contracts."""
    empty = catalog.read_text(encoding="utf-8")
    filled = json.loads(empty) | {"nodes": _catalog(json.loads(manifest.read_bytes())["nodes"])}
    text = page.read_text(encoding="utf-8").replace(empty, json.dumps(filled))
    page.write_text(text, encoding="utf-8")
    return page


def _catalog(nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Tables whose columns have a type in their yml, as dbt's own catalog has them."""
    return {
        name: {
            "unique_id": name,
            "metadata": {
                "type": "BASE TABLE",
                "database": node["database"],
                "schema": node["schema"],
                "name": node["alias"],
                "owner": None,
                "comment": None,
            },
            "columns": {
                column["name"]: {
                    "name": column["name"],
                    "type": column["data_type"],
                    "index": index,
                    "comment": None,
                }
                for index, column in enumerate(node["columns"].values(), start=1)
            },
            "stats": {},
        }
        for name, node in nodes.items()
        if node["columns"] and all(column["data_type"] for column in node["columns"].values())
    }


def main() -> None:
    sys.stdout.write(f"{write_dbt_docs(load_settings())}\n")


if __name__ == "__main__":
    main()
