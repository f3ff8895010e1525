"""Twenty BI questions over ten million customers, eight readers at once: DuckDB and PostgreSQL.

    make bench-bi     or     python -m benchmarks.bi --customers 10000000

Belongs here: the enlarged tables, the readers and the table of answers. Does not belong here: the
questions (``bi_queries.sql``).

Tables of the publication of ``PATRON_HOME`` are enlarged: each new customer is one of the old ones
with a key of its own and amounts, dates and risks moved, in key order as published. The same file
is then loaded into a server of its own (durable, default settings) by the publisher's own code,
with its keys, indexes and statistics; reading back is left out. Readers are processes that open a
connection for each question.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg

from benchmarks.bi_reader import questions
from orchestration.contracts import load_published_contracts
from orchestration.publish import Manifest, PublishedFile, PublishedTable, read_manifest
from orchestration.publish.postgres.load import load_version, postgres_extension
from orchestration.publish.postgres.manifest_tables import seal_version
from orchestration.publish.postgres.reader_role import prepare_schema
from orchestration.publish.postgres.server import Address, connected
from orchestration.publish.postgres.swap import show_version
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, load_settings

sys.path.append(str(PROJECT_ROOT / "tests" / "postgres"))

from postgres_server import running_server

LARGE = ("seg_customer", "seg_customer_value")
SMALL = ("seg_segment", "seg_summary", "seg_lifecycle_flow", "seg_cohort")
READERS = 8
NOTHING = PublishedFile("", 0, "")
DRAWS = {
    "stage": "select distinct lifecycle_stage from seg_customer where lifecycle_stage is not null",
    "tier": "select distinct value_tier from seg_customer where value_tier is not null",
    "region": "select distinct region from seg_customer where region is not null",
    "level": "select distinct service_level from seg_customer where service_level is not null",
    "scheme": "select distinct scheme from seg_segment",
    "key": "select customer_key from seg_customer using sample 5000 rows",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=120, help="of each target")
    given = parser.parse_args()
    source = (load_settings().zones.serving / "current").resolve()
    with tempfile.TemporaryDirectory(prefix="patron-bench-") as folder:
        file, draws = Path(folder) / "patron.duckdb", Path(folder) / "draws.json"
        took = enlarge(source, file, given.customers)
        write_draws(file, draws)
        print(f"{given.customers:,} customers: {', '.join(LARGE)}; DuckDB file of "
              f"{file.stat().st_size / 1e6:,.0f} MB made in {took:.0f} s", flush=True)  # fmt: skip
        answers = {"DuckDB": ask("duckdb", str(file), draws, given.seconds)}
        answers["DuckDB, connection kept"] = ask(
            "duckdb", str(file), draws, given.seconds / 2, kept=True
        )
        with running_server(durable=True) as server:
            dsn = server.new_database("bi")
            took = load(dsn, source, file)
            with psycopg.connect(dsn) as connection:
                row = connection.execute("select pg_database_size('bi') / 1e6").fetchone()
            print(f"PostgreSQL: loaded and indexed in {took:.0f} s, "
                  f"{row[0] if row else 0:,.0f} MB", flush=True)  # fmt: skip
            answers["PostgreSQL"] = ask("postgres", dsn, draws, given.seconds)
    print_answers(answers)


def enlarge(source: Path, target: Path, customers: int) -> float:
    """The tables with so many customers, written in key order; returns the seconds."""
    started = time.monotonic()
    with duckdb.connect(str(target), config={"memory_limit": "4GB", "threads": 2}) as opened:
        opened.execute(f"attach '{source / 'patron.duckdb'}' as small (read_only)")
        # Customers that are real: neither the unknown member nor test accounts.
        opened.execute(
            "create temp table model as select customer_key, row_number() over "
            "(order by customer_key) - 1 as n from small.seg_customer where not is_test"
        )
        opened.execute(
            "create temp table person as select md5(i::varchar) as new_key, "
            "hash(i) % (select count(*) from model) as n, "
            "0.2 + (hash(i + 1) % 10000) / 5000.0 as factor, (hash(i + 2) % 21)::integer as days "
            f"from range({customers}) as numbers(i) order by new_key"
        )
        for name in LARGE:
            opened.execute(f"create table {name} as {_moved(opened, name)}")
        for name in SMALL:
            opened.execute(f"create table {name} as from small.{name}")
    return time.monotonic() - started


def _moved(opened: duckdb.DuckDBPyConnection, name: str) -> str:
    """SQL of the enlarged table: keys replaced, figures moved within their types."""
    chosen = []
    for column, type_, *_ in opened.execute(f"describe small.{name}").fetchall():
        value = f"t.{column}"
        if column == "customer_key":
            value = "person.new_key"
        elif column.endswith("_amount"):
            value = f"{value} * person.factor"
        elif column in ("churn_risk_rate", "p_alive"):
            value = f"least(1, {value} * (0.5 + person.factor / 2))"
        elif column.endswith("_date") and column != "as_of_date":
            value = f"{value} - person.days"
        chosen.append(f"cast({value} as {type_}) as {column}")
    return (
        f"select {', '.join(chosen)} from person join model using (n) "
        f"join small.{name} as t on t.customer_key = model.customer_key"
    )


def write_draws(file: Path, draws: Path) -> None:
    with duckdb.connect(str(file), read_only=True) as opened:
        found = {
            what: [value for (value,) in opened.execute(sql).fetchall()]
            for what, sql in DRAWS.items()
        }
    draws.write_text(json.dumps(found), encoding="utf-8")


def load(dsn: str, source: Path, file: Path) -> float:
    """Load, index and show the tables as the publisher does; returns the seconds."""
    published, started = read_manifest(source), time.monotonic()
    with (
        duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as opened,
        connected(Address(dsn)) as connection,
    ):
        opened.load_extension(postgres_extension())
        opened.execute(f"attach '{file}' as served (read_only)")
        manifest = Manifest(
            publication_id="bench",
            as_of_date=published.as_of_date,
            created_at_utc=datetime.now(UTC),
            code_version="bench",
            content_hash="bench",
            database=NOTHING,
            tables=tuple(_table(opened, name) for name in (*LARGE, *SMALL)),
            extracts=(),
        )
        prepare_schema(connection, "patron_reader")
        version = load_version(
            connection, opened, manifest, load_published_contracts(CONTRACTS_ROOT)
        )
        seal_version(connection, version, manifest)
        show_version(connection, version.schema, "patron_reader")
    return time.monotonic() - started


def _table(opened: duckdb.DuckDBPyConnection, name: str) -> PublishedTable:
    relation = f"served.main.{name}"
    columns = tuple((c, t) for c, t, *_ in opened.execute(f"describe {relation}").fetchall())
    row = opened.execute(f"select count(*) from {relation}").fetchone()
    return PublishedTable(name, "", columns, row[0] if row else 0, "", NOTHING)


def ask(
    kind: str, where: str, draws: Path, seconds: float, kept: bool = False
) -> dict[str, list[float]]:
    """Seconds of every answer by question, of eight readers at once."""
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bi_reader", kind, where, str(draws), str(seconds),
             str(n), str(int(kept))],
            stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT,
        )
        for n in range(READERS)
    ]  # fmt: skip
    answers: dict[str, list[float]] = {name: [] for name in questions()}
    for reader in readers:
        output, _ = reader.communicate()
        if reader.returncode != 0:
            raise SystemExit(f"a reader of {kind} ended with {reader.returncode}")
        for name, seen in json.loads(output).items():
            answers[name] += seen
    return answers


def print_answers(answers: dict[str, dict[str, list[float]]]) -> None:
    print("| question | kind | " + " | ".join(f"{t}: median s | p95 s" for t in answers) + " |")
    print("|---|---|" + "---|" * 2 * len(answers))
    for name, (kind, _) in questions().items():
        cells = [
            f"{statistics.median(a[name]):.3f} | {_p95(a[name]):.3f}" for a in answers.values()
        ]
        print(f"| {name} | {kind} | {' | '.join(cells)} |")
    every = [[s for times in asked.values() for s in times] for asked in answers.values()]
    cells = [f"{statistics.median(s):.3f} | **{_p95(s):.3f}**" for s in every]
    print(f"| **all twenty** ({', '.join(f'{len(s):,} answers' for s in every)}) | | "
          f"{' | '.join(cells)} |")  # fmt: skip


def _p95(seen: list[float]) -> float:
    return sorted(seen)[min(len(seen) - 1, int(len(seen) * 0.95))]


if __name__ == "__main__":
    main()
