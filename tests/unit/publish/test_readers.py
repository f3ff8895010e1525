"""Readers of the served file see one whole version at every moment."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
from small_publication import publish

DAY = date(2025, 6, 30)
READER = Path(__file__).with_name("reader_process.py")
PUBLICATIONS = 10


def test_a_reader_sees_no_error_and_no_mixture_during_ten_publications(tmp_path: Path) -> None:
    publish(tmp_path, DAY, customers=20_000)
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, str(READER), str(tmp_path / "serving"), str(stop)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for n in range(1, PUBLICATIONS + 1):
            day = DAY + timedelta(days=n)
            assert publish(tmp_path, day, customers=20_000 + n).published
    finally:
        stop.touch()
        output, _ = reader.communicate(timeout=60)
    report = json.loads(output)
    assert report["errors"] == []
    assert report["mixtures"] == 0
    assert len(report["seen"]) > PUBLICATIONS // 2, report["seen"]


def test_an_open_reader_keeps_its_version_and_a_new_connection_sees_the_new_one(
    tmp_path: Path,
) -> None:
    """In one process, and even after the old version was deleted.

    Replacing one file in place would not give this: DuckDB shares one instance for each resolved
    path of a process, so there the second connection gets the old file.
    """
    publish(tmp_path, DAY)
    path = str(tmp_path / "serving" / "current" / "patron.duckdb")
    day = "select any_value(as_of_date) from seg_customer"
    with duckdb.connect(path, read_only=True) as old:
        for n in range(1, 4):
            publish(tmp_path, DAY + timedelta(days=n))
        assert old.execute(day).fetchone() == (DAY,)
        with duckdb.connect(path, read_only=True) as new:
            assert new.execute(day).fetchone() == (DAY + timedelta(days=3),)
        assert old.execute(day).fetchone() == (DAY,)
