"""Sessions of the warehouse, as the SQL of the project asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import duckdb

from orchestration.privacy.pii_key import hmac_pads, load_pii_key
from orchestration.settings import Settings


class Sessions:
    """Sessions of the warehouse for one statement at a time, with what SQL asks of a session.

    ``pads`` are those of the keyed hash.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._connection = connection
        self.pads = hmac_pads(load_pii_key(settings.zones.secrets))
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()

    @contextmanager
    def one(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            session = self._free.get_nowait()
        except Empty:
            session = self._connection.cursor()
            session.execute("SET TimeZone = 'UTC'")
            for side, pad in zip(("inner", "outer"), self.pads, strict=True):
                session.execute(f"SET VARIABLE pii_{side}_pad = '{pad}'")
        yield session
        self._free.put(session)  # one that failed in between is not used again
