"""Every row of the catalogue's groups B and C is a published column whose model has a unit test.

Belongs here: which rows must have a home, and where a home is proven. Does not belong here: what a
column holds (unit tests beside the models) and how numbers are written (``style_rules.py``).
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Build
from style_rules import METRIC, Manifest, metrics

from orchestration.settings import PROJECT_ROOT

# C19 is measured against hold-outs; it comes with the campaign marts.
WAITING = {"C19"}
ROWS = tuple(f"B{n}" for n in range(1, 29)) + tuple(f"C{n}" for n in range(1, 26))
# Homes that only pass on what Python has made: their figures are proven there.
PROVEN_IN_PYTHON = {"model_backtest": "tests/unit/valuation/test_backtest_measures.py"}


def published_models(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """Models that readers see: marts and segments."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["fqn"][1] in ("marts", "segments"):
            yield node


def homes(manifest: Manifest) -> dict[str, set[str]]:
    """The published models that carry each catalogue row in the meta of a column."""
    found: dict[str, set[str]] = {}
    for node in published_models(manifest):
        for column in node["columns"].values():
            for number in metrics(column):
                found.setdefault(number, set()).add(node["name"])
    return found


def rows_without_a_home(manifest: Manifest) -> list[str]:
    """Carry the row in a column of a mart: config: {meta: {metric: B2}}."""
    carried = homes(manifest)
    return [row for row in ROWS if row not in carried and row not in WAITING]


def homes_without_a_unit_test(manifest: Manifest) -> list[str]:
    """Write a unit test for the model, or name the test of the Python that makes its figures."""
    tested = {node["model"] for node in manifest["unit_tests"].values()}
    carried = homes(manifest)
    return sorted(
        {name for row in ROWS for name in carried.get(row, ())} - tested - PROVEN_IN_PYTHON.keys()
    )


RULES: tuple[Callable[[Manifest], list[str]], ...] = (
    rows_without_a_home,
    homes_without_a_unit_test,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_groups_b_and_c_of_the_catalogue(rule, empty_build: Build) -> None:
    assert rule(empty_build.manifest) == [], rule.__doc__


def test_homes_that_are_proven_in_python_exist_and_so_do_their_tests(empty_build: Build) -> None:
    names = {node["name"] for node in published_models(empty_build.manifest)}
    for name, path in PROVEN_IN_PYTHON.items():
        assert name in names
        assert "def test_" in (PROJECT_ROOT / path).read_text()


def sound_project() -> dict[str, Any]:
    """A manifest in which one tested mart carries all rows, one of them alone."""
    columns = {
        "net_amount": {"config": {"meta": {"metric": "B2"}}},
        "everything_else": {"config": {"meta": {"metric": sorted({*ROWS} - WAITING - {"B2"})}}},
        "customer_key": {"config": {}},
    }
    model = {
        "resource_type": "model",
        "name": "customer_value",
        "fqn": ["patron", "marts", "customer_value", "customer_value"],
        "columns": columns,
    }
    return {
        "nodes": {"model.patron.customer_value": model},
        "unit_tests": {"unit_test.patron.a_story": {"model": "customer_value"}},
    }


def test_a_row_that_loses_its_column_is_found() -> None:
    project = sound_project()
    assert rows_without_a_home(project) == []
    del project["nodes"]["model.patron.customer_value"]["columns"]["net_amount"]
    assert rows_without_a_home(project) == ["B2"]


def test_a_row_that_only_a_hidden_model_carries_is_found() -> None:
    project = sound_project()
    project["nodes"]["model.patron.customer_value"]["fqn"][1] = "intermediate"
    assert rows_without_a_home(project) == [row for row in ROWS if row not in WAITING]


def test_a_home_that_loses_its_unit_test_is_found() -> None:
    project = sound_project()
    assert homes_without_a_unit_test(project) == []
    project["unit_tests"].clear()
    assert homes_without_a_unit_test(project) == ["customer_value"]


def test_the_rows_are_numbered_as_in_the_catalogue() -> None:
    assert all(METRIC.fullmatch(row) for row in ROWS)
    assert len(ROWS) == 28 + 25
