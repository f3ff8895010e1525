"""Lists as CSV files: written when they are asked for, with the exact values of the publication.

Belongs here: the form of an exported file. Does not belong here: which customers are in it
(``views/explorer.py``, ``views/lists.py``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from dashboard.page import View

EXPORTED = 200_000  # rows held in memory for one download; Parquet is beside it for more
# A cell that begins so is a formula to a spreadsheet, whoever wrote it into a name or a region.
FORMULA = r"^[=+\-@\t\r]"


def writer(view: View, sql: str, values: Sequence[Any]) -> Callable[[], bytes]:
    """What makes the file once the button is pressed."""
    publication, bound = view.publication, list(values)

    def written() -> bytes:
        return csv_bytes(publication.ask_table(sql, bound))

    return written


def csv_bytes(rows: pa.Table) -> bytes:
    """Rows as CSV; text that a spreadsheet would execute gets an apostrophe in front."""
    columns = [_harmless(rows.column(name)) for name in rows.column_names]
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns, names=rows.column_names), sink)
    return sink.getvalue()


def file_name(view: View, what: str) -> str:
    """A name that any file system takes, with the as-of date."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", what)[:60]
    return f"{plain}_{view.publication.as_of_date:%Y-%m-%d}.csv"


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    formula = pa.compute.match_substring_regex(column, FORMULA)
    quoted = pa.compute.binary_join_element_wise("'", column, "")
    return pa.compute.if_else(pa.compute.fill_null(formula, False), quoted, column)
