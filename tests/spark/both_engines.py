"""One sample world, refreshed on DuckDB and on Spark.

Belongs here: the two homes and the runs. Does not belong here: what is compared.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from spark_cluster import Cluster

from orchestration.definitions import build_defs
from orchestration.refresh import run_refresh
from orchestration.sample_world import write_world
from orchestration.settings import PROJECT_ROOT, Settings

CUSTOMERS = 300
DAYS = 400
# The day before is of another month, so that both runs find a closed period that they remember.
DAY_BEFORE = date(2025, 6, 30)
AS_OF = date(2025, 7, 2)
EXTRACTS = 4
KILLED_AFTER = 200  # nodes of the first build
ZONES = ("landing", "raw", "models", "history", "secrets")


def two_homes(folder: Path) -> tuple[Settings, Settings]:
    """Of DuckDB, refreshed on both days, and of Spark, which knows the day before only."""
    on_duckdb = Settings(home=folder / "duckdb", keep_intermediate=True)
    write_world(
        on_duckdb.home,
        customers=CUSTOMERS,
        days=DAYS,
        seed=11,
        last_day=AS_OF,
        daily_extracts=EXTRACTS,
    )
    _refresh(on_duckdb, DAY_BEFORE)
    on_spark = replace(on_duckdb, home=folder / "spark")
    for zone in ZONES:
        shutil.copytree(on_duckdb.home / zone, on_spark.home / zone)
    _refresh(on_duckdb, AS_OF)
    return on_duckdb, on_spark


def _refresh(settings: Settings, as_of: date) -> None:
    outcome = run_refresh(settings, build_defs(settings), as_of)
    assert outcome.success, outcome.failures


def refresh_on_cluster(settings: Settings, cluster: Cluster, log: Path) -> None:
    """The refresh as a process of its own; a worker is killed in the midst of it.

    Claims are not judged here: DuckDB's refresh has judged them on tables that must be the same.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PATRON_")
    } | {"PATRON_HOME": str(settings.home), "SPARK_CONF_DIR": str(cluster.configuration)}
    killed = False
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "orchestration.spark",
                "--as-of",
                AS_OF.isoformat(),
                "--without-claims",
            ],
            env=environment,
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            if not killed and re.search(rf"base_models {KILLED_AFTER}:", line):
                cluster.kill_a_worker()
                killed = True
    assert process.returncode == 0, log.read_text()[-5000:]
    assert killed, f"the run has ended before {KILLED_AFTER} nodes"
