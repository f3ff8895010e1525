"""The bundle as files: nothing of a machine or a secret in it, and everything in its place."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from launch import layout
from launch.assemble import BUNDLE, Bundle, assembled, read_bundle, read_charts
from launch.colours import label_colours
from launch.connections import DUCKDB, POSTGRESQL, Connection, connections, opened_by
from launch.deployment import Deployment, NotReadyError
from launch.published_facts import PublishedFacts, read_facts
from serving import ServedCopy
from sqlalchemy.engine import make_url

from dashboard import palette
from orchestration.settings import Settings

DSN = "postgresql://analyst:very-secret@db.example:5433/bi?sslmode=require"


@pytest.fixture(scope="module")
def facts(publication: ServedCopy) -> PublishedFacts:
    return read_facts(publication.folder / "patron.duckdb")


def _settings(home: Path) -> Settings:
    return Settings(home=home, superset_postgres_dsn=DSN)


def test_the_files_hold_no_address_and_no_secret():
    for file in BUNDLE.rglob("*.yaml"):
        text = file.read_text()
        assert not re.search(r"://|/home/|/tmp|/work|password:|sqlalchemy_uri", text), file.name


def test_no_parameter_was_cut_in_two_by_a_comma():
    """``{subheader: of these, by risk}`` is two keys in YAML, the second without a value."""
    for chart in read_charts():
        assert None not in chart["params"].values(), chart["name"]
    for table, dataset in read_bundle("datasets.yaml").items():
        for name, item in {**dataset["metrics"], **dataset.get("columns", {})}.items():
            assert None not in item.values(), f"{table}: {name}"


@pytest.mark.parametrize("kind", [DUCKDB, POSTGRESQL])
def test_each_chart_says_what_it_shows_with_numbers_of_the_catalogue(
    facts: PublishedFacts, kind: str
):
    files = assembled(Connection(kind, f"{kind}://", "patron"), facts)
    charts = [doc for path, doc in files.items() if path.startswith("charts/")]
    without = [
        doc["slice_name"] for doc in charts if not re.search(r"\[[A-L]\d+ ", doc["description"])
    ]
    assert len(charts) == len(read_charts())
    assert without == ["As of"]  # a date is no metric


def test_the_two_databases_share_no_identifier(facts: PublishedFacts):
    identifiers = [
        doc["uuid"]
        for kind in (DUCKDB, POSTGRESQL)
        for doc in assembled(Connection(kind, f"{kind}://", "patron"), facts).values()
        if "uuid" in doc
    ]
    assert len(identifiers) == len(set(identifiers))


def test_a_table_that_is_not_published_is_named(facts: PublishedFacts):
    less = {table: columns for table, columns in facts.columns.items() if table != "seg_cohort"}
    bundle = Bundle(
        Connection(DUCKDB, "duckdb://", "main"),
        PublishedFacts(facts.tables, less, facts.numbers, facts.metric_names, facts.currency),
    )
    with pytest.raises(NotReadyError, match="seg_cohort is not published"):
        list(bundle.datasets())


def test_a_chart_without_a_place_or_with_two_is_named():
    tabs = [{"name": "One", "rows": [{"height": 20, "charts": {"A": 6, "B": 6}}]}]
    numbers, identifiers = {"A": 1, "B": 2}, {"A": "a", "B": "b"}
    layout.position("x", tabs, numbers, identifiers)
    with pytest.raises(ValueError, match="charts without a place: C"):
        layout.position("x", tabs, {**numbers, "C": 3}, identifiers)
    twice = copy.deepcopy(tabs)
    twice[0]["rows"].append({"height": 20, "charts": {"A": 6}})  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="'A' is no chart, or stands on the dashboard twice"):
        layout.position("x", twice, numbers, identifiers)
    wide: list[dict[str, Any]] = [{"name": "One", "rows": [{"height": 20, "charts": {"A": 13}}]}]
    with pytest.raises(ValueError, match="wider than 12 columns"):
        layout.position("x", wide, numbers, identifiers)


def test_words_have_the_colours_of_the_page():
    colours = label_colours(read_bundle("dashboard.yaml")["colours"])
    assert colours["Won back"] == palette.LIFECYCLE["won_back"]
    assert colours["Super value"] == palette.LOYALTY["super_value"]
    assert colours["Established"] == palette.VALUE_PARTS["Established"]
    assert colours["Went quiet"] == palette.FLOWS["Went quiet"]
    with pytest.raises(ValueError, match="'Churned' would be"):
        label_colours({"Churned": "YELLOW"})


def test_a_password_is_in_no_assembled_file_and_in_each_opened_connection(
    tmp_path: Path, facts: PublishedFacts
):
    deployment = Deployment(_settings(tmp_path))
    served, postgresql = connections(deployment)
    written = yaml.safe_dump(assembled(postgresql, facts))
    assert "very-secret" not in written
    assert "db.example:5433/bi" in written
    opened, options = opened_by(deployment)(make_url(postgresql.address), {}, None, None, None)
    assert opened.password == "very-secret"  # noqa: S105
    assert opened.query["sslmode"] == "require"
    assert options["connect_args"]["connect_timeout"] > 0
    assert served.address.endswith("serving/current/patron.duckdb")


def test_an_address_that_is_not_ours_is_left_as_it_is(tmp_path: Path):
    theirs, options = make_url("mysql://somebody@elsewhere/other"), {"a": 1}
    opened = opened_by(Deployment(_settings(tmp_path)))(theirs, options, None, None, None)
    assert opened == (theirs, options)


def test_without_the_setting_there_is_no_second_database(tmp_path: Path):
    assert [each.kind for each in connections(Deployment(Settings(home=tmp_path)))] == [DUCKDB]
