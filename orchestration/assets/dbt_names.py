"""What is used of dagster-dbt, imported without dbt's own library: a second of every start.

Belongs here: that import. Does not belong here: what is made of it (``dbt_models.py``). dagster-dbt
imports dbt where there is one, to evaluate dbt's selections; ours needs none, and SQL that dbt has
compiled runs without it.
"""

import sys
from typing import Any

DBT = "dbt.version"  # what dagster-dbt looks for
modules: dict[str, Any] = sys.modules
hidden = DBT not in modules  # else it has been imported already
if hidden:
    modules[DBT] = None  # Python's way to say that there is none
try:
    from dagster_dbt import DagsterDbtTranslator
    from dagster_dbt.asset_utils import build_dbt_specs, get_asset_check_key_for_test
    from dagster_dbt.dbt_manifest import validate_manifest
finally:
    if hidden:
        del modules[DBT]

__all__ = [
    "DagsterDbtTranslator",
    "build_dbt_specs",
    "get_asset_check_key_for_test",
    "validate_manifest",
]
