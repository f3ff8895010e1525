"""Dagster's SQLite event log with its connections kept open.

Belongs here: how the log's files are opened, and when events are stored. Does not belong here: what
is logged (Dagster's), rows (``event_rows.py``), where it lies (``dagster_instance.yaml``).

Dagster opens the file anew, builds its SQL anew and waits for the disk at each event; a refresh
makes some thousands (an output, a materialisation and a check each count), and storing them was
half of what its own process did. Servers with several users keep the log in PostgreSQL instead.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster import AssetKey, AssetRecordsFilter, DagsterEventType, DagsterInstance
from dagster._core.event_api import EventLogCursor, EventLogRecord, EventRecordsResult
from dagster._core.events import (
    ASSET_CHECK_EVENTS,
    ASSET_EVENTS,
    EVENT_TYPE_TO_PIPELINE_RUN_STATUS,
)
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.schema import AssetKeyTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

from orchestration.event_rows import Row, insert_numbered, insert_planned, update_judged

WHERE_DAGSTER_KEEPS_IT = ("history", "runs")  # below the instance's folder, by its default too
OPEN_SHARDS = 8  # the index, the run that goes on, and what a person looks at
# Events that wait for the next of another type, or until there are so many.
WAITING_TYPES = (DagsterEventType.STEP_OUTPUT, DagsterEventType.ASSET_CHECK_EVALUATION)
MOST_WAITING = 100
KNOWN_ASSET = AssetKeyTable.update().where(
    AssetKeyTable.c.asset_key == sqlalchemy.bindparam("this")
)
MIRRORED = {*ASSET_EVENTS, *ASSET_CHECK_EVENTS, *EVENT_TYPE_TO_PIPELINE_RUN_STATUS}


class KeptOpenEventLogStorage(SqliteEventLogStorage):
    """As Dagster's own, one connection per file; all callers wait for the lock, as there."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()  # by shard, last used last
        self._in_transaction: dict[str, Connection] = {}  # by shard
        self._known_tables: set[str] = set()
        self._has_index_columns = False
        self._waiting: list[EventLogEntry] = []
        self.made: dict[AssetKey, EventLogRecord] = {}  # last, by runs of this process
        super().__init__(base_dir, inst_data)
        self._db_lock = threading.RLock()  # type: ignore[assignment]  # theirs, once per thread

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptOpenEventLogStorage:
        return cls(str(Path(config_value["base_dir"], *WHERE_DAGSTER_KEEPS_IT)), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard in self._in_transaction:  # of this thread, as it has the lock
                yield self._in_transaction[shard]
                return
            if self._waiting:  # who reads sees all that was told
                self.store_event_batch([])
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                self._in_transaction[shard] = connection
                try:
                    yield connection
                finally:
                    del self._in_transaction[shard]

    def store_event(self, event: EventLogEntry) -> None:
        """In one transaction per file, where Dagster makes up to four. An output and the verdict of
        a check wait for what is told next: more checks, a table made, the end of the step."""
        with self._db_lock:
            waits = event.dagster_event_type in WAITING_TYPES and event.run_id
            if waits and len(self._waiting) < MOST_WAITING:
                self._waiting.append(event)
            else:
                self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """What Dagster stores together, such as the plan of a run with an event per asset and
        check (from ``DAGSTER_EVENT_BATCH_SIZE`` on, see ``refresh.py``), after what waits."""
        with self._db_lock:
            waiting, self._waiting = self._waiting, []
            try:
                self._store_together([*waiting, *events])
            except BaseException:
                self._waiting = waiting  # what could not be stored waits on
                raise

    def _store_together(self, events: Sequence[EventLogEntry]) -> None:
        """As Dagster's ``store_event`` of each, but an event is turned into text once, not for each
        table anew, and rows of one table are one statement."""
        rows = [self._event_to_row(event) for event in events]
        with ExitStack() as files:
            for run_id in dict.fromkeys(event.run_id for event in events):
                run = files.enter_context(self._connect(run_id))
                of_run = [row for row in rows if row["run_id"] == run_id]
                run.execute(SqlEventLogStorageTable.insert(), of_run)
            index = files.enter_context(self._connect(INDEX_SHARD_NAME))
            kept = [
                (event, row)
                for event, row in zip(events, rows, strict=True)
                if event.dagster_event_type in MIRRORED
            ]
            insert_numbered(index, [row for _, row in kept])
            self._store_assets_and_checks(index, kept)

    def _store_assets_and_checks(
        self, index: Connection, kept: Sequence[tuple[EventLogEntry, Row]]
    ) -> None:
        of_assets = [one for one in kept if one[0].dagster_event_type in ASSET_EVENTS]
        events, ids = [event for event, _ in of_assets], [row["id"] for _, row in of_assets]
        self._store_asset_event_tags(index, events, ids)
        for event, event_id in zip(events, ids, strict=True):
            self._store_asset_event(index, event, event_id)
        of_checks = [one for one in kept if one[0].dagster_event_type in ASSET_CHECK_EVENTS]
        insert_planned(index, of_checks)
        for event, row in update_judged(index, of_checks):
            self.store_asset_check_event(event, row["id"])

    def _store_asset_event(self, conn: Connection, event: EventLogEntry, event_id: int) -> None:
        """Updates first, as nearly every asset is known: Dagster inserts first, and the error that
        it then updates after costs more than the rest. Keeps what a run has made."""
        told = event.dagster_event
        if told is None or told.asset_key is None:
            return
        if told.is_step_materialization and event.run_id:
            self.made[told.asset_key] = EventLogRecord(event_id, event)
        values = self._get_asset_entry_values(
            event, event_id, self._has_asset_key_index_cols_on_connection(conn)
        )
        name = told.asset_key.to_string()
        if values and not conn.execute(KNOWN_ASSET, {"this": name, **values}).rowcount:
            conn.execute(AssetKeyTable.insert(), {"asset_key": name, **values})

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        """Asked at each asset; columns that are there stay."""
        if not self._has_index_columns:
            self._has_index_columns = super()._has_asset_key_index_cols_on_connection(conn)
        return self._has_index_columns

    def get_latest_tags_by_partition(
        self,
        asset_key: AssetKey,
        event_type: DagsterEventType,
        tag_keys: Sequence[str],
        asset_partitions: Sequence[str] | None = None,
        before_cursor: int | None = None,
        after_cursor: int | None = None,
    ) -> Mapping[str, Mapping[str, str]]:
        """Asked of every input of a step, one by one: what this process has made it knows."""
        made = self.made.get(asset_key)
        materialization = made.asset_materialization if made else None
        if (
            materialization is not None
            and event_type == DagsterEventType.ASSET_MATERIALIZATION
            and asset_partitions == [materialization.partition]
            and before_cursor is None
            and after_cursor is None
        ):
            tags = materialization.tags or {}
            found = {key: tags[key] for key in tag_keys if key in tags}
            return {asset_partitions[0]: found} if found else {}
        return super().get_latest_tags_by_partition(
            asset_key, event_type, tag_keys, asset_partitions, before_cursor, after_cursor
        )

    def fetch_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Asked by every result of a check for the newest of its table on the step's date."""
        newest = (limit, cursor, ascending) == (1, None, False)
        if newest and isinstance(records_filter, AssetRecordsFilter):
            asset = records_filter.asset_key
            made = self.made.get(asset)
            date = made.partition_key if made else None
            of_date = date and AssetRecordsFilter(asset, asset_partitions=[date])
            if made and records_filter == of_date:
                after = EventLogCursor.from_storage_id(made.storage_id).to_string()
                return EventRecordsResult([made], cursor=after, has_more=True)
        return super().fetch_materializations(records_filter, limit, cursor, ascending)

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            sqlalchemy.event.listen(engine, "connect", _trust_the_write_ahead_log)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > OPEN_SHARDS:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def has_table(self, table_name: str) -> bool:
        """Asked twice an event, each time by a new engine; a table that is there stays."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    def wipe(self) -> None:
        self._close()
        self._known_tables.clear()
        self._has_index_columns = False
        super().wipe()

    def dispose(self) -> None:
        super().dispose()
        self._close()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def made_here(instance: DagsterInstance, asset: AssetKey) -> EventLogRecord | None:
    """What a run in this process made last of ``asset``, as far as the storage knows it."""
    storage = instance.event_log_storage
    return storage.made.get(asset) if isinstance(storage, KeptOpenEventLogStorage) else None


def _trust_the_write_ahead_log(connection: Any, _record: Any) -> None:
    """Wait for the disk at checkpoints only: after a power cut the last events may be missing, but
    the file is whole, and the run is marked as failed by the next one."""
    connection.execute("PRAGMA synchronous=NORMAL")
