"""The landed files as frames of typed columns, latest version of each row.

Belongs here: reading. Only the columns that are used are read, and repeated texts as categories.
``plain`` reads as ``read_csv`` does when it is only told the file, which is what most people write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Table:
    """Where a table lies, its key, and the columns that are read of it, by kind."""

    folder: str
    key: tuple[str, ...]
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    categories: tuple[str, ...] = field(default=())
    is_newest_only: bool = False


TABLES = {
    "customers": Table(
        "crm/crm_customers", ("source_system", "customer_id"),
        texts=("customer_id", "is_test"), moments=("created_at", "deleted_at"),
        categories=("source_system", "region", "acquisition_channel", "gender"),
    ),
    "orders": Table(
        "sales/sales_orders", ("source_system", "order_id"),
        texts=("order_id", "customer_id"), moments=("ordered_at", "cancelled_at"),
        categories=("source_system", "channel", "currency", "status"),
    ),
    "lines": Table(
        "sales/sales_order_lines", ("order_id", "line_no"),
        texts=("order_id", "product_id"),
        numbers=("line_no", "qty", "list_price", "unit_price", "discount", "cost"),
    ),
    "returns": Table(
        "sales/sales_returns", ("return_line_id",),
        texts=("return_line_id", "order_id"), numbers=("line_no", "qty", "amount"),
        moments=("returned_at",),
    ),
    "products": Table(
        "sales/sales_products", ("product_id", "valid_from"),
        texts=("product_id", "currency"), numbers=("cost",), moments=("valid_from",),
        is_newest_only=True,
    ),
    "rates": Table(
        "sales/fx_rates", ("date", "currency"),
        texts=("currency",), numbers=("rate",), moments=("date",),
    ),
    "answers": Table(
        "crm/crm_survey_responses", ("response_id", "question_code"),
        texts=("response_id", "customer_id"), numbers=("score",), moments=("answered_at",),
        categories=("survey_id", "question_code", "wave", "kind", "touchpoint", "source_system"),
    ),
}  # fmt: skip
VERSION = ("extracted_at", "op")


def latest(landing: Path, table: Table, as_of: str, *, plain: bool) -> pd.DataFrame:
    """The newest version of each row that was not deleted."""
    folders = [
        folder
        for folder in sorted((landing / table.folder).glob("extract_date=*"))
        if folder.name <= f"extract_date={as_of}"
    ]
    if table.is_newest_only:
        folders = folders[-1:]
    read = _read_plainly if plain else _read
    frames = [read(file, table) for folder in folders for file in sorted(folder.iterdir())]
    rows = pd.concat(frames, ignore_index=True)
    if "extracted_at" in rows and len(folders) > 1:  # files come in order of their dates
        rows = rows.drop_duplicates(list(table.key), keep="last", ignore_index=True)
    if "op" in rows:
        rows = rows[rows["op"] != "D"]
    return rows.drop(columns=[name for name in VERSION if name in rows])


def _read(file: Path, table: Table) -> pd.DataFrame:
    wanted = {*table.texts, *table.numbers, *table.moments, *table.categories, *VERSION}
    if file.suffix == ".parquet":
        rows = pd.read_parquet(file)
        rows = rows[[name for name in rows if name in wanted]]
        return _typed(rows, table)
    kinds = {name: "str" for name in (*table.texts, *table.moments)}
    kinds |= {name: "category" for name in table.categories}
    header = pd.read_csv(file, nrows=0).columns
    rows = pd.read_csv(
        file,
        usecols=[name for name in header if name in wanted],
        dtype={name: kind for name, kind in kinds.items() if name in header},
    )
    return _typed(rows, table)


def _read_plainly(file: Path, table: Table) -> pd.DataFrame:
    rows = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    return _typed(rows, table)


def _typed(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    for name in table.moments:
        rows[name] = pd.to_datetime(rows[name], format="ISO8601", errors="coerce")
    for name in table.numbers:
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    return rows
