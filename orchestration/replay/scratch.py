"""A scratch warehouse in memory and scratch zones, on which one as-of date after another is made.

Belongs here: the scratch zones and running a plan on them; what did not change since the day before
is kept. Does not belong here: what to make (``plan.py``) and which days (``days.py``).

Raw and secrets are the deployment's, read in place. Memory is a copy, and models that are kept are
linked, so that days that are replayed one after another remember each other without the deployment
learning of it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration import warehouse
from orchestration.contracts import ExtractContract
from orchestration.history.change_log import quoted
from orchestration.model_zone import model_file, tables_made_by
from orchestration.privacy.pii_key import hmac_pads, load_pii_key
from orchestration.replay.plan import Plan
from orchestration.settings import Settings
from orchestration.transform.compiled import Model
from orchestration.transform.statements import make_model

if TYPE_CHECKING:
    from orchestration.model_steps import PythonStep

Contracts = Mapping[tuple[str, str], ExtractContract]
# What macro latest_version asks of the as-of date. Raw shows no later extract anyway, so a model
# that asks nothing else is the same on every day with the same extracts.
EXTRACT_GUARD = re.compile(
    r"cross join \S+ as run_context\s+where raw_rows\.extract_date <= run_context\.as_of_date"
)


@dataclass
class Scratch:
    """An open scratch warehouse; ``settings`` are the deployment's with the scratch home."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    contracts: Contracts
    plan: Plan
    fitted: dict[date, list[str]] = field(default_factory=dict)  # steps run anew, by day
    _made_from: dict[str, str] = field(default_factory=dict)  # node -> fingerprint of its inputs
    _empty: set[str] = field(default_factory=set)  # nodes of tables without a row
    _outdated: set[str] = field(default_factory=set)  # steps whose kept tables no longer count

    def register(self, as_of: date) -> None:
        """Make raw and memory visible as of ``as_of``."""
        warehouse.register_raw(self.connection, self.settings, self.contracts, as_of)

    def make(self, as_of: date, may_use_kept_models: bool) -> list[str]:
        """Make everything of the plan, registered as of ``as_of``; returns the relations made."""
        sources = self._source_fingerprints()
        fingerprints: dict[str, str] = {}
        made = []
        for item in self.plan.items:
            if not isinstance(item, Model):
                self._run_step(item, as_of, may_use_kept_models)
                continue
            inputs = [item.sql]
            for node in self.plan.stands_on[item.node]:
                if node.endswith(".raw.run_context") and not _asks_date(item):
                    continue
                inputs.append(fingerprints.get(node) or sources.get(node) or f"{node} {as_of}")
            fingerprint = hashlib.sha256("\0".join(inputs).encode()).hexdigest()
            if self._made_from.get(item.node) != fingerprint:
                self._made_from.pop(item.node, None)
                self._make_model(item)
                self._made_from[item.node] = fingerprint
                made.append(item.relation)
            # Whatever an empty table was made from, to its readers it is the same: much of the
            # project is empty where a firm delivers little.
            fingerprints[item.node] = "empty" if item.node in self._empty else fingerprint
        return made

    def make_more(self, plan: Plan, as_of: date) -> list[str]:
        """Make another plan on the day that was made last; what it shares is not made again."""
        self.plan = plan
        return self.make(as_of, may_use_kept_models=True)

    def _source_fingerprints(self) -> dict[str, str]:
        """Of raw tables: the view names its files, and a file's name holds a hash of its content.

        Seeds never change within a replay. What is in neither differs from day to day.
        """
        views = self.connection.execute(
            "SELECT schema_name, view_name, sql FROM duckdb_views() "
            "WHERE starts_with(schema_name, 'raw_')"
        ).fetchall()
        found = {
            f"source.patron.{schema.removeprefix('raw_')}.{table}": sql
            for schema, table, sql in views
        }
        nodes = {node for below in self.plan.stands_on.values() for node in below}
        return found | {node: node for node in nodes if node.startswith("seed.")}

    def _make_model(self, model: Model) -> None:
        schema = model.relation.partition(".")[0]
        self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        self._empty.discard(model.node)
        if make_model(self.connection, model) == 0:
            self._empty.add(model.node)

    def _run_step(self, step: PythonStep, as_of: date, may_use_kept: bool) -> None:
        """Take what is kept of that date where it was made from the same, else run it anew.

        A step may remember its own result of the day before: once one is made anew where another
        was kept, those of later days are made anew too.
        """
        tables = tables_made_by(step.name)
        files = [model_file(self.settings.zones, table, as_of) for table in tables]
        if all(file.exists() for file in files):
            warehouse.register_models(self.connection, self.settings, as_of, tables)
            if (
                may_use_kept
                and step.name not in self._outdated
                and step.is_still_valid(self.connection, self.settings, as_of)
            ):
                return
            self._outdated.add(step.name)
        for file in files:
            if file.parent.is_symlink():  # the deployment's
                file.parent.unlink()
        step.run(self.connection, self.settings, as_of)
        self.fitted.setdefault(as_of, []).append(step.name)


def _asks_date(model: Model) -> bool:
    return "run_context" in EXTRACT_GUARD.sub("", model.sql)


@contextmanager
def scratch_warehouse(
    settings: Settings, contracts: Contracts, seeds_file: Path, plan: Plan
) -> Iterator[Scratch]:
    """A scratch warehouse for ``plan``, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="patron-replay-") as folder:
        scratch = replace(settings, home=Path(folder))
        for zone in (settings.zones.raw, settings.zones.secrets):
            (scratch.home / zone.name).symlink_to(zone)
        if settings.zones.history.exists():
            shutil.copytree(settings.zones.history, scratch.zones.history)
        for day in settings.zones.models.glob("*/as_of_date=*"):
            link = scratch.zones.models / day.relative_to(settings.zones.models)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(day)
        with _connected(scratch, seeds_file) as connection:
            inner, outer = hmac_pads(load_pii_key(settings.zones.secrets))
            connection.execute(f"SET VARIABLE pii_inner_pad = '{inner}'")
            connection.execute(f"SET VARIABLE pii_outer_pad = '{outer}'")
            yield Scratch(connection, scratch, contracts, plan)


@contextmanager
def _connected(scratch: Settings, seeds_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory under the name that compiled SQL says, with the seeds in it.

    In memory because its tables live for a day: a file would be compressed, written and thrown
    away, at half as much CPU again.
    """
    name = seeds_file.stem
    connection = duckdb.connect(
        config={
            "threads": scratch.threads,
            "memory_limit": scratch.memory_limit,
            "temp_directory": str(scratch.home / "spill"),
            "preserve_insertion_order": False,  # as in a refresh
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {quoted(seeds_file)} AS seeds_file (READ_ONLY)")
        connection.execute(f"ATTACH ':memory:' AS {name}")
        connection.execute(f"COPY FROM DATABASE seeds_file TO {name}")
        connection.execute("DETACH seeds_file")
        connection.execute(f"USE {name}")
        yield connection
    finally:
        connection.close()
