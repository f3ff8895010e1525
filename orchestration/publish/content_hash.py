"""The hash of what a table says, whatever the order and the file it is written in.

Belongs here: turning rows into text without loss, and adding their digests up. Does not belong
here: which tables are published (``candidate.py``) or comparing hashes (``verify.py``).

Each row is written as text, hashed with MD5, and the two 64-bit halves are summed over the table.
Sums commute, so neither row order nor threads matter, and memory stays constant; unlike xor, two
equal rows do not cancel. It guards against accidents, not against forgers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.publish.manifest import PublicationError

# Types whose text form is exact and which Parquet gives back unchanged (HUGEINT would come back
# as DOUBLE; the text of TIMESTAMP WITH TIME ZONE depends on the session).
EXACT_TYPES = ("BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR")
DECIMAL_TYPE = re.compile(r"DECIMAL\(\d+,\d+\)")

Columns = Sequence[tuple[str, str]]  # (name, type as DuckDB writes it)


@dataclass(frozen=True)
class TableDigest:
    """Row count and content hash (SHA-256, hexadecimal) of one table."""

    rows: int
    content_hash: str


def quoted(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def exact_type(declared: str, where: str) -> str:
    """The declared type in DuckDB's spelling.

    Raises:
        PublicationError: the type has no exact text form, or is unknown.
    """
    spelled = re.sub(r"\s", "", declared).upper()
    if spelled not in EXACT_TYPES and not DECIMAL_TYPE.fullmatch(spelled):
        known = ", ".join(name.lower() for name in EXACT_TYPES)
        raise PublicationError(
            f"{where}: type {declared!r} cannot be published; known: {known}, decimal(p,s)"
        )
    return spelled


def hash_table(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns
) -> TableDigest:
    """Hash ``relation`` (SQL: a quoted table name or a table function) over ``columns``, in order.

    One pass. Names, types and order of the columns are part of the hash.
    """
    # One concat: a chain of || copies what it has so far for each column, twice the time in all.
    row = ", '|', ".join(_cell(name, exact_type(type_, relation)) for name, type_ in columns)
    query = f"""
        select
            count(*),
            coalesce(sum((digest & 18446744073709551615::uhugeint)::ubigint), 0),
            coalesce(sum((digest >> 64)::ubigint), 0)
        from (select md5_number(concat({row})) as digest from {relation})
    """
    [(rows, low, high)] = connection.execute(query).fetchall()
    head = [f"{len(name)}:{name} {exact_type(type_, relation)}" for name, type_ in columns]
    text = "\n".join([*head, f"rows {rows}", f"sums {low} {high}"])
    return TableDigest(rows, hashlib.sha256(text.encode()).hexdigest())


def fingerprint(connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns) -> str:
    """What DuckDB's own hash says of the rows: as good against accidents as the content hash, for
    a twentieth of its cost, and good only among copies that one version of DuckDB reads.

    The outer hash keeps cells from changing places between rows unseen; of a double the hash does
    not know -0.0 from 0.0.
    """
    cells = [quoted(name) for name, _ in columns]
    cells += [f"signbit({quoted(name)})" for name, type_ in columns if type_ == "DOUBLE"]
    query = f"select count(*), sum(hash(hash({', '.join(cells)}))) from {relation}"
    [(rows, total)] = connection.execute(query).fetchall()
    return f"duckdb {duckdb.__version__}: {rows} rows, {total or 0}"


def hash_publication(table_hashes: Mapping[str, str]) -> str:
    """Hash of a publication from the hashes of its tables, by table name."""
    lines = [f"{len(name)}:{name} {table_hashes[name]}" for name in sorted(table_hashes)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _cell(name: str, type_: str) -> str:
    """One cell as arguments of concat: N for null, texts with their length in front so that none
    run together.

    DuckDB writes a DOUBLE with the fewest digits that read back as the same number, and keeps
    -0.0 apart. concat leaves nulls out, so a text needs no second copy with its length.
    """
    column = quoted(name)
    if type_ == "VARCHAR":
        return f"strlen({column}), case when {column} is null then 'N' else ':' end, {column}"
    return f"coalesce({column}::varchar, 'N')"
