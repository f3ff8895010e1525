"""One refresh on Spark, step by step as the daily job makes one on DuckDB.

Belongs here: the order of the steps. Does not belong here: the steps, which both engines share but
for the tables they read (``lake.py``) and dbt's target (``dbt_build.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
from pyspark.sql import SparkSession

from orchestration import model_steps
from orchestration.assets.dbt_process import project_digest
from orchestration.assets.extracts import Contracts
from orchestration.assets.history import LISTS, STATE
from orchestration.assets.publication import used_extracts
from orchestration.code_version import code_version
from orchestration.contracts import (
    PublishedContract,
    load_extract_contracts,
    load_published_contracts,
)
from orchestration.history import run_inputs
from orchestration.history.closings import write_closing
from orchestration.history.export_memory import remember_export
from orchestration.history.segment_memory import MEMBERSHIPS, Declaration, remember
from orchestration.model_zone import tables_made_by
from orchestration.publish.candidate import build_candidate
from orchestration.publish.replace import Promotion, promote
from orchestration.run_lock import held_run
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources
from orchestration.spark.dbt_build import build
from orchestration.spark.gates import (
    require_conforming_models,
    require_kept_contracts,
    require_sound_extracts,
)
from orchestration.spark.ingest import Tell, load_extracts
from orchestration.spark.lake import several_at_once, show, take
from orchestration.spark.session import spark_session
from orchestration.spark.sources import register_models, register_sources

REMEMBERED = (
    "intermediate.int_customers_value_closed",
    "intermediate.int_segments_held",
    "marts.audience_export",
)


def refresh_on_spark(
    settings: Settings, as_of: date, tell: Tell, *, full: bool = False, with_claims: bool = True
) -> Promotion:
    """Ingest, build, fit, publish and remember ``as_of``; ``full`` reads every extract again.

    Raises:
        SparkBuildError: a model or a claim failed.
        GateClosedError: an extract or a published table breaks its contract; what was published
            before stays.
    """
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    folder = settings.zones.warehouse_file.parent / "spark"
    with held_run(settings), duckdb.connect(config=dict(settings.duckdb_limits)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        tell("extracts")
        load_extracts(settings, contracts, as_of, tell, full=full)
        require_sound_extracts(settings, contracts, as_of)
        require_conforming_models()
        with spark_session(settings) as spark:
            tell("sources")
            register_sources(spark, connection, settings, contracts, as_of, folder)
            build("base_models", folder / "dbt", tell, with_claims=with_claims)
            for step in model_steps.STEPS:
                tell(step.name)
                _bring(spark, connection, _made_by_dbt(step.reads), folder)
                step.run(connection, settings, as_of)
                register_models(spark, settings, as_of, tables_made_by(step.name))
            build("valued_models", folder / "dbt", tell, with_claims=with_claims)
            tell("publication")
            published = load_published_contracts(CONTRACTS_ROOT)
            _bring(spark, connection, [f"segments.{name}" for name in published], folder)
            _bring(spark, connection, REMEMBERED, folder)
        return _publish(connection, settings, contracts, published, as_of)


def _made_by_dbt(relations: tuple[str, ...]) -> list[str]:
    """Without tables of the models zone, which the step that made them registered."""
    return [name for name in relations if not name.startswith("models.")]


def _bring(
    spark: SparkSession,
    connection: duckdb.DuckDBPyConnection,
    relations: list[str] | tuple[str, ...],
    folder: Path,
) -> None:
    """Make tables of the lake readable on ``connection``."""
    several_at_once(lambda relation: take(spark, relation, folder / "taken"), relations)
    for relation in relations:
        show(connection, relation, folder / "taken" / relation)


def _publish(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Contracts,
    published: Mapping[str, PublishedContract],
    as_of: date,
) -> Promotion:
    active = {name: own for name, own in contracts.items() if name[0] in settings.sources}
    candidate = build_candidate(
        connection,
        published,
        settings.zones.serving,
        as_of=as_of,
        code_version=code_version(),
        extracts=used_extracts(settings, active, as_of),
    )
    require_kept_contracts(candidate, settings, published)
    done = promote(candidate, settings.zones.serving)
    if done.published:
        _remember(connection, settings, as_of)
    return done


def _remember(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    zones, rules = settings.zones, project_digest()
    write_closing(connection, zones, STATE, as_of, settings.value_period)
    changes = run_inputs.changed_inputs(connection, zones, as_of, rules)
    remember(connection, zones, MEMBERSHIPS, as_of, Declaration.of_now("refresh on Spark", changes))
    run_inputs.remember_inputs(connection, zones, as_of, rules)
    remember_export(connection, zones, LISTS, as_of)
