"""The hand-written script of the benchmark comes to the same marts: a second way to every figure.

It was written from the definitions, shares no SQL with the dbt project, and reads the same landed
files. So it also runs here, and not only when somebody benchmarks; so does the pandas way, a third
way to every figure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from refreshing import LAST_DAY

from orchestration.settings import PROJECT_ROOT, Settings


def told_by(module: str, *arguments: str | Path) -> dict[str, Any]:
    """What a module of the benchmark prints; it runs as `make bench` runs it."""
    found = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def by_hand(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    zones = published.zones
    key_file = zones.secrets / "pii_key"
    out = tmp_path_factory.mktemp("by_hand") / "home"
    return told_by(
        "benchmarks.hand_written", zones.landing, out, LAST_DAY, "--key-file", key_file, "--compare"
    )


@pytest.fixture(scope="module")
def refreshed(published: Settings) -> dict[str, Any]:
    zones = published.zones
    return told_by(
        "benchmarks.agreement", zones.warehouse_file, zones.serving / "current" / "patron.duckdb"
    )


def test_it_publishes_the_same_rows(refreshed: dict[str, Any], by_hand: dict[str, Any]) -> None:
    assert set(by_hand["hashes"]) == {"seg_customer", "seg_summary"}  # it values no customer
    assert by_hand["hashes"] == refreshed["hashes"]


def test_its_marts_have_the_same_rows_and_sums(
    refreshed: dict[str, Any], by_hand: dict[str, Any]
) -> None:
    assert by_hand["sums"] == refreshed["sums"]


@pytest.fixture(scope="module")
def reduced(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The refresh cut down to what the script makes, over the same raw, without Dagster."""
    zones = published.zones
    home = tmp_path_factory.mktemp("reduced")
    (home / "raw").symlink_to(zones.raw)
    inherited = {n: v for n, v in os.environ.items() if not n.startswith("PATRON_")}
    environment = {
        **inherited,
        "PATRON_HOME": str(home),
        "PATRON_PII_KEY": (zones.secrets / "pii_key").read_text().strip(),
    }
    subprocess.run(
        [sys.executable, "-m", "benchmarks.stages", "transforms", LAST_DAY.isoformat()],
        cwd=PROJECT_ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    return told_by("benchmarks.agreement", home / "warehouse" / "patron.duckdb")


def test_the_refresh_it_is_timed_against_makes_the_same(
    reduced: dict[str, Any], by_hand: dict[str, Any]
) -> None:
    assert reduced == {kind: by_hand[kind] for kind in ("hashes", "sums")}


@pytest.mark.parametrize("form", [(), ("--plain",)], ids=["sparing", "plain"])
def test_the_pandas_way_makes_the_same(
    form: tuple[str, ...], published: Settings, by_hand: dict[str, Any], tmp_path: Path
) -> None:
    zones, out = published.zones, tmp_path / "tables"
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.pandas_way.outputs"]
    asked = [zones.landing, out, LAST_DAY, "--key-file", zones.secrets / "pii_key", *form]
    subprocess.run([*command, *map(str, asked)], cwd=PROJECT_ROOT, check=True, capture_output=True)
    assert told_by("benchmarks.agreement", out) == {
        kind: by_hand[kind] for kind in ("hashes", "sums")
    }
