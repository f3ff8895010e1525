"""Readers of PostgreSQL see one whole publication, whatever the publisher does meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from postgres_deployment import DAY, Deployment

from orchestration.publish.postgres import TargetError, swap

pytestmark = pytest.mark.postgres

READER = Path(__file__).with_name("postgres_reader.py")
KINDS = ["query"] * 4 + ["transaction"] * 2 + ["snapshot"] * 2
PUBLICATIONS = 20


def read_while(
    deployment: Deployment, login: str, stop: Path, publications: int
) -> list[dict[str, Any]]:
    """Reports of eight readers that looked on while that many publications were loaded."""
    dsn = deployment.server.dsn(deployment.database, login)
    readers = [
        subprocess.Popen(
            [sys.executable, str(READER), dsn, str(stop), kind], stdout=subprocess.PIPE, text=True
        )
        for kind in KINDS
    ]
    try:
        for n in range(1, publications + 1):
            deployment.publish(DAY + timedelta(days=n), customers=500 + n)
            assert deployment.sync().action == "loaded"
    finally:
        stop.touch()
        outputs = [reader.communicate(timeout=60)[0] for reader in readers]
    return [json.loads(output) for output in outputs]


def test_eight_readers_see_no_error_and_never_two_days_during_twenty_publications(
    deployment: Deployment, reader: str, tmp_path: Path
) -> None:
    reports = read_while(deployment, reader, tmp_path / "stop", PUBLICATIONS)
    assert [report["errors"] for report in reports] == [[]] * len(KINDS)
    assert [report["mixtures"] for report in reports] == [0] * len(KINDS)
    seen = sum((Counter(report["seen"]) for report in reports), Counter())
    assert "nothing" not in seen
    assert len(seen) > PUBLICATIONS // 2, seen
    # A swap waits at most HOLD_MS; the rest is two busy cores.
    assert max(report["longest"] for report in reports) < 10


def test_a_transaction_that_has_looked_keeps_its_publication_and_the_swap_waits(
    deployment: Deployment, reader: str
) -> None:
    deployment.publish(DAY + timedelta(days=1))
    publishing = threading.Thread(target=deployment.sync)
    with psycopg.connect(deployment.server.dsn(deployment.database, reader)) as connection:
        first = connection.execute("select min(as_of_date) from patron.seg_summary").fetchone()
        publishing.start()
        time.sleep(3)  # several tries of the swap
        assert publishing.is_alive()
        second = connection.execute("select max(as_of_date) from patron.seg_customer").fetchone()
        assert first == second == (DAY,)
    publishing.join(timeout=30)
    assert deployment.shown_day() == DAY + timedelta(days=1)
    assert deployment.differences() == []


def test_a_forgotten_transaction_is_named_and_what_was_shown_stays(
    deployment: Deployment, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "SWAP_PATIENCE_SECONDS", 1)
    deployment.publish(DAY + timedelta(days=1))
    with psycopg.connect(
        deployment.server.dsn(deployment.database, reader), application_name="forgotten"
    ) as connection:
        connection.execute("select from patron.seg_summary")
        pid = connection.info.backend_pid
        with pytest.raises(TargetError, match=rf"process {pid} \(analyst_\w+, forgotten"):
            deployment.sync()
        assert deployment.shown_day() == DAY
    assert deployment.sync().action == "restored"  # loaded already; only the swap was missing
    assert deployment.differences() == []


def test_a_view_that_an_analyst_built_follows_the_publication(
    deployment: Deployment, reader: str
) -> None:
    deployment.do("create schema analyst")
    deployment.do("create view analyst.days as select distinct as_of_date from patron.seg_customer")
    deployment.publish(DAY + timedelta(days=1))
    deployment.sync()
    assert deployment.rows("select * from analyst.days") == [(DAY + timedelta(days=1),)]
