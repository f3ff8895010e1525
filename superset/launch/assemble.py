"""The files of ``superset/bundle`` written out as Superset imports them, once for each database.

Belongs here: names to identifiers, defaults to full parameters, what the served file says to
descriptions. Does not belong here: places on the dashboard (``layout.py``), what is shown (the
bundle).

Identifiers are derived from names, so that importing again changes what is there and adds nothing.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from launch import layout
from launch.colours import label_colours
from launch.connections import DUCKDB, Connection
from launch.deployment import NotReadyError
from launch.published_facts import Column, PublishedFacts

BUNDLE = Path(__file__).resolve().parent.parent / "bundle"
NAMESPACE = uuid.UUID("6f0f6a1e-2f3c-5d0b-9d7e-6b61746f6e00")
VERSION = "1.0.0"
REPORTING = "REPORTING"  # stands in the bundle for the currency of the deployment

Document = dict[str, Any]


def assembled(connection: Connection, facts: PublishedFacts) -> dict[str, Document]:
    """Every file of one database's bundle: path to document."""
    written = Bundle(connection, facts)
    files = {"metadata.yaml": {"version": VERSION, "timestamp": "2025-01-01T00:00:00+00:00"}}
    files |= {f"databases/{connection.kind}.yaml": written.database()}
    files |= {
        f"datasets/{connection.kind}/{doc['table_name']}.yaml": doc for doc in written.datasets()
    }
    files |= {f"charts/{doc['uuid']}.yaml": doc for doc in written.charts()}
    return files | {f"dashboards/{connection.kind}.yaml": written.dashboard()}


def write_bundle(folder: Path, files: dict[str, Document]) -> None:
    """The documents as YAML files below ``folder``."""
    for path, document in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
        file.write_text(text, encoding="utf-8")


def read_bundle(name: str) -> Any:
    """One file of the bundle in the repository."""
    return yaml.safe_load((BUNDLE / name).read_text(encoding="utf-8"))


def read_charts() -> list[Document]:
    """The charts of all files, in the order of the files' names."""
    files = sorted((BUNDLE / "charts").glob("*.yaml"))
    return [chart for file in files for chart in read_bundle(f"charts/{file.name}")]


class Bundle:
    """The bundle for one database."""

    def __init__(self, connection: Connection, facts: PublishedFacts) -> None:
        self._connection = connection
        self._facts = facts
        self._datasets: dict[str, Document] = read_bundle("datasets.yaml")
        self._defaults: dict[str, Document] = read_bundle("defaults.yaml")
        self._charts = read_charts()

    def identifier(self, sort: str, name: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self._connection.kind}/{sort}/{name}"))

    def database(self) -> Document:
        return {
            **read_bundle(f"databases/{self._connection.kind}.yaml"),
            "sqlalchemy_uri": self._connection.address,
            "uuid": self.identifier("database", "patron"),
            "version": VERSION,
        }

    def datasets(self) -> Iterator[Document]:
        for name, described in self._datasets.items():
            table = described.get("table", name)
            if table not in self._facts.columns:
                raise NotReadyError(
                    f"{table} is not published, and the dashboard shows it: publish again with "
                    "this version (`make run`)."
                )
            yield {
                **self._named_and_asked(name, table, described),
                "schema": self._connection.schema,
                "description": self._facts.tables[table],
                "is_managed_externally": True,
                "main_dttm_col": described.get("time"),
                "columns": self._columns(table, described),
                "metrics": [
                    self._metric(name, metric_name, metric)
                    for metric_name, metric in described["metrics"].items()
                ],
                "uuid": self.identifier("dataset", name),
                "database_uuid": self.identifier("database", "patron"),
                "version": VERSION,
            }

    def charts(self) -> Iterator[Document]:
        for chart in self._charts:
            kind = chart["type"]
            params = {"viz_type": kind, **self._defaults.get(kind, {}), **chart["params"]}
            conditions = (self._datasets[chart["dataset"]].get("counted"), chart.get("where"))
            params["adhoc_filters"] = [_condition(sql) for sql in conditions if sql]
            if kind == "mixed_timeseries":  # two queries, each with conditions of its own
                params["adhoc_filters_b"] = params["adhoc_filters"]
            yield {
                "slice_name": chart["name"],
                "description": self._description(chart),
                "viz_type": params["viz_type"],
                "params": self._in_currency(params),
                "query_context": None,
                "cache_timeout": None,
                "is_managed_externally": True,
                "uuid": self.identifier("chart", chart["name"]),
                "dataset_uuid": self.identifier("dataset", chart["dataset"]),
                "version": VERSION,
            }

    def dashboard(self) -> Document:
        described = read_bundle("dashboard.yaml")
        shown = read_bundle(f"databases/{self._connection.kind}.yaml")["database_name"]
        place = {chart["name"]: number for number, chart in enumerate(self._charts, 1)}
        identifiers = {name: self.identifier("chart", name) for name in place}
        return {
            "dashboard_title": f"{described['title']} ({shown})",
            "description": described["description"],
            "is_managed_externally": True,
            "slug": f"{described['slug']}-{self._connection.kind}",
            "css": described["css"],
            "position": layout.position(described["title"], described["tabs"], place, identifiers),
            "metadata": {
                "color_scheme": "patron",
                "label_colors": label_colours(described["colours"]),
                "cross_filters_enabled": True,
                "filter_bar_orientation": "HORIZONTAL",
                "native_filter_configuration": [
                    self._filter(wanted, place) for wanted in described["filters"]
                ],
                "refresh_frequency": 0,
            },
            "uuid": self.identifier("dashboard", described["slug"]),
            "version": VERSION,
        }

    def _filter(self, wanted: Document, place: dict[str, int]) -> Document:
        name = wanted["name"]
        without = [
            place[chart["name"]] for chart in self._charts if not self._has(chart["dataset"], name)
        ]
        counted = self._datasets[wanted["dataset"]]["counted"]
        return {
            **layout.select_filter(name, self.identifier("dataset", wanted["dataset"]), without),
            "adhoc_filters": [_condition(counted)],
            "time_range": "No filter",
        }

    def _named_and_asked(self, name: str, table: str, described: Document) -> Document:
        """Name of a dataset, and its query where it is no table of that name.

        Superset's own database, in SQLite, holds a name of a dataset once, whatever its database:
        the second database's are queries with names of their own.
        """
        second = self._connection.kind != DUCKDB
        sql = described.get("sql", "SELECT * FROM {table}" if second else None)
        place = f"{self._connection.schema}.{table}"
        return {
            "table_name": f"{name} ({self._connection.kind})" if second else name,
            "sql": sql and sql.format(table=place),
        }

    def _has(self, table: str, column: str) -> bool:
        return column in self._datasets[table].get("columns", {})

    def _columns(self, table: str, described: Document) -> list[Document]:
        published = [_published(column) for column in self._facts.columns[table]]
        calculated = [_calculated(*item) for item in described.get("columns", {}).items()]
        return published + calculated

    def _metric(self, dataset: str, name: str, metric: Document) -> Document:
        return {
            "metric_name": name,
            "verbose_name": name,
            "expression": metric["sql"],
            "description": self._named(self._numbers(dataset, name)),
            "d3format": metric.get("format"),
            "currency": self._in_currency(metric.get("currency")),
        }

    def _description(self, chart: Document) -> str:
        """What the chart says, and which metrics of the catalogue it draws."""
        used = [text for text in _texts(chart["params"]) if isinstance(text, str)]
        found = (number for text in used for number in self._numbers(chart["dataset"], text))
        numbers = chart.get("catalogue") or list(found)
        return f"{chart['description']} {self._named(numbers)}".strip()

    def _numbers(self, dataset: str, name: str) -> list[str]:
        """Numbers of the catalogue of a measure or a column of words: those of its columns."""
        described = self._datasets[dataset]
        table = described.get("table", dataset)
        columns = described.get("columns", {})
        item = described["metrics"].get(name) or columns.get(name) or {"sql": name}
        if "catalogue" in item:
            return list(item["catalogue"])
        mentioned = re.findall(r"\w+", item.get("sql") or item["words"])
        return [n for column in mentioned for n in self._facts.numbers.get((table, column), ())]

    def _named(self, numbers: list[str]) -> str:
        once = dict.fromkeys(numbers)
        named = "; ".join(f"{number} {self._facts.metric_names[number]}" for number in once)
        return f"[{named}]" if named else ""

    def _in_currency(self, value: Any) -> Any:
        """The value with the deployment's currency in the place of REPORTING."""
        if isinstance(value, dict):
            return {key: self._in_currency(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._in_currency(inner) for inner in value]
        return self._facts.currency if value == REPORTING else value


def _published(column: Column) -> Document:
    return {
        "column_name": column.name,
        "type": column.data_type.replace("DOUBLE", "DOUBLE PRECISION"),
        "is_dttm": column.is_temporal,
        "description": column.description,
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def _calculated(name: str, described: Document) -> Document:
    """A column of words: the published code as people write it, or an expression."""
    column = described.get("words")
    words = (
        f"COALESCE(UPPER(SUBSTR({column}, 1, 1)) || REPLACE(SUBSTR({column}, 2), '_', ' '), "
        "'Not given')"
    )
    return {
        "column_name": name,
        "type": described.get("type", "VARCHAR"),
        "expression": words if column else described["sql"],
        "is_dttm": False,
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def _condition(sql: str) -> Document:
    return {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": sql}


def _texts(value: Any) -> Iterator[Any]:
    """Everything that stands at the ends of nested lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield value
