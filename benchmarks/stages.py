"""One stage of the refresh by itself, without Dagster and checks, beside a stage of the script.

    PATRON_HOME=... python -m benchmarks.stages STAGE AS_OF

Belongs here: calling the packages that the Dagster assets call, in the same way. Prints its cost as
JSON: as in the script, without the start of Python and its imports.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from benchmarks.hand_written.ingest import EXTRACTS
from benchmarks.restricted.selection import restricted_project
from orchestration import warehouse
from orchestration.contracts import load_extract_contracts
from orchestration.ingest.load import load_until
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources, load_settings
from orchestration.transform.build import NodeResult, build, load_seeds
from orchestration.transform.compiled import compiled_project


def main() -> None:
    stage, as_of = sys.argv[1], date.fromisoformat(sys.argv[2])
    settings = load_settings()
    wall, cpu = time.perf_counter(), time.process_time()
    STAGES[stage](settings, as_of)
    print(
        json.dumps({"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}),
    )


def parse(settings: Settings, as_of: date) -> None:
    """The dbt project parsed and compiled, as after installation."""
    compiled_project(settings)


def ingest(settings: Settings, as_of: date) -> None:
    """The tables that the script reads too: landing to raw and quarantine."""
    for contract in load_extract_contracts(CONTRACTS_ROOT, settings.sources).values():
        if contract.table in EXTRACTS:
            load_until(
                contract,
                settings.zones,
                as_of,
                memory_limit=settings.memory_limit,
            )


def transforms(settings: Settings, as_of: date) -> None:
    """Raw registered, seeds and models of the shared outputs made, the warehouse file written."""
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    project = restricted_project(compiled_project(settings), with_values=False)
    project = replace(project, claims={})  # none is run; what they read would count as read
    with warehouse.write(settings) as connection:
        warehouse.register_raw(connection, settings, contracts, as_of)
        load_seeds(connection, project)
        _made(build(connection, settings, project, project.models, read_elsewhere=()))


def _made(results: Iterable[NodeResult]) -> None:
    failed = [f"{result.node}: {result.message}" for result in results if result.is_failure]
    if failed:
        raise RuntimeError("\n".join(failed))


STAGES: dict[str, Callable[[Settings, date], None]] = {
    stage.__name__: stage for stage in (parse, ingest, transforms)
}

if __name__ == "__main__":
    main()
