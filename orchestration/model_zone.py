"""The models zone: what Python models wrote, one Parquet file per table and as-of date.

Belongs here: writing and finding those files, by the columns that the dbt source ``models``
declares. Does not belong here: what the numbers mean (``value/``) and the views over the files
(``warehouse.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml

from orchestration.private_folder import make_private_folder
from orchestration.settings import DBT_PROJECT_ROOT, Zones

SOURCES_FILE = DBT_PROJECT_ROOT / "models" / "staging" / "models" / "_models__sources.yml"


class ModelTableError(ValueError):
    """A model table is unknown, missing, or not what its declaration says."""


@dataclass(frozen=True)
class ModelTable:
    """Declaration of one table: its columns with SQL types, its key and the step that makes it."""

    name: str
    description: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    made_by: str


@cache
def model_tables() -> dict[str, ModelTable]:
    """The declared tables by name."""
    document = yaml.load(SOURCES_FILE.read_text(), Loader=yaml.CSafeLoader)
    return {
        table["name"]: ModelTable(
            table["name"],
            table["description"].strip(),
            {column["name"]: column["data_type"] for column in table["columns"]},
            tuple(table["config"]["meta"]["key"]),
            table["config"]["meta"]["made_by"],
        )
        for table in document["sources"][0]["tables"]
    }


def tables_made_by(step: str) -> list[str]:
    """Names of the tables that one step writes, as declared."""
    return [table.name for table in model_tables().values() if table.made_by == step]


def model_file(zones: Zones, table: str, as_of: date) -> Path:
    """Where ``table`` of ``as_of`` lies."""
    return zones.models / table / f"as_of_date={as_of}" / f"{table}.parquet"


def write_model_table(zones: Zones, table: str, as_of: date, rows: pa.Table) -> Path:
    """Write one table for one as-of date, replacing what a run before wrote.

    Rows are ordered by key, so that equal rows give an equal file.

    Raises:
        ModelTableError: the columns are not the declared ones, or the key is not unique.
    """
    declared = model_tables().get(table)
    if declared is None:
        raise ModelTableError(f"unknown model table {table!r}; known: {', '.join(model_tables())}")
    if rows.column_names != list(declared.columns):
        raise ModelTableError(
            f"{table} has columns {', '.join(rows.column_names)}; "
            f"declared: {', '.join(declared.columns)} (in {SOURCES_FILE.name})"
        )
    keys = rows.select(list(declared.key)).group_by(list(declared.key)).aggregate([]).num_rows
    if keys != rows.num_rows:
        raise ModelTableError(
            f"{table}: {rows.num_rows} rows, {keys} keys ({', '.join(declared.key)})"
        )
    path = model_file(zones, table, as_of)
    make_private_folder(path.parent)
    partial = path.with_suffix(".tmp")
    columns = ", ".join(f'cast("{n}" as {kind}) "{n}"' for n, kind in declared.columns.items())
    with duckdb.connect() as connection:
        connection.register("written", rows)
        connection.execute(
            f"COPY (SELECT {columns} FROM written ORDER BY {', '.join(declared.key)}) "
            f"TO '{str(partial).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)"
        )
    partial.replace(path)
    return path
