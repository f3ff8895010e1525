"""A publication into tables of its own, out of the readers' sight.

Belongs here: creating, filling, indexing and describing the tables of one version. Does not belong
here: showing them (``swap.py``) or comparing them with the manifest (``read_back.py``).

Rows go from the served file to the server in PostgreSQL's binary form, written by DuckDB into a
pipe and passed on unread: as fast as letting DuckDB write to PostgreSQL itself, on the connection
that holds the publisher's lock, and with FREEZE. Frozen rows are visible to every transaction:
one with an older snapshot (REPEATABLE READ) that reads the new version would find its tables
empty without, and no vacuum has to rewrite them later.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg
from psycopg import errors, sql

from orchestration.contracts import PublishedContract
from orchestration.publish.content_hash import quoted
from orchestration.publish.manifest import Manifest, PublicationError, PublishedTable, read_manifest
from orchestration.publish.postgres.tables import create_table, describe
from orchestration.publish.postgres.versions import Version, new_name
from orchestration.publish.serving_zone import DATABASE_NAME, ServingZone
from orchestration.publish.targets import TargetError

POSTGRES_TYPES = {
    "BOOLEAN": "boolean",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "VARCHAR": "text",
}
PIPE_BYTES = 1 << 20
FEW_ROWS = 10_000  # PostgreSQL reads so few as fast without an index
# What lists of customers are ranked by. The fifty of highest value among ten million: 8.5 s
# without an index, 0.03 s with it; making it took 28 s (benchmarks/README.md).
RANKED = ("net_amount", "total_amount", "value_at_risk_amount")


@contextmanager
def served_file(
    serving: Path, duckdb_config: Mapping[str, str | int]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Manifest]]:
    """The file that is served now, attached read-only as ``served``, and its manifest.

    Held open, it stays readable even if another publication deletes it meanwhile.

    Raises:
        PublicationError: nothing is served.
    """
    folder = ServingZone(serving).current_version()
    if folder is None:
        raise PublicationError(f"nothing is published yet in {serving}; start `patron run`")
    manifest = read_manifest(folder)
    with duckdb.connect(config=dict(duckdb_config)) as connection:
        connection.load_extension(postgres_extension())
        path = str(folder / DATABASE_NAME).replace("'", "''")
        connection.execute(f"attach '{path}' as served (read_only)")
        yield connection, manifest


def postgres_extension() -> str:
    """Path of DuckDB's extension as its package carries it: no download, no copy at home."""
    import duckdb_extension_postgres_scanner as package

    [path] = Path(package.__path__[0]).rglob("postgres_scanner.duckdb_extension")
    return str(path)


def load_version(
    connection: psycopg.Connection,
    file: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    contracts: Mapping[str, PublishedContract],
) -> Version:
    """Load every table of ``manifest`` from ``file`` into a new version.

    ``manifest_tables.seal_version`` then declares it whole; the caller reads it back.

    Raises:
        TargetError: a table cannot be loaded; names it and why.
    """
    schema = new_name(manifest.as_of_date)
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    for table in manifest.tables:
        try:
            with connection.transaction():  # FREEZE wants the table made in its own transaction
                _create_table(connection, schema, table, file)
                _copy_rows(connection, schema, table, file)
                _index(connection, schema, table, contracts.get(table.name))
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            # The primary message alone: DETAIL and CONTEXT quote rows.
            raise _unfit(table, error.diag.message_primary or type(error).__name__) from None
        except duckdb.InvalidInputException as error:
            raise _unfit(table, str(error).splitlines()[0]) from None
    return Version(
        schema=schema,
        publication_id=manifest.publication_id,
        as_of_date=manifest.as_of_date,
        content_hash=manifest.content_hash,
        loaded_at_utc=datetime.now(UTC).replace(tzinfo=None),
    )


def _unfit(table: PublishedTable, reason: str) -> TargetError:
    return TargetError(f"{table.name} does not fit into PostgreSQL: {reason}")


def postgres_type(duckdb_type: str) -> str:
    """PostgreSQL's type for a published one (``content_hash.exact_type``)."""
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.replace("DECIMAL", "numeric")
    return POSTGRES_TYPES[duckdb_type]


def indexed_columns(contract: PublishedContract) -> list[str]:
    """What BI tools filter, join and rank by: keys of other things, columns of few known values,
    the main amounts."""
    enumerated = {
        expectation["kwargs"]["column"]
        for expectation in contract.expectations
        if expectation["type"] == "expect_column_values_to_be_in_set"
    }
    leading = contract.key[:1]  # the primary key's own index finds it
    return [
        name
        for name, _ in contract.columns
        if (name.endswith("_key") or name in enumerated or name in RANKED) and name not in leading
    ]


def _create_table(
    connection: psycopg.Connection,
    schema: str,
    table: PublishedTable,
    file: duckdb.DuckDBPyConnection,
) -> None:
    """The empty table with the descriptions that the served file carries."""
    target = sql.Identifier(schema, table.name)
    create_table(
        connection, target, [(name, postgres_type(type_)) for name, type_ in table.columns]
    )
    [(about,)] = file.execute(
        "select comment from duckdb_tables() where database_name = 'served' and table_name = ?",
        [table.name],
    ).fetchall()
    comments = file.execute(
        "select column_name, comment from duckdb_columns() "
        "where database_name = 'served' and table_name = ? and comment is not null",
        [table.name],
    ).fetchall()
    describe(connection, target, about, comments)


def _copy_rows(
    connection: psycopg.Connection,
    schema: str,
    table: PublishedTable,
    file: duckdb.DuckDBPyConnection,
) -> None:
    names = [name for name, _ in table.columns]
    copying = sql.SQL("copy {} ({}) from stdin (format binary, freeze)").format(
        sql.Identifier(schema, table.name), _names(names)
    )
    selected = f"select {', '.join(map(quoted, names))} from served.main.{quoted(table.name)}"
    with (
        _binary_rows(file, selected) as pipe,
        connection.cursor() as cursor,
        cursor.copy(copying) as copy,
    ):
        while block := os.read(pipe, PIPE_BYTES):
            copy.write(block)


@contextmanager
def _binary_rows(file: duckdb.DuckDBPyConnection, query: str) -> Iterator[int]:
    """The reading end of a pipe into which DuckDB writes ``query`` in PostgreSQL's binary form.

    Raises:
        duckdb.Error: after the block, when DuckDB could not read.
    """
    failures: list[duckdb.Error] = []
    reading, writing = os.pipe()

    def write() -> None:
        try:
            file.execute(
                f"copy ({query}) to '/dev/fd/{writing}' "
                "(format postgres_binary, use_tmp_file false)"
            )
        except duckdb.Error as error:
            failures.append(error)
        finally:
            os.close(writing)  # the reader's end of file

    writer = threading.Thread(target=write, name="served rows")
    writer.start()
    failed_first = False
    try:
        yield reading
    except BaseException:
        failed_first = bool(failures)  # else the writer fails because of the reader
        raise
    finally:
        os.close(reading)  # a writer that still writes gets a broken pipe and ends
        writer.join()
        if failed_first:
            raise failures[0]
    if failures:
        raise failures[0]


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _add_key(
    connection: psycopg.Connection,
    target: sql.Identifier,
    contract: PublishedContract,
    present: Set[str],
) -> None:
    """The primary key, whose index carries what questions about many rows read.

    A row of ``seg_customer`` is 1.4 kB, mostly texts of reasons, and PostgreSQL reads rows whole.
    Questions about all customers read this index alone (figures: benchmarks/README.md).
    """
    key = sql.SQL("alter table {} add primary key ({})").format(target, _names(contract.key))
    carried = [name for name in contract.covered if name in present and name not in contract.key]
    if carried:
        try:
            with connection.transaction():
                connection.execute(key + sql.SQL(" include ({})").format(_names(carried)))
                return
        except errors.ProgramLimitExceeded as error:
            # One text that no index has room for (2.7 kB) shall not keep the day from its readers.
            logging.getLogger(__name__).warning(
                "%s: no covering index: %s", contract.table, error.diag.message_primary
            )
    connection.execute(key)


def _index(
    connection: psycopg.Connection,
    schema: str,
    table: PublishedTable,
    contract: PublishedContract | None,
) -> None:
    """Primary key, indexes and statistics; of a table that has no contract any more, the last."""
    target = sql.Identifier(schema, table.name)
    present = {name for name, _ in table.columns}
    if contract is not None and present.issuperset(contract.key):
        _add_key(connection, target, contract, present)
        for name in indexed_columns(contract) if table.rows > FEW_ROWS else ():
            if name in present:
                connection.execute(
                    sql.SQL("create index on {} ({})").format(target, sql.Identifier(name))
                )
    connection.execute(sql.SQL("analyze {}").format(target))
