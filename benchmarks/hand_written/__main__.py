"""One script from landed files to a published DuckDB file and Parquet, without any framework.

    python -m benchmarks.hand_written LANDING OUT AS_OF --key-file FILE

Belongs here: the order of the steps and their cost. It does the work of the refresh for the source
systems crm and sales, time zone UTC and reporting currency GBP, and none of what surrounds it:
no contracts, quarantine, reasons, checks, lineage, lock, hash or manifest.
Prints one JSON object: wall and CPU seconds of each stage; with --compare, content hashes of the
published tables and control sums of the marts too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.agreement import PUBLISHED_BY_BOTH, content_hashes, control_sums
from benchmarks.hand_written.ingest import EXTRACTS, NEWEST_ONLY, ingest

HERE = Path(__file__).parent
STATEMENTS = ("1_staging.sql", "2_sales.sql", "3_customers.sql", "4_marts.sql", "5_segments.sql")
SEEDS = HERE.parent.parent / "dbt_project" / "seeds"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("landing", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("as_of")
    parser.add_argument("--key-file", type=Path, required=True, help="secret of the keyed hash")
    parser.add_argument("--compare", action="store_true", help="tell what is compared as well")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", default="4GB")
    options = parser.parse_args()
    config = {"threads": options.threads, "memory_limit": options.memory_limit}
    stages: dict[str, dict[str, float]] = {}
    with duckdb.connect(config=config) as connection:
        raw = options.out / "raw"
        set_variables(connection, options.as_of, options.key_file.read_text().strip())
        timed(stages, "ingest", lambda: ingest(connection, options.landing, raw, options.as_of))
        timed(stages, "models", lambda: run_models(connection, raw))
        timed(stages, "publication", lambda: publish(connection, options.out / "serving"))
        told: dict[str, Any] = {"stages": stages}
        if options.compare:
            told["hashes"] = content_hashes(connection)
            told["sums"] = control_sums(connection, "main")
    print(json.dumps(told))


def timed(stages: dict[str, dict[str, float]], name: str, work: Callable[[], None]) -> None:
    wall, cpu = time.perf_counter(), cpu_seconds()
    work()
    stages[name] = {"wall_s": time.perf_counter() - wall, "cpu_s": cpu_seconds() - cpu}


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def set_variables(connection: duckdb.DuckDBPyConnection, as_of: str, key: str) -> None:
    block = key.encode().ljust(64, b"\0")
    connection.execute(f"set variable as_of = '{as_of}'")
    connection.execute(f"set variable inner_pad = '{bytes(b ^ 0x36 for b in block).hex()}'")
    connection.execute(f"set variable outer_pad = '{bytes(b ^ 0x5C for b in block).hex()}'")


def run_models(connection: duckdb.DuckDBPyConnection, raw: Path) -> None:
    connection.execute(f"create table rfm_groups as from read_csv('{SEEDS / 'rfm_groups.csv'}')")
    for name, extract in EXTRACTS.items():
        connection.execute(latest(name, extract.key, raw / f"{name}.parquet"))
    for name in STATEMENTS:
        connection.execute((HERE / name).read_text())
        if name == "1_staging.sql":
            spread_smallest_rank(connection)


def latest(name: str, key: str, file: Path) -> str:
    """The latest version of each key as a view; most keys have one, so only doubled ones rank."""
    doubled = f"select {key} from '{file}' group by {key} having count(*) > 1"
    if name in NEWEST_ONLY:
        return f"create view latest_{name} as from '{file}' where op <> 'D'"
    return f"""
        create table latest_{name} as
        with doubled as ({doubled})
        from (
            from '{file}' anti join doubled using ({key})
            union all by name
            (from '{file}' semi join doubled using ({key})
             qualify row_number() over (
                 partition by {key} order by extract_date desc, extracted_at desc) = 1)
        )
        where op <> 'D'
    """


def spread_smallest_rank(connection: duckdb.DuckDBPyConnection) -> None:
    """Records that share an identifier, directly or through others, get one smallest rank."""
    before = None
    while True:
        [(total,)] = connection.execute("select sum(smallest) from linked").fetchall()
        if total == before:
            return
        before = total
        for column in ("identifier", "rank"):
            connection.execute(
                "create or replace table linked as select * replace "
                f"(min(smallest) over (partition by {column}) as smallest) from linked"
            )


def publish(connection: duckdb.DuckDBPyConnection, serving: Path) -> None:
    """A fresh DuckDB file and Parquet beside it, renamed into place."""
    candidate = serving.with_name(".serving-next")
    shutil.rmtree(candidate, ignore_errors=True)
    candidate.mkdir(parents=True)
    connection.execute(f"attach '{candidate / 'patron.duckdb'}' as served")
    for table in PUBLISHED_BY_BOTH:
        connection.execute(f"create table served.{table} as from {table}")
        connection.execute(
            f"copy {table} to '{candidate / table}.parquet' (format parquet, compression zstd)"
        )
    connection.execute("detach served")
    for path in candidate.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    candidate.rename(serving)


if __name__ == "__main__":
    main()
