"""The dbt contract of each segment and the published contract name the same columns.

A column is in both files, with one type, one meaning and one place in the order; what BI tools are
promised is what dbt builds.
"""

import re
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from orchestration.contracts import load_published_contracts
from orchestration.settings import CONTRACTS_ROOT, DBT_PROJECT_ROOT

SEGMENTS = DBT_PROJECT_ROOT / "models" / "segments"
Columns = dict[str, tuple[str, str]]  # name -> (type, description)


def differences(dbt: Columns, published: Columns) -> list[str]:
    """What a reader has to change, one line each."""
    found = [f"{name}: in dbt only" for name in dbt if name not in published]
    found += [f"{name}: in the published contract only" for name in published if name not in dbt]
    for name in dbt:
        if name in published:
            for aspect, ours, theirs in zip(
                ("type", "description"), dbt[name], published[name], strict=True
            ):
                if ours != theirs:
                    found.append(f"{name}: {aspect} {ours!r} in dbt, {theirs!r} published")
    if not found and list(dbt) != list(published):
        found = [f"order: {', '.join(dbt)} in dbt, {', '.join(published)} published"]
    return found


def dbt_model(table: str) -> dict[str, Any]:
    models = yaml.safe_load((SEGMENTS / f"{table}.yml").read_text())["models"]
    assert [model["name"] for model in models] == [table]
    return models[0]


def dbt_columns(table: str) -> Columns:
    return {
        column["name"]: (column["data_type"], column["description"].strip())
        for column in dbt_model(table)["columns"]
    }


def published_columns(table: str) -> Columns:
    path: Path = CONTRACTS_ROOT / "published" / f"{table}.yaml"
    schema = OpenDataContractStandard.from_file(str(path)).schema_
    assert schema and schema[0].properties
    return {
        p.name or "": (p.physicalType or "", (p.description or "").strip())
        for p in schema[0].properties
    }


def test_every_segment_has_a_published_contract_and_the_other_way_round() -> None:
    segments = {path.stem for path in SEGMENTS.glob("*.sql")}
    assert segments
    assert segments == set(load_published_contracts(CONTRACTS_ROOT))


def test_dbt_and_the_published_contracts_agree_on_every_column() -> None:
    for table in load_published_contracts(CONTRACTS_ROOT):
        assert differences(dbt_columns(table), published_columns(table)) == [], table


def test_every_segment_is_public_and_has_its_key_tested() -> None:
    for table, contract in load_published_contracts(CONTRACTS_ROOT).items():
        model = dbt_model(table)
        assert model["config"]["access"] == "public", table
        if len(contract.key) > 1:
            tested = [test["unique_together"]["arguments"] for test in model["data_tests"]]
            assert {"columns": list(contract.key)} in tested, table
        else:
            (column,) = (c for c in model["columns"] if c["name"] == contract.key[0])
            assert "is_key" in column["data_tests"], table


def test_every_published_contract_says_who_owns_it_and_what_a_row_is() -> None:
    for table, contract in load_published_contracts(CONTRACTS_ROOT).items():
        assert contract.owner, table
        assert contract.grain == ", ".join(contract.key), table
        assert contract.description.startswith("One row per"), table
        assert contract.description.strip() == dbt_model(table)["description"].strip(), table


def test_every_published_contract_has_a_purpose_a_version_and_promises_freshness() -> None:
    for table in load_published_contracts(CONTRACTS_ROOT):
        path = CONTRACTS_ROOT / "published" / f"{table}.yaml"
        contract = OpenDataContractStandard.from_file(str(path))
        assert contract.description and contract.description.purpose, table
        assert re.fullmatch(r"\d+\.\d+\.\d+", contract.version or ""), table
        promised = {p.property: (p.value, p.unit) for p in contract.slaProperties or []}
        assert promised.get("freshness") == (1, "d"), table


def test_a_difference_names_the_column_and_both_sides() -> None:
    ours = {"a": ("bigint", "A."), "b": ("date", "B."), "c": ("varchar", "C.")}
    theirs = {"a": ("integer", "A."), "b": ("date", "Bee."), "d": ("varchar", "D.")}
    assert differences(ours, theirs) == [
        "c: in dbt only",
        "d: in the published contract only",
        "a: type 'bigint' in dbt, 'integer' published",
        "b: description 'B.' in dbt, 'Bee.' published",
    ]
    swapped = dict(reversed(ours.items()))
    assert differences(ours, swapped) == ["order: a, b, c in dbt, c, b, a published"]
    assert differences(ours, dict(ours)) == []
