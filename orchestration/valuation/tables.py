"""Rows and columns as Arrow tables with the columns that the models zone declares.

Belongs here: types and nulls. Does not belong here: values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from orchestration.model_zone import model_tables

ARROW_TYPES = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def table_of_rows(name: str, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """From one mapping per row."""
    return table_of_columns(
        name, {column: [row[column] for row in rows] for column in model_tables()[name].columns}
    )


def table_of_columns(
    name: str, columns: Mapping[str, NDArray[np.generic] | Sequence[object]]
) -> pa.Table:
    """From one sequence per column; a float that is not finite says nothing and becomes null."""
    declared = model_tables()[name].columns
    return pa.table(
        {
            column: _array(columns[column], ARROW_TYPES[kind.lower()])
            for column, kind in declared.items()
        }
    )


def _array(values: NDArray[np.generic] | Sequence[object], kind: pa.DataType) -> pa.Array:
    if kind != pa.float64():
        return pa.array(values, kind)
    numbers = np.array(values, dtype=np.float64)  # None becomes NaN
    return pa.array(numbers, kind, mask=~np.isfinite(numbers))
