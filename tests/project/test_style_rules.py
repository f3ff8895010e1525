"""The project keeps the house rules, and each rule finds a project that does not."""

from typing import Any

import duckdb
import pytest
import style_rules
from conftest import Build, contracts
from style_rules import Manifest, models


@pytest.mark.parametrize("rule", style_rules.RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps(rule, empty_build: Build) -> None:
    assert rule(empty_build.manifest) == [], rule.__doc__


def test_the_described_columns_are_those_of_the_table(
    empty_build: Build, tiny: duckdb.DuckDBPyConnection
) -> None:
    built: dict[str, list[str]] = {}
    for schema, table, column in tiny.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " order by ordinal_position"
    ).fetchall():
        built.setdefault(f"{schema}.{table}", []).append(column)
    described = {
        f"{node['schema']}.{node['name']}": list(node["columns"])
        for node in models(empty_build.manifest)
    }
    assert described == {name: built.get(name) for name in described}


def test_no_model_carries_a_personal_column(empty_build: Build) -> None:
    personal = {c.name for contract in contracts().values() for c in contract.personal_columns}
    assert "email" in personal
    carried = [
        f"{node['name']}.{column}"
        for node in models(empty_build.manifest)
        for column in node["columns"]
        if column in personal
    ]
    assert carried == []


def sound_project() -> dict[str, Any]:
    """A manifest of one model, one test and one macro that keeps every rule."""
    model = {
        "unique_id": "model.patron.fct_order",
        "resource_type": "model",
        "name": "fct_order",
        "fqn": ["patron", "marts", "sales", "fct_order"],
        "description": "One row per order.",
        "raw_code": "-- One row per order.\nselect 1 as order_key, 2 as net_amount",
        "config": {"contract": {"enforced": True}},
        "patch_path": "patron://models/marts/sales/fct_order.yml",
        "original_file_path": "models/marts/sales/fct_order.sql",
        "columns": {
            "order_key": {"name": "order_key", "description": "Key.", "config": {}},
            "net_amount": {"name": "net_amount", "description": "Net.", "config": {}},
        },
    }
    key = {
        "unique_id": "test.patron.is_key",
        "resource_type": "test",
        "name": "is_key",
        "attached_node": "model.patron.fct_order",
        "test_metadata": {"name": "is_key"},
        "raw_code": "{{ test_is_key() }}",
    }
    claim = {
        "unique_id": "test.patron.orders_add_up",
        "resource_type": "test",
        "name": "orders_add_up",
        "raw_code": "-- Claim: orders add up.\nselect 1",
    }
    macro = {
        "package_name": "patron",
        "original_file_path": "macros/sales/line_amount.sql",
        "macro_sql": "{# duckdb is only named in this comment #} a * b",
    }
    nodes = {node["unique_id"]: node for node in (model, key, claim)}
    return {"nodes": nodes, "macros": {"macro.patron.line_amount": macro}}


MODEL = "model.patron.fct_order"
BREAKS = {
    "descriptions_begin_with_the_grain": lambda m: m["nodes"][MODEL].update(description="Orders."),
    "models_begin_with_the_grain": lambda m: m["nodes"][MODEL].update(raw_code="select 1"),
    "every_model_has_a_key_test": lambda m: m["nodes"].pop("test.patron.is_key"),
    "columns_are_described": lambda m: m["nodes"][MODEL]["columns"]["net_amount"].update(
        description=" "
    ),
    "published_layers_have_enforced_contracts": lambda m: m["nodes"][MODEL]["config"].update(
        contract={"enforced": False}
    ),
    "the_yml_stands_beside_its_model": lambda m: m["nodes"][MODEL].update(
        patch_path="patron://models/marts/sales/all.yml"
    ),
    "names_say_the_layer": lambda m: m["nodes"][MODEL].update(name="fct_Order2"),
    "models_are_short": lambda m: m["nodes"][MODEL].update(raw_code="-- One row\n" + "\n" * 120),
    "dialects_stay_in_portable_macros": lambda m: m["macros"]["macro.patron.line_amount"].update(
        macro_sql="a::decimal(18, 4)"
    ),
    "nothing_asks_the_clock": lambda m: m["nodes"][MODEL].update(
        raw_code="-- One row\nselect current_date as today"
    ),
    "nothing_aggregates_inexactly": lambda m: m["nodes"][MODEL].update(
        raw_code="-- One row\nselect avg(amount) as mean_amount"
    ),
    "singular_tests_state_their_claim": lambda m: m["nodes"]["test.patron.orders_add_up"].update(
        raw_code="select 1"
    ),
}


@pytest.mark.parametrize("rule", style_rules.RULES, ids=lambda rule: rule.__name__)
def test_a_project_that_breaks_the_rule_is_found(rule) -> None:
    project: Manifest = sound_project()
    assert rule(project) == []
    BREAKS[rule.__name__](project)
    assert len(rule(project)) == 1


VIEW = "model.patron.int_orders_valued"


@pytest.fixture
def project_with_view(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A sound project whose view without a key test is written down by the keyed table alone."""
    monkeypatch.setitem(style_rules.KEY_IN, "int_orders_valued", "fct_order")
    project = sound_project()
    view = {
        **project["nodes"][MODEL],
        "unique_id": VIEW,
        "name": "int_orders_valued",
        "config": {"materialized": "view"},
    }
    project["nodes"][MODEL]["depends_on"] = {"nodes": [VIEW]}
    project["nodes"][VIEW] = view
    return project


def let_another_model_read_the_view(project: dict[str, Any]) -> None:
    other = {
        "unique_id": "model.patron.other",
        "resource_type": "model",
        "name": "other",
        "depends_on": {"nodes": [VIEW]},
    }
    key = {**project["nodes"]["test.patron.is_key"], "attached_node": other["unique_id"]}
    project["nodes"] |= {other["unique_id"]: other, "test.patron.other_is_key": key}


@pytest.mark.parametrize(
    ("unkeyed", "break_it"),
    [
        (["fct_order", "int_orders_valued"], lambda p: p["nodes"].pop("test.patron.is_key")),
        (["int_orders_valued"], lambda p: p["nodes"][VIEW]["config"].update(materialized="table")),
        (["int_orders_valued"], lambda p: p["nodes"][MODEL].pop("depends_on")),
        (["int_orders_valued"], let_another_model_read_the_view),
    ],
    ids=["table without key", "not a view", "not read by the table", "read by another too"],
)
def test_a_view_borrows_the_key_only_of_its_one_table(project_with_view, unkeyed, break_it) -> None:
    assert style_rules.every_model_has_a_key_test(project_with_view) == []
    break_it(project_with_view)
    assert style_rules.every_model_has_a_key_test(project_with_view) == unkeyed
