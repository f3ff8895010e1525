"""Asking for metrics: one engine on one publication.

Belongs here: a question in names, an answer in rows, an error in words. Does not belong here: how
it is printed (``metric_commands.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.sql_plan_renderer import SqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import (
    PydanticSemanticManifest,
)
from metricflow_semantics.errors.error_classes import InformativeUserError
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.semantic_layer.definitions import MetricQueryError
from orchestration.semantic_layer.served_session import served_session


@dataclass(frozen=True)
class Answer:
    """Column names, rows in DuckDB's own types (decimals exact, days as dates), and the SQL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    sql: str


class DuckDbDialect:
    """The part of MetricFlow's ``SqlClient`` that writing SQL needs.

    Its way of running a statement makes doubles of decimals: ours run on a connection of our own.
    """

    @property
    def sql_engine_type(self) -> SqlEngine:
        return SqlEngine.DUCKDB

    @property
    def sql_plan_renderer(self) -> SqlPlanRenderer:
        return DuckDbSqlPlanRenderer()


class Metrics:
    """The metrics of one publication. Open it with :func:`open_metrics`."""

    def __init__(self, engine: MetricFlowEngine, connection: duckdb.DuckDBPyConnection) -> None:
        self._engine = engine
        self._connection = connection

    def query(
        self,
        metrics: Sequence[str],
        group_by: Sequence[str] = (),
        *,
        where: Sequence[str] = (),
        order_by: Sequence[str] = (),
        limit: int | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Answer:
        """The metrics by what ``group_by`` names, such as ``metric_time__month``.

        Raises:
            MetricQueryError: an unknown name, or a grain that a metric does not have.
        """
        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics),
            group_by_names=list(group_by),
            where_constraints=list(where) or None,
            order_by_names=list(order_by) or None,
            limit=limit,
            time_constraint_start=start,
            time_constraint_end=end,
        )
        with _in_words():
            sql = self._engine.explain(request).sql_statement.without_descriptions.sql
            cursor = self._connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description or [])
            rows = tuple(tuple(map(_day, row)) for row in cursor.fetchall())
        return Answer(columns, rows, sql)

    def group_by_names(self, metrics: Sequence[str]) -> list[str]:
        """What all of the metrics can be grouped by."""
        with _in_words():
            dimensions = self._engine.simple_dimensions_for_metrics(list(metrics))
        return sorted({dimension.granularity_free_dunder_name for dimension in dimensions})


@contextmanager
def open_metrics(
    manifest: Path, database: Path, limits: dict[str, str | int] | None = None
) -> Iterator[Metrics]:
    """The metrics of a semantic manifest on a published DuckDB file, opened read-only.

    The file is held open: leave the context to see the next publication.
    """
    parsed = parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8"))
    dialect = cast(SqlClient, DuckDbDialect())
    with served_session(database, _relations(parsed), limits or {}) as connection:
        yield Metrics(MetricFlowEngine(SemanticManifestLookup(parsed), dialect), connection)


def _relations(manifest: PydanticSemanticManifest) -> Iterator[tuple[str, str, str]]:
    for model in manifest.semantic_models:
        yield _relation(model.node_relation)
    for spine in manifest.project_configuration.time_spines:
        yield _relation(spine.node_relation)


def _relation(relation: Any) -> tuple[str, str, str]:
    return relation.database, relation.schema_name, relation.alias


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except InformativeUserError as error:
        raise MetricQueryError(_told(str(error))) from error
    except duckdb.Error as error:
        raise MetricQueryError(f"the published tables do not answer: {error}") from error


def _day(value: Any) -> Any:
    """Truncation makes midnights of dates; no dimension is finer than a day."""
    return value.date() if isinstance(value, datetime) else value


def _told(message: str) -> str:
    """MetricFlow's message without blank lines and without its own way through the question."""
    kept = message.split("Issue Location:")[0]
    return re.sub(r"\n\s*\n+", "\n", kept).strip()
