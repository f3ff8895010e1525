"""Exact money: whole numbers of 1/10,000 in ``Int64``, which keeps what is missing missing.

Belongs here: products and quotients of such numbers, rounded half away from zero as SQL does, and
decimals for Parquet. ``float64`` would be faster, but its sums depend on the order of the rows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.pandas_way.tables import DECIMAL, RATE

DIGITS = {"qty": 4, "amount": 4, "rate": 8, "litt": 10}  # of what is not named as amounts are


def divided(values: pd.Series, unit: int) -> pd.Series:
    """``values / unit`` to the nearest whole number."""
    return (values.abs() + unit // 2) // unit * np.sign(values)


def converted(amounts: pd.Series, rates: pd.Series) -> pd.Series:
    return divided(amounts * rates, RATE)


def as_units(numbers: pd.Series, unit: int = DECIMAL) -> pd.Series:
    """Floating-point numbers in whole units."""
    scaled = numbers.astype("float64") * unit
    return np.trunc(scaled + np.copysign(0.5, scaled)).astype("Int64")


def write_parquet(frame: pd.DataFrame, file: Path) -> None:
    """Amounts as decimals, dates as dates, scores as integers."""
    columns = {name: _arrow(str(name), values) for name, values in frame.items()}
    pq.write_table(pa.table(columns), file, compression="zstd")


def _arrow(name: str, values: pd.Series) -> pa.Array:
    digits = 4 if name.endswith(("_amount", "_cost", "quantity")) else DIGITS.get(name)
    if digits:
        return pa.array(values / 10**digits).cast(pa.decimal128(18, digits))
    if name.endswith("_date"):
        return pa.array(values.astype("datetime64[s]")).cast(pa.date32())
    if name.endswith("_score"):
        return pa.array(values, pa.int32())
    return pa.array(values)
