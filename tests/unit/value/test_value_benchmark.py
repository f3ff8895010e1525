"""The value benchmark's own side runs, and its values are those of the library asked plainly."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.value import gamma_gamma
from orchestration.value.bgnbd import MODEL

CUSTOMERS = 3_000


@pytest.fixture
def population(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """How the base is drawn; the benchmarks are no installed package."""
    monkeypatch.syspath_prepend(PROJECT_ROOT)
    return importlib.import_module("benchmarks.value_library.population")


@pytest.fixture
def question(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What every side is asked."""
    monkeypatch.syspath_prepend(PROJECT_ROOT)
    return importlib.import_module("benchmarks.value_library.question")


def test_values_of_our_side(tmp_path: Path, population: ModuleType, question: ModuleType) -> None:
    base, result = tmp_path / "base", tmp_path / "values.npy"
    population.write(CUSTOMERS, base)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.value_library.ours", str(base), str(result)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    report = json.loads(done.stdout.splitlines()[-1])
    values = np.load(result)
    assert report["status"] == ["converged", "converged"]
    assert report["customers"] == len(values) == CUSTOMERS
    assert report["total"] == pytest.approx(values.sum())
    assert {"fit purchases", "fit spend", "score"} <= set(report["cpu_s"])
    assert report["peak_mb"] >= report["baseline_mb"] > 0

    x, t_x, t, spend = (column[:20] for column in question.columns(base))
    months = [question.WEEKS_PER_MONTH * month for month in range(question.MONTHS + 1)]
    expected = MODEL.expected_purchases(report["parameters"], x, t_x / 7, t / 7, months)
    weights = (1 + question.MONTHLY_RATE) ** -np.arange(1.0, question.MONTHS + 1)
    money = gamma_gamma.expected_spend(report["parameters"], x, spend)
    assert values[:20] == pytest.approx(money * (np.diff(expected) * weights).sum(axis=1), rel=1e-9)


def test_simulated_histories_are_possible(population: ModuleType) -> None:
    drawn = population.draw(CUSTOMERS, seed=1)
    x, t_x, t = drawn["x"], drawn["t_x_days"], drawn["t_days"]
    assert ((t_x <= t) & (t <= population.DAYS)).all()
    assert ((x == 0) == (t_x == 0)).all()
    assert (x <= t_x).all()  # at most one purchase on a day
    assert ((drawn["mean_spend"] > 0) == (x > 0)).all()
