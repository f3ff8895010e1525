"""The landed files as frames of typed columns: rows of wrong type or code left out, latest version.

Belongs here: reading. Sparing, only the columns that are used are read, and repeated texts become
categories; ``plain`` reads as ``read_csv`` does when it is told the file and which columns are text
(left to itself it takes a file's phone numbers for numbers). Both check the types of all columns
that have one, used or not, as the script does, because a row is refused as a whole.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.pandas_way.tables import Table

VERSION = ("extracted_at", "op")
OPERATIONS = ("I", "U", "D")
BOOLEANS = {"true": True, "false": False}


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
    frames = [
        _accepted(read(file, table), table)
        for folder in folders
        for file in sorted(folder.iterdir())
        if not file.name.startswith((".", "_"))
    ]
    rows = _together(frames, table)
    if not table.is_newest_only:  # files come in order of their dates
        rows = rows.drop_duplicates(list(table.key), keep="last", ignore_index=True)
    if "op" in rows:
        rows = rows[rows["op"] != "D"]
    return rows[list(table.used)].reset_index(drop=True)


def _read(file: Path, table: Table) -> pd.DataFrame:
    if file.suffix == ".parquet":
        rows = pd.read_parquet(file)
        return rows[[name for name in rows if name in table.read or name in VERSION]]
    kinds = dict.fromkeys(table.texts, "str") | dict.fromkeys(table.categories, "category")
    header = pd.read_csv(file, nrows=0).columns
    return pd.read_csv(
        file,
        usecols=[name for name in header if name in table.read or name in VERSION],
        dtype={name: kind for name, kind in kinds.items() if name in header},
        keep_default_na=False,
        na_values=[""],
    )


def _read_plainly(file: Path, table: Table) -> pd.DataFrame:
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    return pd.read_csv(file, dtype=dict.fromkeys(table.texts, "str"))


def _accepted(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Typed rows without those that a type, a code or an empty required value refuses."""
    given = {name: rows[name].notna() for name in (*table.typed, "extracted_at") if name in rows}
    for name in (*table.moments, "extracted_at"):
        moments = pd.to_datetime(rows[name], format="ISO8601", errors="coerce")
        rows[name] = moments.astype("datetime64[us]")
    for name in (*table.numbers, *table.integers):
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    for name in table.booleans:
        if rows[name].dtype != "bool":
            rows[name] = rows[name].astype("str").str.lower().map(BOOLEANS).astype("boolean")
    accepted = rows[[name for name in table.required if name in rows]].notna().all(axis=1)
    for name, was_given in given.items():
        accepted &= rows[name].notna() | ~was_given
    for name in table.integers:
        accepted &= rows[name] % 1 == 0
    for name, codes in table.codes.items():
        accepted &= rows[name].isna() | rows[name].isin(codes)
    if "op" in rows:
        accepted &= rows["op"].isin(OPERATIONS)
    rows = rows[accepted].sort_values("extracted_at", kind="stable")
    return _in_units(rows, table)


def _in_units(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Decimals as whole numbers of their smallest unit, so that sums and products are exact."""
    for name in table.numbers:
        rows[name] = (rows[name].astype("float64") * table.unit).round().astype("Int64")
    for name in table.integers:
        rows[name] = rows[name].astype("int64")
    return rows


def _together(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    """The rows of all files; a category stays one although each file has its own."""
    for name in table.categories:
        if all(frame[name].dtype == "category" for frame in frames):
            known = set[str]().union(*(frame[name].cat.categories for frame in frames))
            kind = pd.CategoricalDtype(pd.Index(sorted(known), dtype="str"))
            for frame in frames:
                frame[name] = frame[name].astype(kind)
    return pd.concat(frames, ignore_index=True)
