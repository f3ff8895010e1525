"""Readers of object storage see one whole publication, whatever the publisher does meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from seaweedfs_server import ANALYST, READERS_ENVIRONMENT
from store_deployment import DAY, Deployment

pytestmark = pytest.mark.object_store

READER = Path(__file__).with_name("store_readers.py")
KINDS = ["duckdb", "pyarrow"] * 2
PUBLICATIONS = 8


def test_readers_of_duckdb_and_pyarrow_never_see_two_days(
    deployment: Deployment, tmp_path: Path
) -> None:
    deployment.publish(customers=500)
    deployment.sync()
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [READERS_ENVIRONMENT / "bin" / "python", READER, kind, deployment.url, stop],
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, **deployment.server.environment(ANALYST)},
        )
        for kind in KINDS
    ]  # fmt: skip
    try:
        for n in range(1, PUBLICATIONS + 1):
            deployment.publish(DAY + timedelta(days=n), customers=500 + n)
            assert deployment.sync().action == "loaded"
    finally:
        stop.touch()
        reports = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert [report["errors"] for report in reports] == [[]] * len(KINDS)
    assert [report["mixtures"] for report in reports] == [0] * len(KINDS)
    last = str(DAY + timedelta(days=PUBLICATIONS))
    assert all(last in report["days"] for report in reports)
