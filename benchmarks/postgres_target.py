"""A publication of a million customers in PostgreSQL: load, swap under readers, read back, go back.

    make bench-postgres     or     python -m benchmarks.postgres_target --customers 1000000

Belongs here: the enlarged publications and the clock. Does not belong here: whether readers see
mixtures (``tests/postgres``); they are counted here all the same.

The publication of ``PATRON_HOME`` is enlarged: each customer's rows are repeated under new keys
until there are as many as asked for. Two days of it are published to a server of its own, durable
as in production, with its default settings. Each step is one command, measured from outside: wall
and CPU seconds and peak memory are the publisher's, the server's work shows in the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from benchmarks.measure import Cost, measure
from orchestration.contracts import PublishedContract, load_published_contracts
from orchestration.publish import Manifest, build_candidate, promote, read_manifest
from orchestration.publish.content_hash import quoted
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, load_settings

sys.path.append(str(PROJECT_ROOT / "tests" / "postgres"))

from postgres_server import Server, running_server

CUSTOMER = "customer_key"
READERS = 4
READER = """
import json, pathlib, sys, time, psycopg
stop, longest, looks, mixtures = pathlib.Path(sys.argv[2]), 0.0, 0, 0
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    while not stop.exists():
        started = time.monotonic()
        days = connection.execute(
            "select c.as_of_date, s.as_of_date, p.as_of_date from patron.publication as p, "
            "(select as_of_date from patron.seg_customer limit 1) as c, "
            "(select as_of_date from patron.seg_summary limit 1) as s"
        ).fetchone()
        longest, looks = max(longest, time.monotonic() - started), looks + 1
        mixtures += len(set(days)) != 1
        time.sleep(0.05)
print(json.dumps([looks, mixtures, longest]))
"""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    chosen = parser.parse_args(arguments)
    settings = load_settings()
    source = (settings.zones.serving / "current").resolve()
    with (
        tempfile.TemporaryDirectory(prefix="patron-bench-") as folder,
        running_server(durable=True) as server,
    ):
        home = Path(folder)
        days = publish_two_days(source, home, chosen.customers)
        rows, cells = days[0].rows, sum(t.rows * len(t.columns) for t in days[0].tables)
        print(f"{chosen.customers:,} customers: {rows:,} rows, {cells:,} values, "
              f"{days[0].database.size_bytes / 1e6:,.0f} MB as DuckDB file")  # fmt: skip
        costs = steps(server, home)
        print("| step | wall s | CPU s of the publisher | its peak MB |\n|---|---|---|---|")
        for what, cost in costs:
            print(f"| {what} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.peak_mb:,.0f} |")


def steps(server: Server, home: Path) -> list[tuple[str, Cost]]:
    """Each step of a target's life, in order."""
    dsn = server.new_database("bench")
    done = [("import and do nothing (status)", patron(home, dsn, "status"))]
    serve(home, "first")
    done.append(
        ("load the first publication, read back, show", patron(home, dsn, "postgres", "sync"))
    )
    with psycopg.connect(server.dsn("bench", "administrator"), autocommit=True) as connection:
        row = connection.execute("select pg_database_size('bench') / 1e6").fetchone()
    print(f"database after one version: {row[0]:,.0f} MB" if row else "")
    done.append(("again: nothing to do but read back", patron(home, dsn, "postgres", "sync")))
    serve(home, "second")
    stop = home / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, server.dsn("bench", "administrator"), str(stop)],
            stdout=subprocess.PIPE, text=True,
        )
        for _ in range(READERS)
    ]  # fmt: skip
    try:
        done.append(("load the second beside readers, swap", patron(home, dsn, "postgres", "sync")))
    finally:
        stop.touch()
        reports = [json.loads(reader.communicate()[0]) for reader in readers]
    looks, mixtures, longest = zip(*reports, strict=True)
    print(f"{READERS} readers: {sum(looks):,} looks, {sum(mixtures)} mixtures, "
          f"longest {max(longest):.2f} s")  # fmt: skip
    done.append(("read back what readers see (check)", patron(home, dsn, "postgres", "check")))
    serve(home, "first")
    done.append(("go back to the first (rollback)", patron(home, dsn, "postgres", "sync")))
    return done


def patron(home: Path, dsn: str, *arguments: str) -> Cost:
    """One command of a deployment that publishes there."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PATRON_")}
    environment |= {"PATRON_HOME": str(home), "PATRON_POSTGRES_DSN": dsn}
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    return measure(command, environment, home / "output.log")


def serve(home: Path, name: str) -> None:
    """Point ``current`` at a version, as promotion and rollback do."""
    link = home / "serving" / "next"
    link.symlink_to(Path("versions") / (home / name).read_text())
    link.replace(home / "serving" / "current")


def publish_two_days(source: Path, home: Path, customers: int) -> list[Manifest]:
    """Two publications like ``source``, a day apart, with so many customers."""
    manifest = read_manifest(source)
    known = load_published_contracts(CONTRACTS_ROOT)
    contracts = {
        table.name: replace(known[table.name], columns=table.columns)
        for table in manifest.tables
        if table.name in known
    }
    published = []
    for n, name in enumerate(("first", "second")):
        day = manifest.as_of_date + timedelta(days=n)
        warehouse = home / "warehouse.duckdb"
        warehouse.unlink(missing_ok=True)
        enlarge(source, warehouse, contracts, customers, day)
        with duckdb.connect(str(warehouse), read_only=True) as opened:
            candidate = build_candidate(
                opened, contracts, home / "serving", as_of=day, code_version="bench"
            )
        promote(candidate, home / "serving")
        (home / name).write_text(candidate.manifest.publication_id)
        published.append(candidate.manifest)
    return published


def enlarge(
    source: Path, target: Path, contracts: dict[str, PublishedContract], customers: int, day: date
) -> None:
    """The tables of ``source`` with each customer's rows repeated under new keys, as of ``day``."""
    with duckdb.connect(str(target)) as opened:
        opened.execute(f"attach '{source / 'patron.duckdb'}' as small (read_only)")
        opened.execute("create schema segments")
        row = opened.execute("select count(*) from small.seg_customer").fetchone()
        times = -(-customers // (row[0] if row else 1))
        for name, contract in contracts.items():
            columns = {column for column, _ in contract.columns}
            changes: dict[str, Any] = {}
            if "as_of_date" in columns:
                changes["as_of_date"] = f"date '{day}'"
            repeated = CUSTOMER in contract.key
            if repeated:
                changes[CUSTOMER] = (
                    f"case when n = 0 then {CUSTOMER} else {CUSTOMER} || '-' || n end"
                )
            replaced = ", ".join(f"{value} as {column}" for column, value in changes.items())
            opened.execute(
                f"create table segments.{quoted(name)} as select * exclude (n)"
                + (f" replace ({replaced})" if replaced else "")
                + f" from small.{quoted(name)}, range({times if repeated else 1}) as copies(n)"
            )


if __name__ == "__main__":
    main()
