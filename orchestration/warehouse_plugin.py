"""dbt-duckdb plugin that opens the warehouse file of the deployment that started dbt.

The path is no part of the profile: dbt's partial parse is keyed by the profile, and a project that
serves several homes would be parsed anew (5 CPU seconds) at each change between them.
"""

from __future__ import annotations

import os
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin


class WarehousePathError(RuntimeError):
    """dbt was started without the warehouse that it should work on."""


class Plugin(BasePlugin):
    """Replaces the profile's path by ``PATRON_WAREHOUSE_FILE`` and spills beside that file."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        path = os.environ.get("PATRON_WAREHOUSE_FILE")
        if not path:
            raise WarehousePathError(
                "PATRON_WAREHOUSE_FILE is not set; start dbt through `patron dbt` or set it"
            )
        creds.path = path
        # Beside the file, so that both are on a disk that was sized for them.
        config["temp_directory"] = f"{path}.spill"
