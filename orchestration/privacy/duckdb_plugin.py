"""dbt-duckdb plugin that hands the keyed hash's padded key to each session.

As session variables the key stands in no model, no compiled SQL and no log; dbt forbids its own
secret variables in models for the same reason.
"""

from __future__ import annotations

import os
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.privacy.pii_key import PiiKeyError, hmac_pads


class Plugin(BasePlugin):
    """Sets ``pii_inner_pad`` and ``pii_outer_pad`` on every cursor."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        key = os.environ.get("PATRON_PII_KEY")
        if not key:
            raise PiiKeyError("PATRON_PII_KEY is not set; start dbt through `patron dbt` or set it")
        self._inner_pad, self._outer_pad = hmac_pads(key)

    def configure_cursor(self, cursor: Any) -> None:
        cursor.execute(f"SET VARIABLE pii_inner_pad = '{self._inner_pad}'")
        cursor.execute(f"SET VARIABLE pii_outer_pad = '{self._outer_pad}'")
