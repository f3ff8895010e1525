"""Readers of object storage as the documentation shows them: DuckDB and pyarrow.

Run as ``python store_readers.py duckdb|pyarrow URL STOP_FILE`` in the readers' own environment;
prints what it saw as JSON. Imports nothing of the project: a BI tool has only the bucket.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

TABLES = "set variable tables = (select tables from read_json($pointer))"
JOINED = """
    select
        list(distinct c.as_of_date::text || ' ' || s.as_of_date::text),
        count(*), min(s.customer_count)
    from read_parquet($url || '/' || getvariable('tables').seg_customer) as c
    cross join read_parquet($url || '/' || getvariable('tables').seg_summary) as s
"""


def duckdb_reader(url: str):
    """One look: the pointer once, then only what it names."""
    import duckdb
    import duckdb_extension_httpfs

    [extension] = Path(duckdb_extension_httpfs.__path__[0]).rglob("httpfs.duckdb_extension")
    connection = duckdb.connect()
    connection.load_extension(str(extension))
    connection.execute(
        "create secret (type s3, key_id $key, secret $secret, region 'us-east-1', "
        "endpoint $endpoint, url_style 'path', use_ssl false)",
        {
            "key": os.environ["AWS_ACCESS_KEY_ID"],
            "secret": os.environ["AWS_SECRET_ACCESS_KEY"],
            "endpoint": os.environ["AWS_ENDPOINT_URL_S3"].removeprefix("http://"),
        },
    )

    def look() -> tuple[list[str], int, int]:
        pointer = {"pointer": f"{url}/current.json"}
        try:
            connection.execute(TABLES, pointer)
        except duckdb.HTTPException:  # it was replaced just then: DuckDB says that it changed
            connection.execute(TABLES, pointer)
        row = connection.execute(JOINED, {"url": url}).fetchone()
        assert row is not None
        days, rows, declared = row
        return sorted({day for pair in days for day in pair.split(" ")}), rows, declared

    return look


def pyarrow_reader(url: str):
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet
    from pyarrow.fs import S3FileSystem

    store = S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL_S3"], region="us-east-1")
    root = url.removeprefix("s3://")

    def look() -> tuple[list[str], int, int]:
        with store.open_input_stream(f"{root}/current.json") as opened:
            tables = json.loads(opened.read())["tables"]
        customers, summary = (
            parquet.read_table(f"{root}/{tables[name]}", filesystem=store)
            for name in ("seg_customer", "seg_summary")
        )
        days = {str(day) for t in (customers, summary) for day in compute.unique(t["as_of_date"])}
        return sorted(days), customers.num_rows, summary["customer_count"][0].as_py()

    return look


def main(kind: str, url: str, stop: Path) -> None:
    look = {"duckdb": duckdb_reader, "pyarrow": pyarrow_reader}[kind](url)
    seen: set[str] = set()
    looks, mixtures, errors = 0, 0, []
    while True:
        last = stop.exists()
        try:
            days, rows, declared = look()
        except Exception as error:  # noqa: BLE001 - whatever a library raises is to be seen
            errors.append(f"{type(error).__name__}: {error}"[:300])
        else:
            looks += 1
            seen.update(days)
            mixtures += len(days) != 1 or rows != declared
        if last:
            break
        time.sleep(0.05)
    report = {"looks": looks, "days": sorted(seen), "mixtures": mixtures, "errors": errors}
    print(json.dumps(report))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
