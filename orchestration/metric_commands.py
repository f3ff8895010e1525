"""The ``patron metrics`` commands: the semantic layer on what is served.

Belongs here: arguments, what is printed. Does not belong here: the work (``semantic_layer/``).
"""

from __future__ import annotations

import csv as csv_format
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from orchestration.settings import Settings, load_settings
from orchestration.terminal import console, plain_errors

if TYPE_CHECKING:
    from orchestration.semantic_layer.metrics import Answer

commands = typer.Typer(
    no_args_is_help=True, help="Metrics of what is served: the semantic layer (MetricFlow)."
)

MetricsOption = Annotated[str, typer.Option(help="Names, comma-separated; see `list`.")]


@commands.command("list")
def list_metrics(
    search: Annotated[str, typer.Option(help="Only names, labels and numbers with this.")] = "",
) -> None:
    """Each metric with its number in the catalogue and what it means."""
    from orchestration.semantic_layer.definitions import metric_definitions

    with plain_errors():
        definitions = metric_definitions(_manifest(load_settings()))
        table = Table("metric", "number", "what it means")
        for name, metric in definitions.items():
            if search.lower() in f"{name} {metric.label} {metric.number}".lower():
                table.add_row(name, metric.number, metric.description)
    console.print(table)


@commands.command()
def dimensions(metrics: MetricsOption) -> None:
    """What the metrics can be grouped by."""
    from orchestration.semantic_layer.metrics import open_metrics

    with plain_errors():
        settings = load_settings()
        with open_metrics(_manifest(settings), _database(settings)) as opened:
            names = opened.group_by_names(_names(metrics))
    for name in names:
        console.print(name, highlight=False)


@commands.command()
def query(
    metrics: MetricsOption,
    group_by: Annotated[
        str, typer.Option(help="Dimensions, comma-separated; see `dimensions`.")
    ] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(help="Condition, such as \"{{ Dimension('customer__region') }} = 'London'\"."),
    ] = None,
    order: Annotated[str, typer.Option(help="Names to sort by; -name for descending.")] = "",
    limit: Annotated[int | None, typer.Option(min=1)] = None,
    start_time: Annotated[datetime | None, typer.Option(help="First day.")] = None,
    end_time: Annotated[datetime | None, typer.Option(help="Last day.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="The SQL instead of rows.")] = False,
) -> None:
    """Metrics by time or segment, e.g. `--metrics net_sales --group-by metric_time__month`."""
    from orchestration.semantic_layer.metrics import open_metrics

    with plain_errors():
        settings = load_settings()
        groups = _names(group_by)
        with open_metrics(
            _manifest(settings), _database(settings), settings.duckdb_limits
        ) as opened:
            answer = opened.query(
                _names(metrics),
                groups,
                where=where or (),
                order_by=_names(order) or groups,  # the same question gives the same order
                limit=limit,
                start=start_time,
                end=end_time,
            )
    if explain:
        console.print(answer.sql, highlight=False, markup=False, soft_wrap=True)
    elif csv:
        writer = csv_format.writer(sys.stdout)
        writer.writerow(answer.columns)
        writer.writerows(answer.rows)
    else:
        console.print(_table(answer))


def _manifest(settings: Settings) -> Path:
    from orchestration.assets.dbt_process import prepared_semantic_manifest

    return prepared_semantic_manifest(settings)


def _database(settings: Settings) -> Path:
    """The served file of the version that is current now, by its own path."""
    from orchestration.publish.manifest import PublicationError
    from orchestration.publish.serving_zone import DATABASE_NAME, ServingZone

    version = ServingZone(settings.zones.serving).current_version()
    if version is None:
        raise PublicationError(
            f"nothing is served in {settings.zones.serving}; refresh first: patron run"
        )
    return version / DATABASE_NAME


def _names(stated: str) -> list[str]:
    return [name.strip() for name in stated.split(",") if name.strip()]


def _table(answer: Answer) -> Table:
    table = Table()
    for column in answer.columns:
        table.add_column(column, justify="left" if "__" in column else "right")
    for row in answer.rows:
        table.add_row(*map(_shown, row))
    return table


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
