"""A publication of a million customers in PostgreSQL: load, swap under readers, read back, go back.

    make bench-postgres     or     python -m benchmarks.postgres_target --customers 1000000

Belongs here: the enlarged publications and the clock. Does not belong here: whether readers see
mixtures (``tests/postgres``); they are counted here all the same.

The publication of ``PATRON_HOME`` is enlarged: each customer's rows are repeated under new keys
until there are as many as asked for. Three days of it are published in turn to a server of its own,
durable as in production, with its default settings, while eight readers join published tables and
count what they see. Each step is one command, measured from outside: wall and CPU seconds and peak
memory are the publisher's, the server's work shows in the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
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
from orchestration.publish import Manifest, build_candidate, read_manifest
from orchestration.publish.content_hash import quoted
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, load_settings

sys.path.append(str(PROJECT_ROOT / "tests" / "postgres"))

from postgres_server import Server, running_server

CUSTOMER = "customer_key"
DAYS = ("first", "second", "third")  # in turn: two are kept, so that each is loaded every time
READERS = 8
# Joins of two published tables: a thousand customers, and every minute or two all of them.
READER = """
import json, pathlib, random, sys, time, psycopg
dsn, stop = sys.argv[1], pathlib.Path(sys.argv[2])
LOOK = (
    "select array_agg(distinct c.as_of_date || ' ' || v.as_of_date || ' ' || p.as_of_date), "
    "count(*), sum(v.total_amount) from {customers} as c "
    "join patron.seg_customer_value as v using (customer_key) cross join patron.publication as p"
)
SOME = LOOK.format(customers="(select * from patron.seg_customer where customer_key >= %s "
                             "order by customer_key limit 1000)")
ALL = LOOK.format(customers="patron.seg_customer")
durations, mixtures, errors, days_seen, rows_all = [], 0, [], set(), set()
next_of_all = time.monotonic() + random.uniform(0, 60)
with psycopg.connect(dsn, autocommit=True) as connection:
    while not stop.exists():
        started = time.monotonic()
        everybody = started > next_of_all
        if everybody:
            next_of_all = started + random.uniform(60, 120)
        try:
            [(days, rows, _)] = (
                connection.execute(ALL) if everybody
                else connection.execute(SOME, [format(random.randrange(16**4), "04x")])
            ).fetchall()
        except psycopg.Error as error:
            errors.append(type(error).__name__)
            continue
        durations.append(time.monotonic() - started)
        if everybody:
            rows_all.add(rows)
        for combination in days or ():
            seen = combination.split(" ")
            days_seen.add(seen[0])
            mixtures += len(set(seen)) != 1
        mixtures += len(days or ()) > 1
        time.sleep(0.05)
durations.sort()
print(json.dumps([len(durations), mixtures, errors, durations[len(durations) // 2],
                  durations[int(len(durations) * 0.95)], durations[-1], sorted(days_seen),
                  sorted(rows_all)]))
"""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--publications", type=int, default=20, help="loaded under readers")
    chosen = parser.parse_args(arguments)
    settings = load_settings()
    source = (settings.zones.serving / "current").resolve()
    with (
        tempfile.TemporaryDirectory(prefix="patron-bench-") as folder,
        running_server(durable=True) as server,
    ):
        home = Path(folder)
        days = publish_days(source, home, chosen.customers)
        rows, cells = days[0].rows, sum(t.rows * len(t.columns) for t in days[0].tables)
        print(f"{chosen.customers:,} customers: {rows:,} rows, {cells:,} values, "
              f"{days[0].database.size_bytes / 1e6:,.0f} MB as DuckDB file")  # fmt: skip
        costs = steps(server, home, chosen.publications)
        print("| step | wall s | CPU s of the publisher | its peak MB |\n|---|---|---|---|")
        for what, cost in costs:
            print(f"| {what} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.peak_mb:,.0f} |")


def steps(server: Server, home: Path, publications: int) -> list[tuple[str, Cost]]:
    """Each step of a target's life, in order."""
    dsn = server.new_database("bench")
    serve(home, DAYS[0])
    done = [("import and do nothing (status)", patron(home, dsn, "status"))]
    done.append(
        ("load the first publication, read back, show", patron(home, dsn, "postgres", "sync"))
    )
    with psycopg.connect(server.dsn("bench", "administrator"), autocommit=True) as connection:
        row = connection.execute("select pg_database_size('bench') / 1e6").fetchone()
    print(f"database after one version: {row[0]:,.0f} MB" if row else "", flush=True)
    done.append(("again: nothing to do but read back", patron(home, dsn, "postgres", "sync")))
    loads = under_readers(server, home, dsn, publications)
    done.append((f"load another beside {READERS} readers, swap (median)", median(loads)))
    done.append(("read back what readers see (check)", patron(home, dsn, "postgres", "check")))
    serve(home, DAYS[(publications - 1) % len(DAYS)])
    done.append(("go back to the one before (rollback)", patron(home, dsn, "postgres", "sync")))
    return done


def under_readers(server: Server, home: Path, dsn: str, publications: int) -> list[Cost]:
    """Load and swap that many publications while readers join; prints what these saw."""
    stop = home / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, server.dsn("bench", "administrator"), str(stop)],
            stdout=subprocess.PIPE, text=True,
        )
        for _ in range(READERS)
    ]  # fmt: skip
    loads = []
    try:
        for n in range(1, publications + 1):
            serve(home, DAYS[n % len(DAYS)])
            loads.append(patron(home, dsn, "postgres", "sync"))
            print(f"publication {n} under readers: {loads[-1].wall_s:.0f} s", flush=True)
    finally:
        stop.touch()
        reports = [json.loads(reader.communicate()[0]) for reader in readers]
    looks, mixtures, errors, medians, p95, longest, days, rows = zip(*reports, strict=True)
    print(f"{READERS} readers during {len(loads)} publications: {sum(looks):,} joins, "
          f"{sum(map(len, errors))} errors, {sum(mixtures)} mixtures; days seen "
          f"{sorted(set().union(*days))}; rows of the joins of all customers "
          f"{sorted(set().union(*rows))}; a join took {statistics.median(medians):.3f} s "
          f"(median), {max(p95):.3f} s (95 %), {max(longest):.1f} s (longest)")  # fmt: skip
    return loads


def median(costs: list[Cost]) -> Cost:
    return Cost(
        *(statistics.median(getattr(cost, what) for cost in costs)
          for what in ("wall_s", "cpu_s", "peak_mb"))
    )  # fmt: skip


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


def publish_days(source: Path, home: Path, customers: int) -> list[Manifest]:
    """Publications like ``source``, a day apart, with so many customers.

    Each is put into its place without promotion, which would keep two of them.
    """
    manifest = read_manifest(source)
    known = load_published_contracts(CONTRACTS_ROOT)
    contracts = {
        table.name: replace(known[table.name], columns=table.columns)
        for table in manifest.tables
        if table.name in known
    }
    published = []
    for n, name in enumerate(DAYS):
        day = manifest.as_of_date + timedelta(days=n)
        warehouse = home / "warehouse.duckdb"
        warehouse.unlink(missing_ok=True)
        enlarge(source, warehouse, contracts, customers, day)
        with duckdb.connect(str(warehouse), read_only=True) as opened:
            candidate = build_candidate(
                opened, contracts, home / "serving", as_of=day, code_version="bench"
            )
        versions = home / "serving" / "versions"
        versions.mkdir(exist_ok=True)
        candidate.folder.rename(versions / candidate.manifest.publication_id)
        (home / name).write_text(candidate.manifest.publication_id)
        published.append(candidate.manifest)
        warehouse.unlink()
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
