"""The content hash tells any two tables apart that differ, and no two that do not."""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.publish import PublicationError
from orchestration.publish.content_hash import (
    TableDigest,
    fingerprint,
    hash_publication,
    hash_table,
)

COLUMNS = (
    ("k", "BIGINT"),
    ("text", "VARCHAR"),
    ("other text", "VARCHAR"),
    ("amount", "DECIMAL(18,4)"),
    ("rate", "DOUBLE"),
    ("day", "DATE"),
    ("at", "TIMESTAMP"),
    ("flag", "BOOLEAN"),
)
# Few characters, chosen to be mistaken for one another: separators, digits, the null marker.
TEXT = st.text(alphabet="N|:1'\"\\é\n ,", max_size=5)
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.none() | TEXT,
        st.none() | TEXT,
        st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=4),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.dates(min_value=date(1, 1, 1)),
        st.none() | st.datetimes(min_value=datetime(1, 1, 1)),
        st.none() | st.booleans(),
    ),
    max_size=8,
)
CONNECTION = duckdb.connect()


def digest(
    rows: list[tuple[Any, ...]], columns: tuple[tuple[str, str], ...] = COLUMNS
) -> TableDigest:
    declared = ", ".join(f'"{name}" {type_}' for name, type_ in columns)
    CONNECTION.execute(f"create or replace table hashed ({declared})")
    if rows:
        marks = ", ".join("?" for _ in columns)
        CONNECTION.executemany(f"insert into hashed values ({marks})", rows)
    return hash_table(CONNECTION, "hashed", columns)


def prints(
    rows: list[tuple[Any, ...]], columns: tuple[tuple[str, str], ...] = COLUMNS
) -> tuple[TableDigest, str]:
    """Both: each has to tell tables apart by itself."""
    return digest(rows, columns), fingerprint(CONNECTION, "hashed", columns)


def exactly(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row in a form that keeps apart what ``==`` does not: 0.0 and -0.0, 1 and True."""
    return tuple(
        (type(value), struct.pack(">d", value) if isinstance(value, float) else value)
        for value in row
    )


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, random=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert prints(rows) == prints(shuffled)


@settings(max_examples=120, deadline=None)
@given(rows=ROWS.filter(bool), other=ROWS.filter(bool), data=st.data())
def test_any_change_of_a_single_cell_changes_the_hash(
    rows: list[tuple[Any, ...]], other: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(COLUMNS) - 1))
    changed = list(rows)
    cells = list(rows[at])
    cells[column] = other[0][column]
    changed[at] = tuple(cells)
    same = exactly(changed[at]) == exactly(rows[at])
    for one, another in zip(prints(rows), prints(changed), strict=True):
        assert (one == another) == same


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ([(None,)], [("",)]),
        ([("N",)], [(None,)]),
        ([("",)], [(" ",)]),
        ([("a",), ("a",)], [("b",), ("b",)]),  # with xor equal rows would cancel
        ([("a",)], [("a",), ("a",), ("a",)]),
        ([], [(None,)]),
        ([("é",)], [("e\u0301",)]),
    ],
)
def test_texts_that_look_alike_are_told_apart(one: list[Any], another: list[Any]) -> None:
    columns = (("text", "VARCHAR"),)
    for this, that in zip(prints(one, columns), prints(another, columns), strict=True):
        assert this != that


def test_text_does_not_run_over_into_the_next_column() -> None:
    columns = (("a", "VARCHAR"), ("b", "VARCHAR"))
    rows = [("x", "y|1:z"), ("x|1:y", "z"), ("x", "y"), ("xy", ""), ("", "xy"), (None, "xy")]
    for found in zip(*(prints([row], columns) for row in rows), strict=True):
        assert len(set(found)) == len(rows)


def test_doubles_are_told_apart_to_the_last_bit() -> None:
    columns = (("rate", "DOUBLE"),)
    values = [0.1 + 0.2, 0.3, 0.0, -0.0, 5e-324, float("inf"), float("nan"), 1e22, 1e22 + 2**21]
    for found in zip(*(prints([(value,)], columns) for value in values), strict=True):
        assert len(set(found)) == len(values)


def test_cells_that_change_places_change_both() -> None:
    columns = (("a", "BIGINT"), ("b", "BIGINT"), ("c", "VARCHAR"))
    rows = [(1, 2, "x"), (3, 4, "y")]
    others = (
        [(1, 4, "x"), (3, 2, "y")],
        [(3, 2, "x"), (1, 4, "y")],
        [(1, 2, "y"), (3, 4, "x")],
        [(2, 1, "x"), (4, 3, "y")],
        [(2, 1, "x"), (3, 4, "y")],
    )
    for found in zip(*(prints(table, columns) for table in (rows, *others)), strict=True):
        assert len(set(found)) == 1 + len(others)


def test_names_types_and_order_of_columns_are_part_of_the_hash() -> None:
    hashes = {
        digest([(1, 1)], (("a", "BIGINT"), ("b", "BIGINT"))),
        digest([(1, 1)], (("a", "BIGINT"), ("c", "BIGINT"))),
        digest([(1, 1)], (("b", "BIGINT"), ("a", "BIGINT"))),
        digest([(1, 1)], (("a", "BIGINT"), ("b", "INTEGER"))),
        digest([], (("a", "BIGINT"), ("b", "INTEGER"))),
    }
    assert len(hashes) == 5


def test_neither_file_nor_threads_nor_row_groups_matter(tmp_path: Path) -> None:
    columns = (("k", "BIGINT"), ("rate", "DOUBLE"), ("text", "VARCHAR"))
    rows = "select i::bigint as k, sqrt(i) as rate, 't' || i % 97 as text from range(300000) r(i)"
    file = tmp_path / "rows.parquet"
    with duckdb.connect(str(tmp_path / "rows.duckdb"), config={"threads": 4}) as connection:
        connection.execute(f"create table backwards as {rows} order by i desc")
        connection.execute(f"copy ({rows}) to '{file}' (format parquet, row_group_size 5000)")
        hashes = {hash_table(connection, "backwards", columns)}
        connection.execute("set threads = 1")
        hashes.add(hash_table(connection, f"read_parquet('{file}')", columns))
        connection.execute("set TimeZone = 'Pacific/Auckland'")
        hashes.add(hash_table(connection, f"({rows})", columns))
    assert len(hashes) == 1
    assert hashes.pop().rows == 300000


def test_the_rendering_is_pinned_by_an_independent_calculation() -> None:
    """A change of the rendering changes every hash that was ever served."""
    at = datetime(2025, 6, 30, 12, 0, 0, 5, tzinfo=UTC).replace(tzinfo=None)
    row = (1, None, "a|é", Decimal("1.5"), 0.1, date(2025, 6, 30), at, True)
    text = "1|N|4:a|é|1.5000|0.1|2025-06-30|2025-06-30 12:00:00.000005|true"
    md5 = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    low, high = int.from_bytes(md5[:8], "little"), int.from_bytes(md5[8:], "little")
    heads = [f"{len(name)}:{name} {type_}" for name, type_ in COLUMNS]
    lines = "\n".join([*heads, "rows 1", f"sums {low} {high}"])
    assert digest([row]) == TableDigest(1, hashlib.sha256(lines.encode()).hexdigest())


@pytest.mark.parametrize(
    "type_", ["HUGEINT", "TIMESTAMP WITH TIME ZONE", "FLOAT", "INTEGER[]", "x"]
)
def test_types_without_exact_text_are_refused(type_: str) -> None:
    with pytest.raises(PublicationError, match="cannot be published; known: boolean"):
        hash_table(CONNECTION, "hashed", (("k", type_),))


def test_the_hash_of_a_publication_depends_on_names_and_hashes_alone() -> None:
    assert hash_publication({"a": "1", "b": "2"}) == hash_publication({"b": "2", "a": "1"})
    assert hash_publication({"a": "1", "b": "2"}) != hash_publication({"a": "2", "b": "1"})
    assert hash_publication({"a": "1"}) != hash_publication({"a": "1", "b": "2"})


def test_the_hash_of_a_table_stays_what_it_was_in_every_version() -> None:
    """Publications of different versions are compared by it, and their manifests hold it."""
    columns = (("k", "BIGINT"), ("the text", "VARCHAR"), ("day", "DATE"), ("at", "TIMESTAMP"),
               ("rate", "DOUBLE"), ("amount", "DECIMAL(18,4)"), ("flag", "BOOLEAN"))  # fmt: skip
    at = datetime(2025, 6, 30, 10, 11, 12, 345000)
    rows = [
        (1, "x|1:y", date(2025, 6, 30), at, 0.1, Decimal("12.5"), True),
        (2, "", date(1, 1, 1), None, -0.0, None, False),
        (3, None, None, None, None, None, None),
        (3, None, None, None, None, None, None),
        (4, "é N", None, None, 1e22, Decimal(-1), None),
    ]
    known = "9bd48ede8752f56198605916c93bb8753bf2a0f63a4f25e51d73902bff89f6f3"
    assert digest(rows, columns) == TableDigest(5, known)
