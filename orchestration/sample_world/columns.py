"""Arrow columns from numpy: identifiers, exact money, instants and drawn words.

Belongs here: turning arrays of numbers into columns as they are delivered, without a loop over
rows. Does not belong here: anything that knows a table.

Units used all over this package: instants are int64 seconds since 1970 UTC, days are integers
since 1970, money is an int64 of 1/10000; ``NEVER`` stands for "not (yet)".
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY = 86_400
EPOCH = date(1970, 1, 1)
NEVER = np.iinfo(np.int64).max // 4
MONEY = 10_000  # money and factors are counted in 1/10000


def stream(seed: int, name: str) -> np.random.Generator:
    """An own random stream per subject: a new table leaves the others as they were."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def day_number(day: date) -> int:
    return (day - EPOCH).days


def as_date(day: int) -> date:
    return EPOCH + timedelta(days=day)


def ids(prefix: str, numbers: Ints, width: int = 8, missing: Bools | None = None) -> pa.Array:
    """``prefix`` and a zero-padded number; null where ``missing``."""
    text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return _blank(pc.binary_join_element_wise(prefix, text, ""), missing)


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put together element by element."""
    return pc.binary_join_element_wise(*parts, "")


def texts(numbers: Ints) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def words(
    vocabulary: Sequence[str | None], codes: NDArray[np.integer], missing: Bools | None = None
) -> pa.Array:
    """The word of each code; null where ``missing``."""
    found = pa.array(list(vocabulary), pa.string()).take(pa.array(codes))
    return _blank(found, missing)


def decimals(units: Ints, scale: int = 4, missing: Bools | None = None) -> pa.Array:
    """Exact decimals of ``units`` * 10**-scale."""
    wide = np.empty((len(units), 2), dtype=np.int64)
    wide[:, 0] = units
    wide[:, 1] = units >> 63  # sign extension to 128 bits
    found = pa.Array.from_buffers(pa.decimal128(18, scale), len(units), [None, pa.py_buffer(wide)])
    return _blank(found, missing)


def instants(seconds: Ints, known_until: int = NEVER - 1) -> pa.Array:
    """UTC timestamps; null where the instant is later than ``known_until`` (or never)."""
    return pa.array(seconds, mask=seconds > known_until).cast(pa.timestamp("s"))


def dates(days: Ints, missing: Bools | None = None) -> pa.Array:
    found = pa.array(np.where(days > 10**6, 0, days).astype(np.int32)).cast(pa.date32())
    return _blank(found, missing if missing is not None else days > 10**6)


def numbers(values: NDArray[np.generic], missing: Bools | None = None) -> pa.Array:
    return pa.array(values, mask=missing)


def where(condition: Bools, first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(condition), first, second)


def constant(word: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(word), rows)


def draw(rng: np.random.Generator, weights: Sequence[float], rows: int) -> Ints:
    """Codes 0..k-1 drawn with the given weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], rng.random(rows), side="right").astype(np.int64)


def daytime(rng: np.random.Generator, rows: int) -> Ints:
    """Second of the day between 07:00 and 22:00, most in the afternoon."""
    return (7 * 3600 + rng.beta(2.2, 2.0, rows) * 15 * 3600).astype(np.int64)


def _blank(column: pa.Array, missing: Bools | None) -> pa.Array:
    if missing is None:
        return column
    return pc.if_else(pa.array(missing), pa.scalar(None, column.type), column)
