"""What is used of dagster-dbt, imported without the rest of it: a second of every start.

Belongs here: that import. Does not belong here: what is made of it (``dbt_models.py``). dagster-dbt
imports dbt's own library where there is one, to evaluate dbt's selections; ours needs none, and SQL
that dbt has compiled runs without it. The package itself imports all that it has, such as dbt Cloud
and a parser of SQL; its modules that are named here stand alone.
"""

import sys
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from typing import Any

from dagster_shared.libraries import DagsterLibraryRegistry

DBT = "dbt.version"  # what dagster-dbt looks for
PACKAGE = "dagster_dbt"
modules: dict[str, Any] = sys.modules
stand_ins: dict[str, Any] = {DBT: None}  # Python's way to say that there is none
if package := find_spec(PACKAGE):
    stand_ins[PACKAGE] = module_from_spec(package)  # where it is, not yet run
stand_ins = {name: module for name, module in stand_ins.items() if name not in modules}
modules.update(stand_ins)
try:
    from dagster_dbt.asset_utils import build_dbt_specs, get_asset_check_key_for_test
    from dagster_dbt.dagster_dbt_translator import DagsterDbtTranslator
    from dagster_dbt.dbt_manifest import validate_manifest
finally:
    for name in stand_ins:
        del modules[name]
DagsterLibraryRegistry.register("dagster-dbt", version("dagster-dbt"))  # as the package does

__all__ = [
    "DagsterDbtTranslator",
    "build_dbt_specs",
    "get_asset_check_key_for_test",
    "validate_manifest",
]
