"""The dbt project is parsed once, however many processes ask at the same time."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.assets import dbt_process
from orchestration.settings import Settings

ASKING = 4
SQL = "select 1 as one"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of one model, in the place of ours."""
    root = tmp_path / "project"
    (root / "models").mkdir(parents=True)
    (root / "models" / "one.sql").write_text(SQL)
    (root / "dbt_project.yml").write_text("name: one\nprofile: one\n")
    (root / "profiles.yml").write_text(
        "one: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}"
    )
    monkeypatch.setattr(dbt_process, "DBT_PROJECT_ROOT", root)
    monkeypatch.setattr(dbt_process, "MANIFEST", root / "target" / "manifest.json")
    monkeypatch.setattr(dbt_process, "STAMP", root / "target" / "stamp")
    return root


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", target="dev")


def models(manifest: Path) -> set[str]:
    return {node["name"] for node in json.loads(manifest.read_text())["nodes"].values()}


def test_a_changed_project_is_parsed_again(project: Path, settings: Settings):
    assert models(dbt_process.prepared_manifest(settings)) == {"one"}
    (project / "models" / "two.sql").write_text(SQL)
    assert models(dbt_process.prepared_manifest(settings)) == {"one", "two"}
    assert not list((project / "target").glob("parse-*"))


def test_a_project_that_does_not_parse_leaves_the_last_manifest(project: Path, settings: Settings):
    manifest = dbt_process.prepared_manifest(settings)
    (project / "models" / "two.sql").write_text("select * from {{ ref('absent') }}")
    with pytest.raises(dbt_process.DbtParseError, match="absent"):
        dbt_process.prepared_manifest(settings)
    assert models(manifest) == {"one"}


@pytest.mark.usefixtures("project")
def test_those_who_ask_at_once_wait_for_one_parse(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    parses = []

    def slow_parse(_: Settings) -> None:
        parses.append(time.monotonic())
        dbt_process.MANIFEST.write_text('{"nodes": ')
        time.sleep(0.2)
        dbt_process.MANIFEST.write_text('{"nodes": {}}')

    monkeypatch.setattr(dbt_process, "_parse", slow_parse)
    with ThreadPoolExecutor(ASKING) as pool:
        manifests = list(pool.map(dbt_process.prepared_manifest, [settings] * ASKING))
    assert [models(manifest) for manifest in manifests] == [set()] * ASKING
    assert len(parses) == 1
