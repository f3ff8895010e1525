"""The benchmark's own arithmetic: costs laid over steps, fits, the newest measurement, tables."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.measure import Cost, Sample
from benchmarks.records import Record
from benchmarks.report import exponent, growth, render
from benchmarks.steps import AROUND, BETWEEN, START, WRITING, stages

BEGAN = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def record(customers: int, part: str, cpu: float, measurement: str = "2026-01-01") -> Record:
    return Record(measurement, customers, part, 0, Cost(2 * cpu, cpu, 100.0), 0.5)


def test_the_exponent_of_a_power_law_is_found() -> None:
    assert exponent((x, 3 * x**1.05) for x in (1e5, 3e5, 1e6)) == pytest.approx(1.05)
    assert exponent([(1e5, 2.0)]) is None


def test_growth_is_fitted_where_fixed_costs_do_not_hide_it() -> None:
    lines = [record(size, "full_run", size / 1000) for size in (100_000, 300_000)]
    lines.append(record(20_000, "full_run", 60.0))
    measured = records.newest(lines)
    assert growth(measured, (20_000, 100_000, 300_000), "full_run") == pytest.approx(1.0)


def test_the_newest_measurement_of_a_part_counts(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    for line in (
        record(100, "full_run", 9.0),
        record(100, "full_run", 5.0, "2026-02-01"),
        record(100, "full_run", 7.0, "2026-02-01"),
        record(100, "hand_written", 3.0),
    ):
        records.append(file, line)
    measured = records.newest(records.read(tmp_path))
    assert [found.cost.cpu_s for found in measured[100, "full_run"]] == [5.0, 7.0]
    text = render(measured)
    assert "**2.00** (6.0 / 3.0)" in text  # everything against the script
    assert "2026-01-01" in text and "duckdb" in text


def _logged(home: Path, steps: list[tuple[str, str, float]]) -> None:
    folder = home / "dagster" / "history" / "runs"
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "run.db") as log:
        log.execute("CREATE TABLE event_logs (id INTEGER PRIMARY KEY, step_key TEXT, "
                    "dagster_event_type TEXT, timestamp TEXT)")  # fmt: skip
        for name, event, at in steps:
            moment = datetime.fromtimestamp(BEGAN + at, UTC).replace(tzinfo=None).isoformat(" ")
            log.execute(
                "INSERT INTO event_logs (step_key, dagster_event_type, timestamp) VALUES (?, ?, ?)",
                (name, event, moment),
            )


def test_stages_add_up_to_the_run(tmp_path: Path) -> None:
    """One CPU second a second for 20 s: what the clock says is what each stage costs."""
    _logged(tmp_path, [
        ("sales_extracts", "STEP_START", 4), ("sales_extracts", "STEP_SUCCESS", 6),
        ("base_models", "STEP_START", 7), ("base_models", "STEP_SUCCESS", 17),
    ])  # fmt: skip
    nodes_file = tmp_path / "nodes.json"
    nodes_file.write_text(json.dumps([
        {"node": "a", "layer": "staging", "began": BEGAN + 8, "ended": BEGAN + 11, "cpu_s": 2.5},
        {"node": "b", "layer": "claims", "began": BEGAN + 11, "ended": BEGAN + 14, "cpu_s": 1.5},
    ]))  # fmt: skip
    samples = [Sample(BEGAN + at, float(at), 10.0 * at) for at in range(0, 21, 2)]
    found = stages(tmp_path, samples, nodes_file)
    cpu = {name: cost.cpu_s for name, cost in found.items()}
    assert cpu == pytest.approx({
        START: 4, "ingest": 2, BETWEEN: 1 + 3, "staging": 2.5, "claims": 1.5, WRITING: 3,
        AROUND: 10 - 3 - 4,
    })  # fmt: skip
    assert sum(cpu.values()) == pytest.approx(20)
    assert found["ingest"].peak_mb == 60
