"""Every kind of mistake in a contract file is refused, with the file and the place named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.contracts import (
    ContractError,
    load_extract_contract,
    load_published_contracts,
)

GOOD: dict[str, Any] = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "extracts.crm.visits",
    "version": "1.0.0",
    "status": "active",
    "team": {"name": "crm-operations"},
    "schema": [
        {
            "name": "visits",
            "description": "One row per visit.",
            "customProperties": [
                {"property": "deliveryMode", "value": "events"},
                {"property": "eventTime", "value": "at"},
            ],
            "properties": [
                {
                    "name": "visit_id",
                    "physicalName": "Visit",
                    "physicalType": "varchar",
                    "required": True,
                    "primaryKey": True,
                },
                {"name": "at", "physicalType": "timestamp", "required": True},
                {
                    "name": "email",
                    "physicalType": "varchar",
                    "classification": "personal",
                    "customProperties": [{"property": "piiKind", "value": "email"}],
                    "quality": [
                        {
                            "type": "custom",
                            "engine": "greatExpectations",
                            "implementation": {"type": "expect_column_values_to_not_be_null"},
                        }
                    ],
                },
                {
                    "name": "internal",
                    "physicalType": "varchar",
                    "customProperties": [{"property": "ignored", "value": True}],
                },
            ],
        }
    ],
    "slaProperties": [{"property": "freshness", "value": 2, "unit": "d"}],
}


def write(folder: Path, contract: object, name: str = "visits") -> Path:
    path = folder / "extracts" / "crm" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = contract if isinstance(contract, str) else yaml.safe_dump(contract)
    path.write_text(text, encoding="utf-8")
    return path


def table(contract: dict[str, Any]) -> dict[str, Any]:
    return contract["schema"][0]


def column(contract: dict[str, Any], number: int) -> dict[str, Any]:
    return table(contract)["properties"][number]


def test_a_right_contract_says_what_it_says(tmp_path: Path):
    contract = load_extract_contract(write(tmp_path, GOOD))
    assert (contract.source, contract.table, contract.delivery) == ("crm", "visits", "events")
    assert contract.key == ("visit_id",)
    assert contract.column("visit_id").source_name == "Visit"
    assert [item.name for item in contract.personal_columns] == ["email"]
    assert contract.ignored == ("internal",)
    assert contract.event_time == "at"
    assert contract.freshness_days == 2
    assert contract.expectations == (
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "email"}},
    )
    assert [item.name for item in contract.raw_columns] == [
        "visit_id", "at", "email", "source_system", "extracted_at", "op",
        "extract_date", "source_file", "source_row",
    ]  # fmt: skip


def test_the_hash_of_a_contract_follows_its_bytes(tmp_path: Path):
    first = load_extract_contract(write(tmp_path, GOOD)).sha256
    assert load_extract_contract(write(tmp_path, GOOD)).sha256 == first
    assert load_extract_contract(write(tmp_path, {**GOOD, "version": "1.0.1"})).sha256 != first


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another kind of document": (lambda c: c.update(schema="visits"), "not an ODCS 3 contract"),
    "no table": (lambda c: c.update(schema=[]), "exactly one table"),
    "two tables": (lambda c: c["schema"].append(table(c)), "exactly one table"),
    "table named unlike the file": (lambda c: table(c).update(name="calls"), "'calls'"),
    "unknown table property": (
        lambda c: table(c)["customProperties"].append({"property": "colour", "value": "red"}),
        r"unknown customProperties \['colour'\]; known: .*deliveryMode",
    ),
    "unknown column property": (
        lambda c: column(c, 1).update(customProperties=[{"property": "hue", "value": 1}]),
        r"column at: unknown customProperties \['hue'\]; known: .*piiKind",
    ),
    "unknown type": (
        lambda c: column(c, 1).update(physicalType="datetime"),
        "column at: physicalType 'datetime' is unknown; known: .*timestamp",
    ),
    "no type": (lambda c: column(c, 1).pop("physicalType"), "column at: physicalType None"),
    "unknown kind of personal data": (
        lambda c: column(c, 2)["customProperties"][0].update(value="mail"),
        "column email: piiKind 'mail'; known: .*email",
    ),
    "personal without a kind": (
        lambda c: column(c, 2).pop("customProperties"),
        "column email: 'classification: personal' needs a piiKind",
    ),
    "a kind without the classification": (
        lambda c: column(c, 2).pop("classification"),
        "column email: 'classification: personal' needs a piiKind",
    ),
    "unknown delivery mode": (
        lambda c: table(c)["customProperties"][0].update(value="hourly"),
        "deliveryMode 'hourly'; known: .*delta",
    ),
    "no delivery mode": (
        lambda c: table(c)["customProperties"].pop(0),
        "deliveryMode None; known: .*full",
    ),
    "event time is no column": (
        lambda c: table(c)["customProperties"][1].update(value="happened_at"),
        "eventTime 'happened_at' is no column",
    ),
    "a column described twice": (
        lambda c: table(c)["properties"].append(column(c, 1)),
        "column at is described twice",
    ),
    "a word mapped beyond the enum": (
        lambda c: column(c, 0).update(
            enum=[{"value": "short"}],
            customProperties=[{"property": "valueMap", "value": {"l": "long"}}],
        ),
        r"column visit_id: valueMap leads to \['long'\].*listed: short",
    ),
    "freshness in hours": (
        lambda c: c["slaProperties"][0].update(unit="h"),
        "freshness is counted in days",
    ),
    "quality of another engine": (
        lambda c: column(c, 2)["quality"][0].update(engine="soda"),
        "quality of 'email' must be type custom, engine greatExpectations",
    ),
    "quality as prose": (
        lambda c: column(c, 2)["quality"][0].update(type="text"),
        "quality of 'email' must be type custom",
    ),
    "quality without a type": (
        lambda c: column(c, 2)["quality"][0].update(implementation={"kwargs": {}}),
        "quality of 'email' lacks implementation.type",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_and_its_place_named(tmp_path: Path, mistake: str):
    make, message = MISTAKES[mistake]
    wrong = copy.deepcopy(GOOD)
    make(wrong)
    path = write(tmp_path, wrong)
    with pytest.raises(ContractError, match=message) as raised:
        load_extract_contract(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("text", ["schema: [unclosed", "", "- a list"])
def test_a_file_that_is_no_contract_at_all_is_refused_by_name(tmp_path: Path, text: str):
    path = write(tmp_path, text)
    with pytest.raises(ContractError, match="not an ODCS 3 contract") as raised:
        load_extract_contract(path)
    assert str(path) in str(raised.value)


def test_asking_for_an_unknown_column_lists_the_known_ones(tmp_path: Path):
    contract = load_extract_contract(write(tmp_path, GOOD))
    with pytest.raises(ContractError, match=r"crm.visits has no column 'mail'; known: visit_id"):
        contract.column("mail")


def test_published_contracts_are_read_by_table(tmp_path: Path):
    published = copy.deepcopy(GOOD)
    table(published)["name"] = "seg_visits"
    table(published)["dataGranularityDescription"] = "visit_id"
    table(published)["customProperties"] = [{"property": "coveredColumns", "value": ["at"]}]
    path = tmp_path / "published" / "seg_visits.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(published), encoding="utf-8")
    contract = load_published_contracts(tmp_path)["seg_visits"]
    assert contract.key == ("visit_id",)
    assert contract.grain == "visit_id"
    assert contract.columns[1] == ("at", "timestamp")
    assert contract.covered == ("at",)
    assert len(contract.expectations) == 1


@pytest.mark.parametrize(
    ("covered", "message"),
    [
        (["visit_id", "colour"], "coveredColumns names colour, which visits does not have"),
        (["at"] * 32, "coveredColumns names 32 columns, 31 at most"),
    ],
)
def test_covered_columns_are_a_published_tables_own_and_few(
    tmp_path: Path, covered: list[str], message: str
):
    contract = copy.deepcopy(GOOD)
    table(contract)["customProperties"] = [{"property": "coveredColumns", "value": covered}]
    path = tmp_path / "published" / "visits.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(contract), encoding="utf-8")
    with pytest.raises(ContractError, match=message):
        load_published_contracts(tmp_path)
