"""One stage of the refresh by itself, without Dagster, so that its cost can be measured.

    PATRON_HOME=... python -m benchmarks.stages STAGE AS_OF

Belongs here: calling the packages that the Dagster assets and checks call, in the same way. The
stages run in the order of ``STAGES``; each needs those before it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from benchmarks.hand_written.ingest import EXTRACTS
from orchestration.contracts import (
    ExtractContract,
    load_extract_contracts,
    load_published_contracts,
)
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources, load_settings
from orchestration.transform.build import NodeResult
from orchestration.transform.compiled import MODELS_SOURCE, compiled_project


class StageFailed(RuntimeError):
    """A stage did not succeed, so its cost says nothing."""


def main() -> None:
    stage, as_of = sys.argv[1], date.fromisoformat(sys.argv[2])
    STAGES[stage](load_settings(), as_of)


def parse(settings: Settings, as_of: date) -> None:
    """The dbt project parsed and compiled, as after installation."""
    compiled_project(settings)


def active_contracts(settings: Settings) -> list[ExtractContract]:
    return list(load_extract_contracts(CONTRACTS_ROOT, settings.sources).values())


def ingest_used(settings: Settings, as_of: date) -> None:
    """The tables that the marts use: what the hand-written script reads too."""
    _ingest(settings, as_of, used=True)


def ingest_rest(settings: Settings, as_of: date) -> None:
    """The tables that later marts will use."""
    _ingest(settings, as_of, used=False)


def _ingest(settings: Settings, as_of: date, used: bool) -> None:
    from orchestration.ingest.load import load_until

    for contract in active_contracts(settings):
        if (contract.table in EXTRACTS) == used:
            load_until(contract, settings.zones, as_of)


def extract_checks(settings: Settings, as_of: date) -> None:
    """Great Expectations on raw, Data Docs included."""
    import duckdb

    from orchestration import warehouse
    from orchestration.checks.gx_results import suite_of

    active = {(c.source, c.table): c for c in active_contracts(settings)}
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "extracts.duckdb"
        with duckdb.connect(str(database)) as connection:
            warehouse.register_raw(connection, settings, active, as_of)
        _validate(
            database,
            {f"{s}.{t}": suite_of(contract) for (s, t), contract in active.items()},
            settings.zones.data_docs / "extracts",
        )


def dbt_models(settings: Settings, as_of: date) -> None:
    """Raw registered, then seeds and models made, the Python models between them."""
    from orchestration import warehouse
    from orchestration.model_steps import STEPS
    from orchestration.transform.build import build, is_behind, load_seeds

    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    project = compiled_project(settings)
    late = is_behind(project, MODELS_SOURCE)
    with warehouse.write(settings) as connection:
        warehouse.register_raw(connection, settings, contracts, as_of)
        load_seeds(connection, project)
        _made(build(connection, settings, project, project.models.keys() - late))
        for step in STEPS:
            step.run(connection, settings, as_of)
        _made(build(connection, settings, project, project.models.keys() & late))


def dbt_tests(settings: Settings, as_of: date) -> None:
    """The data tests that the daily run makes."""
    from orchestration import warehouse
    from orchestration.transform.build import build

    project = compiled_project(settings)
    with warehouse.write(settings) as connection:
        _made(build(connection, settings, project, project.claims.keys()))


def _made(results: Iterable[NodeResult]) -> None:
    failed = [f"{result.node}: {result.message}" for result in results if result.is_failure]
    if failed:
        raise RuntimeError("\n".join(failed))


def candidate(settings: Settings, as_of: date) -> None:
    """The published tables copied, hashed, written as DuckDB file and Parquet."""
    from orchestration import warehouse
    from orchestration.code_version import code_version
    from orchestration.publish import build_candidate

    contracts = load_published_contracts(CONTRACTS_ROOT)
    with warehouse.read(settings) as connection:
        build_candidate(
            connection,
            contracts,
            settings.zones.serving,
            as_of=as_of,
            code_version=code_version(),
        )


def candidate_checks(settings: Settings, as_of: date) -> None:
    """Great Expectations on the candidate, Data Docs included."""
    from orchestration.checks.gx_results import published_suite

    contracts = load_published_contracts(CONTRACTS_ROOT)
    [folder] = (settings.zones.serving / "candidates").iterdir()
    _validate(
        folder / "patron.duckdb",
        {table: published_suite(contract) for table, contract in contracts.items()},
        settings.zones.data_docs / "published",
    )


def promotion(settings: Settings, as_of: date) -> None:
    """The candidate read back against its manifest and served."""
    from orchestration.publish import promote, read_candidate

    serving = settings.zones.serving
    [folder] = (serving / "candidates").iterdir()
    if not promote(read_candidate(serving, folder.name), serving).published:
        raise StageFailed("the candidate was not published")


def _validate(database: Path, suites: dict, docs: Path) -> None:  # type: ignore[type-arg]
    from orchestration.checks.great_expectations import validate
    from orchestration.checks.gx_data_docs import build_data_docs

    results = validate(database, suites)
    build_data_docs(docs, results)
    failed = [name for name, result in results.items() if not result.passed]
    if failed:
        raise StageFailed(f"expectations failed: {', '.join(failed)}")


STAGES: dict[str, Callable[[Settings, date], None]] = {
    stage.__name__: stage
    for stage in (
        parse,
        ingest_used,
        ingest_rest,
        extract_checks,
        dbt_models,
        dbt_tests,
        candidate,
        candidate_checks,
        promotion,
    )
}

if __name__ == "__main__":
    main()
