"""A candidate: the published tables copied out of the warehouse, complete and not yet served.

Belongs here: copying by contract into a fresh DuckDB file and Parquet, and the candidate's
manifest. Does not belong here: judging the rows (``checks/``) or serving them (``replace.py``).
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.contracts import PublishedContract
from orchestration.publish import durable
from orchestration.publish.content_hash import (
    exact_type,
    fingerprint,
    hash_publication,
    hash_table,
    quoted,
)
from orchestration.publish.manifest import (
    MANIFEST_NAME,
    ROW_GROUP,
    Manifest,
    PublicationError,
    PublishedFile,
    PublishedTable,
    UsedExtract,
    publication_id,
    read_manifest,
    render_manifest,
)
from orchestration.publish.serving_zone import (
    BUILDING_PREFIX,
    DATABASE_NAME,
    PARQUET_FOLDER,
    ServingZone,
)

DEFAULT_SCHEMA = "segments"
READABLE_SINCE = "v0.10.2"  # by BI tools with any DuckDB from this one on


@dataclass(frozen=True)
class Candidate:
    """A complete publication that is not served yet."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME


def read_candidate(serving: Path, publication_id: str) -> Candidate:
    """The candidate of that name, as another step of the run built it.

    Raises:
        PublicationError: there is none.
    """
    folder = ServingZone(serving).candidates / publication_id
    return Candidate(folder, read_manifest(folder))


def build_candidate(
    warehouse: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, PublishedContract],
    serving: Path,
    *,
    as_of: date,
    code_version: str,
    extracts: Sequence[UsedExtract] = (),
    schema: str = DEFAULT_SCHEMA,
) -> Candidate:
    """Copy every published table of ``warehouse`` (may be read-only) into ``candidates/<id>/``.

    Tables come in key order, columns in contract order. No primary keys are declared: on a million
    rows the index makes the file three times as large, and dbt has tested the keys.

    Raises:
        PublicationError: the warehouse and the contracts name different tables, columns or types.
    """
    check_declared(warehouse, contracts, schema)
    zone = ServingZone(serving)
    folder = zone.candidates / f"{BUILDING_PREFIX}{as_of}-{uuid.uuid4().hex[:8]}"
    durable.make_folder(folder / PARQUET_FOLDER)
    try:
        with (
            _one_thread_if_small(warehouse, schema),
            _attached(warehouse, folder / DATABASE_NAME) as (connection, catalog),
        ):
            tables = tuple(
                _copy_table(connection, contracts[name], schema, catalog, folder)
                for name in sorted(contracts)
            )
        manifest = _manifest(folder, tables, as_of, code_version, extracts)
        durable.write_file(folder / MANIFEST_NAME, render_manifest(manifest))
        durable.sync_folder(folder / PARQUET_FOLDER)
        durable.sync_folder(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Candidate(_name_it(folder, zone.candidates / manifest.publication_id), manifest)


def check_declared(
    warehouse: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, PublishedContract],
    schema: str = DEFAULT_SCHEMA,
) -> None:
    """Compare the tables of ``schema`` with the contracts, names and types, without reading rows.

    Raises:
        PublicationError: names every difference.
    """
    if not contracts:
        raise PublicationError("no table is declared for publication in expectations/published/")
    found: dict[str, dict[str, str]] = {}
    for table, column, type_ in warehouse.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = current_database() and schema_name = ?",
        [schema],
    ).fetchall():
        found.setdefault(table, {})[column] = type_
    problems = [
        f"{schema}.{table} stands in the warehouse and has no contract in expectations/published/"
        for table in sorted(set(found) - set(contracts))
    ]
    for table in sorted(contracts):
        if table in found:
            problems += _column_problems(contracts[table], found[table], schema)
        else:
            problems.append(f"{schema}.{table} is declared and missing from the warehouse")
    if problems:
        raise PublicationError("not publishable: " + "; ".join(problems))


def _column_problems(
    contract: PublishedContract, found: Mapping[str, str], schema: str
) -> list[str]:
    where = f"{schema}.{contract.table}"
    declared = {name: exact_type(type_, f"{where}.{name}") for name, type_ in contract.columns}
    problems = [f"{where} lacks column {name}" for name in declared if name not in found]
    problems += [f"{where} has undeclared column {name}" for name in found if name not in declared]
    problems += [
        f"{where}.{name} is {found[name]}, declared {type_}"
        for name, type_ in declared.items()
        if name in found and found[name] != type_
    ]
    if not contract.key:
        problems.append(f"the contract of {contract.table} names no key (primaryKey: true)")
    return problems


@contextmanager
def _one_thread_if_small(warehouse: duckdb.DuckDBPyConnection, schema: str) -> Iterator[None]:
    """Threads have a row group each; of tables that have no second one, the others only wait."""
    [(rows, threads)] = warehouse.execute(
        "select max(estimated_size), current_setting('threads') from duckdb_tables() "
        "where database_name = current_database() and schema_name = ?",
        [schema],
    ).fetchall()
    warehouse.execute(f"set threads = {threads if (rows or 0) > ROW_GROUP else 1}")
    try:
        yield
    finally:
        warehouse.execute(f"set threads = {threads}")


@contextmanager
def _attached(
    warehouse: duckdb.DuckDBPyConnection, database: Path
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A cursor of its own with the new database attached, written out when the block ends."""
    catalog = f"candidate_{uuid.uuid4().hex[:8]}"
    connection = warehouse.cursor()
    try:
        # Without a log of changes: of a candidate that was not finished nothing is recovered.
        connection.execute(
            f"attach {_text(str(database))} as {catalog} "
            f"(read_write, storage_version '{READABLE_SINCE}', recovery_mode 'no_wal_writes')"
        )
        try:
            yield connection, catalog
            connection.execute(f"checkpoint {catalog}")
        finally:
            connection.execute(f"detach {catalog}")
    finally:
        connection.close()


def _copy_table(
    connection: duckdb.DuckDBPyConnection,
    contract: PublishedContract,
    schema: str,
    catalog: str,
    folder: Path,
) -> PublishedTable:
    columns = tuple((name, exact_type(type_, contract.table)) for name, type_ in contract.columns)
    source = f"{quoted(schema)}.{quoted(contract.table)}"
    target = f"{catalog}.main.{quoted(contract.table)}"
    # Hashed from the warehouse: reading the copies back against it proves that nothing was lost.
    digest = hash_table(connection, source, columns)
    names = ", ".join(quoted(name) for name, _ in columns)
    key = ", ".join(quoted(name) for name in contract.key)
    with _one_transaction(connection):
        _create_table(connection, target, contract, columns)
        connection.execute(f"insert into {target} select {names} from {source} order by {key}")
    parquet = folder / PARQUET_FOLDER / f"{contract.table}.parquet"
    connection.execute(f"copy {target} to {_text(str(parquet))} (format parquet, compression zstd)")
    return PublishedTable(
        name=contract.table,
        contract_version=contract.version,
        columns=columns,
        rows=digest.rows,
        content_hash=digest.content_hash,
        parquet=_sealed(folder, parquet),
        fingerprint=fingerprint(connection, source, columns),
    )


@contextmanager
def _one_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _create_table(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    contract: PublishedContract,
    columns: Sequence[tuple[str, str]],
) -> None:
    """Create the empty table with its descriptions, which BI tools show."""
    declared = ", ".join(f"{quoted(name)} {type_}" for name, type_ in columns)
    connection.execute(f"create table {target} ({declared})")
    about = " ".join(contract.description.split())
    grain = f" Grain: {contract.grain}." if contract.grain else ""
    connection.execute(f"comment on table {target} is {_text(about + grain)}")
    for name, description in contract.descriptions:
        comment = _text(" ".join(description.split()))
        connection.execute(f"comment on column {target}.{quoted(name)} is {comment}")


def _manifest(
    folder: Path,
    tables: tuple[PublishedTable, ...],
    as_of: date,
    code_version: str,
    extracts: Sequence[UsedExtract],
) -> Manifest:
    content_hash = hash_publication({table.name: table.content_hash for table in tables})
    return Manifest(
        publication_id=publication_id(as_of, content_hash, code_version, extracts),
        as_of_date=as_of,
        created_at_utc=datetime.now(UTC).replace(microsecond=0),
        code_version=code_version,
        content_hash=content_hash,
        database=_sealed(folder, folder / DATABASE_NAME),
        tables=tables,
        extracts=tuple(extracts),
    )


def _sealed(folder: Path, file: Path) -> PublishedFile:
    durable.seal_file(file)
    return PublishedFile(
        path=str(file.relative_to(folder)),
        size_bytes=file.stat().st_size,
        sha256=durable.file_sha256(file),
    )


def _name_it(building: Path, folder: Path) -> Path:
    """Give the complete candidate its name; an earlier run may have abandoned one of that name."""
    if folder.exists():
        shutil.rmtree(folder)
    building.rename(folder)
    durable.sync_folder(folder.parent)
    return folder


def _text(value: str) -> str:
    """``value`` as an SQL text; ATTACH, COPY and COMMENT take no parameters."""
    return "'" + value.replace("'", "''") + "'"
